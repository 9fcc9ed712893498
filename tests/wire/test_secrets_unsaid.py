"""What a request carries in secret is repeated in no refusal and stands in no line of the log."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from clients import Api, World, client
from msgspec import inspect as mi

import net30.rooms  # noqa: F401  (fills the table of operations)
from net30.app import application
from net30.kernel.context import Server
from net30.wire.decode import is_secret, type_of
from net30.wire.dispatch import Raw
from net30.wire.operation import OPERATIONS

SECRET_NAMES = frozenset(
    (
        "password",
        "devKey",
        "consoleApiToken",
        "apiToken",
        "rememberMeId",
        "token",
        "depositAmount",
        "accountNumber",
        "taxId",
        "cardNumber",
        "cvv",
        "appKey",
        "securityKey",
    )
)
# The number that a vendor has for us, or we have for a customer, is no bank's, and shown to whoever may see them.
OPEN = frozenset(
    (f"{party}{verb}", "accountNumber") for party in ("Vendor", "Customer") for verb in ("Create", "Update")
) | {("RppsInformation", "accountNumber")}
# Of these an answer shows the last characters; the number for a vendor or a customer is open here, too.
SHOWN = {
    ("AdditionalInformationAnswer", "taxId"),
    ("BankAccount", "accountNumber"),
    ("CustomerAnswer", "accountNumber"),
    ("CustomerBankAccountAnswer", "accountNumber"),
    ("OrganizationAnswer", "taxId"),
    ("VendorAnswer", "accountNumber"),
    ("VendorBankAccountAnswer", "accountNumber"),
}


def fields(wanted: mi.Type, seen: set[type]) -> Iterator[tuple[str, mi.Field]]:
    """(struct, field) of everything that a body can hold."""
    match wanted:
        case mi.Metadata(type=inner):
            yield from fields(inner, seen)
        case mi.UnionType(types=choices):
            for choice in choices:
                yield from fields(choice, seen)
        case mi.ListType(item_type=inner) | mi.DictType(value_type=inner):
            yield from fields(inner, seen)
        case mi.StructType(cls=cls, fields=own) if cls not in seen:
            seen.add(cls)
            for field in own:
                yield cls.__name__, field
                yield from fields(field.type, seen)


def real(wanted: mi.Type) -> mi.Type:
    """A type without its None."""
    if isinstance(wanted, mi.UnionType):
        return next(choice for choice in wanted.types if not isinstance(choice, mi.NoneType))
    return wanted


def test_every_secret_of_a_request_is_marked() -> None:
    unmarked = {
        (struct, field.encode_name)
        for operation in OPERATIONS.values()
        if operation.body not in (None, bytes)
        for struct, field in fields(type_of(operation.body), set())
        if field.encode_name in SECRET_NAMES
        and isinstance(real(field.type), mi.Metadata | mi.StrType | mi.FloatType)
        and not is_secret(real(field.type))
    }
    assert unmarked - OPEN == set()


def test_every_secret_of_an_answer_is_marked() -> None:
    unmarked = {
        (struct, field.encode_name)
        for operation in OPERATIONS.values()
        if operation.result not in (type(None), Raw)
        for struct, field in fields(type_of(operation.result), set())
        if field.encode_name in SECRET_NAMES | {"sessionId"} and not is_secret(real(field.type))
    }
    assert unmarked == SHOWN


def test_secrets_in_a_path_are_marked() -> None:
    unmarked = [
        operation.key
        for operation in OPERATIONS.values()
        for parameter in operation.in_path
        if parameter.name in SECRET_NAMES and not is_secret(type_of(parameter.type))
    ]
    assert unmarked == []


@pytest.mark.parametrize("strict", [False, True])
def test_a_refused_secret_is_not_repeated(world: World, strict: bool) -> None:
    headers = {"X-Net30-Strict": "true"} if strict else {}
    wrong: list[tuple[str, str, Any]] = [
        (
            "POST",
            "/login",
            {"devKey": 9182736451, "username": "ann", "organizationId": world.id, "password": 918273645},
        ),
        ("POST", "/vendors", {"additionalInfo": {"taxId": 918273645}, "name": "A", "address": 918273645}),
        ("POST", "/funding-accounts/banks", {"accountNumber": "918273645\x00", "routingNumber": "1"}),
        ("POST", f"/funding-accounts/banks/{world.bank_account_id}/verify", {"depositAmount": 918273645.5}),
    ]
    for method, path, body in wrong:
        refused = world.call(method, path, body, headers=headers)
        assert 400 <= refused.status < 500
        assert "918273645" not in refused.text


def test_the_request_log_shows_neither_bodies_nor_secrets_of_the_path(
    running: Server, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    called = client(application(running, log_requests=True))
    with caplog.at_level(logging.DEBUG):
        called.simulate_post("/invitations/008org.a-token-of-a-link", json={"password": "a secret password"})
        called.simulate_get("/connect/v3/vendors/009abc")
    said = caplog.text
    assert "accept_invitation" in said
    assert "/invitations/***" in said
    assert "/connect/v3/vendors/009abc" in said
    assert "a-token-of-a-link" not in said
    assert "a secret password" not in said
