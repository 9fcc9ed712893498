"""The roles of an organization, as its users refer to them."""

from typing import Annotated, get_args

from net30.access.roles import RoleType
from net30.store.record import CreatedTime, Record, UpdatedTime, listed, table


class OrganizationRole(Record, frozen=True):
    """A role of one organization. What it may do is the same in all of them (access/roles.py)."""

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=("eq", "ne", "in"))]
    type: Annotated[RoleType, listed("type", values=get_args(RoleType))]
    description: Annotated[str, listed("description", kind="words", operators=())]
    created_time: CreatedTime
    updated_time: UpdatedTime


organization_roles = table(
    "organization_role",
    OrganizationRole,
    key=["organization_id", "id"],
    unique=[("organization_id", "type")],
)
