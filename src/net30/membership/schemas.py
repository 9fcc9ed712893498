"""What crosses the wire of an organization's users and roles."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.access.roles import RoleType
from net30.wire.types import Timestamp, Wire

OrganizationUserRoleType = Literal[RoleType, "UNDEFINED"]

Given = Annotated[str, Meta(min_length=1)]


class UserRole(Wire):
    """The role that a user has."""

    id: str
    type: OrganizationUserRoleType
    description: str


class OrganizationUser(Wire):
    """A person who works in the organization."""

    id: str
    archived: bool
    first_name: str
    last_name: str
    email: str
    role: UserRole
    created_time: Timestamp
    updated_time: Timestamp


class OrganizationUserCreate(Wire):
    """Whom to invite, and the role they shall have. `acceptTermsOfService` must be true."""

    first_name: Annotated[str, Meta(min_length=1, max_length=100)]
    last_name: Annotated[str, Meta(min_length=1, max_length=100)]
    email: Given
    role_id: Given
    accept_terms_of_service: bool


class OrganizationUserUpdate(Wire):
    """What shall be different of a user; what is left out stays as it is."""

    first_name: Annotated[str, Meta(max_length=100)] | None = None
    last_name: Annotated[str, Meta(max_length=100)] | None = None
    role_id: str | None = None


class RoleAnswer(Wire):
    """A role that a user of the organization can have."""

    id: str
    type: OrganizationUserRoleType
    description: str
    created_time: Timestamp
    updated_time: Timestamp
