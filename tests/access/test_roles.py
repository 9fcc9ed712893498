"""What the roles may do, as the API's documentation has it."""

from collections.abc import Iterable

import pytest

import net30.rooms  # noqa: F401  (fills the table of operations)
from net30.access.roles import ADMINISTRATORS_OWN, ROLES, SYNC, permissions
from net30.wire.operation import OPERATIONS

ENTER = {"ADMINISTRATOR", "ACCOUNTANT", "CLERK"}
PAY = {"ADMINISTRATOR", "PAYER"}
HANDS = {"ADMINISTRATOR", "ACCOUNTANT", "APPROVER", "PAYER", "CLERK"}

POWERS = {
    "session:read": set(ROLES),
    "session:end": set(ROLES),
    "mfa:step-up": set(ROLES),
    "vendors:create": ENTER,
    "vendors:update": ENTER,
    "bills:create": ENTER,
    "bills:update": ENTER,
    "bills:archive": ENTER,
    "bills:record-payment": PAY | {"ACCOUNTANT"},
    "payments:create": PAY,
    "payments:cancel": PAY,
    "payments:void": PAY,
    "banks:create": {"ADMINISTRATOR"},
    "banks:update": {"ADMINISTRATOR"},
    "users:create": {"ADMINISTRATOR"},
    "users:update": {"ADMINISTRATOR"},
    "users:archive": {"ADMINISTRATOR"},
}


def holders(permission: str) -> set[str]:
    return {role for role in ROLES if permission in permissions(role)}


def own(role: str) -> set[str]:
    """What a role holds beyond what everyone does."""
    return set(permissions(role) - permissions("NO_ACCESS"))


def verbs(held: Iterable[str]) -> set[str]:
    return {permission.partition(":")[2] for permission in held}


@pytest.mark.parametrize("permission", POWERS)
def test_who_holds_a_permission(permission: str) -> None:
    assert holders(permission) == POWERS[permission]


def test_administrators_may_do_everything() -> None:
    assert permissions("ADMINISTRATOR") == {one.needs for one in OPERATIONS.values() if one.needs}


def test_who_only_signs_in() -> None:
    nouns = {permission.partition(":")[0] for permission in permissions("NO_ACCESS")}
    assert nouns == {"session", "mfa"}
    assert not own("MEMBER")
    assert not own("INTERNAL")


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    assert verbs(own("AUDITOR")) == {"read"}
    read = {one for one in own("ADMINISTRATOR") if one.endswith(":read")}
    assert own("AUDITOR") == {one for one in read if one.partition(":")[0] not in ADMINISTRATORS_OWN}


@pytest.mark.parametrize("role", sorted(HANDS | {"AUDITOR", "CUSTOM"}))
def test_whoever_works_on_bills_reads_them_and_their_vendors(role: str) -> None:
    assert {"bills:read", "vendors:read"} <= own(role)


def test_a_sync_token_moves_no_money() -> None:
    held = permissions(SYNC)
    assert {"bills:create", "vendors:create", "payments:read"} <= held
    for noun in ("payments", "banks", "cards", "users", "roles"):
        assert verbs(one for one in held if one.startswith(f"{noun}:")) <= {"read"}


def test_no_role_goes_by_another_name() -> None:
    assert not permissions("KING")
    assert not permissions("")
