"""What each role may do. A permission is "noun:verb", as the operations declare them with `needs`."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

import msgspec

from net30.wire.operation import OPERATIONS

RoleType = Literal[
    "ADMINISTRATOR",
    "ACCOUNTANT",
    "APPROVER",
    "PAYER",
    "CLERK",
    "AUDITOR",
    "CUSTOM",
    "PARTNER",
    "NO_ACCESS",
    "MEMBER",
    "INTERNAL",
    "PURCHASE_REQUESTER",
    "CONSOLE_CUSTOM",
]


class Role(msgspec.Struct, frozen=True):
    """What a role is for, and what it may do: permissions in which "*" stands for any noun or any verb.

    Of the nouns in `reads_only` it may do nothing but read.
    """

    description: str
    may: frozenset[str] = frozenset()
    reads_only: frozenset[str] = frozenset()


def _each(nouns: Iterable[str], *verbs: str) -> frozenset[str]:
    return frozenset(f"{noun}:{verb}" for noun in nouns for verb in verbs)


# Whoever can sign in may see the session, end it, and go through MFA.
_EVERYONE = frozenset({"session:*", "mfa:*"})
_ENTERING = ("read", "create", "update", "archive")

# Only administrators see these; reading everything does not reach them.
ADMINISTRATORS_OWN = frozenset({"organization", "price-plan"})

_PEOPLE = frozenset({"users:read", "roles:read"})
_ACCOUNTS = _each(("banks", "cards", "funding"), "read")
_OWED_BY_US = ("vendors", "bills", "recurring-bills", "vendor-credits", "documents", "attachments")
_OWED_TO_US = ("customers", "invoices", "recurring-invoices", "credit-memos", "received-payments", "items")
_APPROVING = frozenset({"approvals:*", "bills:approve", "vendor-credits:approve"})
_BOOKS = _each((*_OWED_BY_US, *_OWED_TO_US, "classifications"), *_ENTERING) | {"invoices:send"}
_PAPERS_READ = _each((*_OWED_BY_US, *_OWED_TO_US, "classifications"), "read")
_PAYABLES_READ = _each((*_OWED_BY_US, "classifications", "payments"), "read")

ROLES: Mapping[RoleType, Role] = {
    "ADMINISTRATOR": Role(
        "Does everything, and alone manages users, banks, policies and settings", frozenset({"*:*"})
    ),
    "ACCOUNTANT": Role(
        "Keeps the books: enters, approves, records payments made elsewhere, and reads everything",
        _BOOKS | _APPROVING | {"*:read", "bills:record-payment", "network:*"},
    ),
    "APPROVER": Role(
        "Reads bills and what they rest on, and approves them", _PAYABLES_READ | _APPROVING | _PEOPLE
    ),
    "PAYER": Role(
        "Pays bills that are approved, cancels and voids payments",
        _PAYABLES_READ | _ACCOUNTS | _PEOPLE | {"payments:*", "bills:record-payment", "network:read"},
    ),
    "CLERK": Role(
        "Enters vendors, bills, customers and invoices, and neither approves nor pays",
        _BOOKS | _PEOPLE | {"payments:read", "network:read"},
    ),
    "AUDITOR": Role("Reads everything and changes nothing", frozenset({"*:read"})),
    # What a custom role consists of is not part of the API, so it begins with the least that is of use.
    "CUSTOM": Role("Reads vendors, bills, customers, invoices and their classifications", _PAPERS_READ),
    "PARTNER": Role(
        "Reads everything on behalf of a partner, and subscribes to events",
        frozenset({"*:read", "webhooks:*"}),
    ),
    "NO_ACCESS": Role("Signs in and out, no more"),
    "MEMBER": Role("Spends by card; sees nothing of bills, invoices and payments"),
    "INTERNAL": Role("Reserved for the staff of a service; signs in and out, no more"),
    "PURCHASE_REQUESTER": Role(
        "Asks for purchases: reads vendors and classifications", _each(("vendors", "classifications"), "read")
    ),
    "CONSOLE_CUSTOM": Role(
        "Reads what CUSTOM reads, for those who come by an accountant's console",
        _PAPERS_READ,
    ),
}

SYNC = "SYNC"
# The system user behind a sync token keeps books and never moves money. It is no role that a person can have.
_SYNC = Role(
    "Keeps books for an accounting program",
    frozenset({"*:*"}),
    reads_only=frozenset(
        {
            "organization",
            "price-plan",
            "payments",
            "network",
            "banks",
            "cards",
            "users",
            "roles",
            "mfa",
            "risk-verifications",
        }
    ),
)


@cache
def permissions(role: str) -> frozenset[str]:
    """The permissions of a role, out of those that operations declare; none for a role that is not known."""
    known = _SYNC if role == SYNC else next((held for name, held in ROLES.items() if name == role), None)
    if known is None:
        return frozenset()
    declared = {operation.needs for operation in OPERATIONS.values() if operation.needs}
    return frozenset(permission for permission in declared if _holds(known, permission))


def _holds(role: Role, permission: str) -> bool:
    noun, verb = permission.split(":")
    if noun in role.reads_only and verb != "read":
        return False
    wanted = {permission, f"{noun}:*", "*:*"}
    if noun not in ADMINISTRATORS_OWN:
        wanted.add(f"*:{verb}")
    return bool(wanted & (role.may | _EVERYONE))
