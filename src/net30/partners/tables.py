"""What is stored of partners: who makes organizations for others and signs in as their users.

A partner is an organization of its own, whose users sign in by an app key. So clock, trail, limits and sessions are
those of any organization.
"""

from typing import Annotated

from net30.store.record import CreatedTime, Record, listed, table


class AppKey(Record, frozen=True):
    """The key of a partner's program. Its organization is the partner's own.

    `developer_key` is the fingerprint of the key by which the partner works on the organizations it made.
    """

    fingerprint: str
    organization_id: str
    developer_key: str
    active: int
    created_at: int


class PartnerOrganization(Record, frozen=True):
    """Says that a partner, whose own organization is `organization_id`, made the organization `id`."""

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=("eq", "ne", "in"))]
    created_time: CreatedTime


class PartnerUser(Record, frozen=True):
    """A user whom a partner made. Name and external reference are unique in all that the partner made."""

    organization_id: str
    user_id: str
    partner_id: str
    username_key: str
    external_reference_id: str | None


app_keys = table(
    "app_key",
    AppKey,
    key=["fingerprint"],
    indexes=[("organization_id", "fingerprint")],
    references={"fingerprint": "developer_key.fingerprint", "developer_key": "developer_key.fingerprint"},
)
partner_organizations = table(
    "partner_organization",
    PartnerOrganization,
    key=["organization_id", "id"],
    unique=[("id",)],
    references={"id": "organization.id"},
)
partner_users = table(
    "partner_user",
    PartnerUser,
    key=["organization_id", "user_id"],
    unique=[("partner_id", "username_key"), ("partner_id", "external_reference_id")],
    references={"user_id": "organization_user"},
)
