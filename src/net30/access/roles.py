"""What each role may do. A permission is "noun:verb", as the operations declare them with `needs`."""

from collections.abc import Mapping
from functools import cache

import msgspec

from net30.wire.operation import OPERATIONS


class Role(msgspec.Struct, frozen=True):
    """The nouns a role works with ("*" is all of them), and those of these that it may only read."""

    nouns: frozenset[str]
    reads_only: frozenset[str] = frozenset()


_EVERYTHING = frozenset({"*"})

ROLES: Mapping[str, Role] = {
    "ADMINISTRATOR": Role(_EVERYTHING),
    # The system user behind a sync token keeps books and never moves money.
    "SYNC": Role(
        _EVERYTHING,
        reads_only=frozenset({"payments", "banks", "cards", "users", "mfa", "risk-verifications"}),
    ),
}


@cache
def permissions(role: str) -> frozenset[str]:
    """The permissions of a role, out of those that operations declare; none for a role that is not known."""
    known = ROLES.get(role)
    if known is None:
        return frozenset()
    declared = {operation.needs for operation in OPERATIONS.values() if operation.needs}
    return frozenset(permission for permission in declared if _holds(known, permission))


def _holds(role: Role, permission: str) -> bool:
    noun, verb = permission.split(":")
    works_with = "*" in role.nouns or noun in role.nouns
    return works_with and (verb == "read" or noun not in role.reads_only)
