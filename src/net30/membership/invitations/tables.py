"""What is stored of invitations to sign up."""

from typing import Annotated

from net30.store.record import HASHED, Record, table


class Invitation(Record, frozen=True):
    """The latest invitation of a user. The link's token is kept as a fingerprint; `expires_at` is business time."""

    organization_id: str
    user_id: str
    token_secret: Annotated[str, HASHED]
    expires_at: int
    accepted_time: int | None
    created_time: int


invitations = table(
    "invitation",
    Invitation,
    key=["organization_id", "user_id"],
    unique=[("organization_id", "token_secret")],
    references={"user_id": "organization_user"},
)
