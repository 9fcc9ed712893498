"""What is stored of the network: who belongs to it, by which words they are found, and who is connected to whom."""

from typing import Annotated, Literal

from sqlalchemy import Index

from net30.store.record import HASHED, Record, table

Kind = Literal["VENDOR", "CUSTOMER"]
ConnectionStatus = Literal["NOT_CONNECTED", "PENDING", "CONNECTED", "CONNECTED_RPPS"]


class NetworkMember(Record, frozen=True):
    """An organization as others of the server find it; `network_id` is its payment network id (PNI).

    With `auto_connect` an invitation connects at once. One that is not `listed` is not found by search. `zip_key`
    is what zip codes are compared by. `tell_at` (machine time) says that those who are connected to it have yet
    to be told of a change; those up to the record `told_to` have been.
    """

    organization_id: str
    network_id: str
    zip_key: str
    auto_connect: int
    listed: int
    tell_at: int | None
    created_time: int
    updated_time: int
    told_to: str = ""


class NetworkWord(Record, frozen=True):
    """A word of the name of an organization that is listed."""

    organization_id: str
    word: str


class NetworkConnection(Record, frozen=True):
    """How an own vendor or customer (`record_id`) stands to the network; each side of a connection has its own.

    `network_id` is the other's PNI, or a national vendor's id; none for someone who was invited by mail. The other
    organization stands in `peer_organization_id` from the invitation to its end, its record of this organization
    in `peer_record_id` while they are connected. A pending invitation ends at `expires_time`. `token_secret` is of
    an invitation by mail. `account_number` and `address_id` are those with a national vendor.
    """

    organization_id: str
    record_id: str
    kind: Kind
    status: ConnectionStatus
    network_id: str | None
    peer_organization_id: str | None
    peer_record_id: str | None
    email: str | None
    token_secret: Annotated[str, HASHED] | None
    account_number: str | None
    address_id: str | None
    expires_time: int | None
    created_time: int
    updated_time: int


members = table(
    "network_member",
    NetworkMember,
    key=["organization_id"],
    unique=[("network_id",)],
)
words = table("network_word", NetworkWord, key=["organization_id", "word"])
connections = table(
    "network_connection",
    NetworkConnection,
    key=["organization_id", "record_id"],
    unique=[
        # Another organization is one vendor and one customer at most.
        ("organization_id", "kind", "peer_organization_id"),
        ("organization_id", "token_secret"),
    ],
    indexes=[("organization_id", "kind", "network_id")],
)

# Across organizations, because that is what a search asks; in the order in which it answers.
Index("network_word_word_idx", words.c.word, words.c.organization_id)

_untold = members.c.tell_at.is_not(None)
Index("network_member_tell_at_idx", members.c.tell_at, sqlite_where=_untold, postgresql_where=_untold)
