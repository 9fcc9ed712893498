"""What the room tells others that want to pay, and what is different outside of the sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from clients import Api, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, select

from net30.funding import actions, wallet
from net30.funding.cards import actions as cards
from net30.funding.tables import organization_bank_accounts
from net30.kernel.context import Actor, Context, Server, writing
from net30.kernel.refusal import Refusal
from net30.kernel.tables import audit_entries
from net30.payments.purposes.actions import use_purpose
from net30.store.statements import Statement
from net30.vendors.actions import require_vendor

from .conftest import Colleague

BANKS = "/funding-accounts/banks"

_DEPOSIT = Statement(
    select(organization_bank_accounts.c.deposit_amount_secret).where(
        organization_bank_accounts.c.organization_id == bindparam("organization_id"),
        organization_bank_accounts.c.id == bindparam("id"),
    )
)
_TRAIL = Statement(
    select(audit_entries.c.changes).where(audit_entries.c.organization_id == bindparam("organization_id"))
)


@contextmanager
def acting(running: Server, world: World, user_id: str | None = None) -> Iterator[Context]:
    actor = Actor(world.id, user_id or world.user_id, "ADMINISTRATOR", "API", trusted=True)
    with writing(running, actor) as ctx:
        yield ctx


def refused(ctx: Context, bank_account_id: str) -> Refusal:
    with pytest.raises(Refusal) as raised:
        actions.require_payable_bank_account(ctx, bank_account_id)
    return raised.value


def test_only_a_verified_account_pays_and_only_by_who_is_verified_on_it(
    running: Server, world: World, pending: str, colleague: Colleague
) -> None:
    user_id, _ = colleague(world)
    with acting(running, world) as ctx:
        assert actions.require_payable_bank_account(ctx, world.bank_account_id).id == world.bank_account_id
        assert refused(ctx, pending).code == "BDC_1151"
        assert "PENDING" in refused(ctx, pending).detail
        assert refused(ctx, "bac00000000000000000").code == "BDC_1205"
    with acting(running, world, user_id) as ctx:
        assert refused(ctx, world.bank_account_id).code == "BDC_1150"
        assert actions.require_payable_bank_account(ctx, world.bank_account_id, world.user_id).id
    world.post(f"{BANKS}/{pending}/verify", {"depositAmount": 0.50}).ok()
    with acting(running, world) as ctx:
        assert refused(ctx, pending).code == "BDC_1150"
        assert "NOMINATED" in refused(ctx, pending).detail
    world.post(f"{BANKS}/{world.bank_account_id}/archive").ok()
    with acting(running, world) as ctx:
        assert refused(ctx, world.bank_account_id).code == "BDC_1151"
        assert "ARCHIVED" in refused(ctx, world.bank_account_id).detail


def test_only_a_verified_card_pays(running: Server, world: World) -> None:
    card = world.control("POST", "/cards").ok()["id"]
    nominated = world.control("POST", "/cards", {"cardUserStatus": "NOMINATED"}).ok()["id"]
    with acting(running, world) as ctx:
        assert cards.require_payable_card_account(ctx, card).id == card
        with pytest.raises(Refusal, match="BDC_1150"):
            cards.require_payable_card_account(ctx, nominated)
    world.control("PUT", f"/cards/{card}", {"status": "EXPIRED"}).ok()
    with acting(running, world) as ctx, pytest.raises(Refusal, match="BDC_1151"):
        cards.require_payable_card_account(ctx, card)


def test_the_purpose_last_used_is_told(running: Server, world: World) -> None:
    address = {"line1": "1 Main St", "city": "Reno", "zipOrPostalCode": "89501", "country": "US"}
    vendor_id = world.post(
        "/vendors", {"name": "Paper", "address": {**address, "stateOrProvince": "NV"}}
    ).ok()["id"]

    def told(brand: str) -> Any:
        return world.get("/funding-accounts/cards/funding-purposes", vendorId=vendor_id, brand=brand).ok()

    purpose = told("visa")["results"][0]["subCategories"][0]
    assert "lastUsedPurpose" not in told("visa")
    with acting(running, world) as ctx:
        vendor = require_vendor(ctx, vendor_id)
        for wrong in (None, "Something else"):
            with pytest.raises(Refusal, match="card_funding_purpose"):
                use_purpose(ctx, vendor, "VISA", wrong)
        use_purpose(ctx, vendor, "VISA", "Cloud hosting")
        use_purpose(ctx, vendor, "VISA", purpose)
    assert told("Visa")["lastUsedPurpose"] == purpose
    assert "lastUsedPurpose" not in told("amex")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(min_value=-5_000_000, max_value=5_000_000), max_size=8))
def test_a_balance_is_never_overdrawn(running: Server, world: World, steps: list[int]) -> None:
    world.control("PUT", "/wallet", {"balance": 3000, "enabled": True}).ok()
    card_id = world.control("POST", "/ap-cards", {"limit": 3000}).ok()["id"]
    expected = 3_000_000
    with acting(running, world) as ctx:
        for step in steps:
            if step >= 0:
                wallet.return_to_wallet(ctx, step)
                cards.return_to_ap_card(ctx, card_id, step)
            elif expected + step < 0:
                with pytest.raises(Refusal, match="BDC_1151"):
                    wallet.draw_from_wallet(ctx, -step)
                with pytest.raises(Refusal, match="BDC_1151"):
                    cards.draw_from_ap_card(ctx, card_id, -step)
                continue
            else:
                wallet.draw_from_wallet(ctx, -step)
                cards.draw_from_ap_card(ctx, card_id, -step)
            expected += step
    assert world.control("PUT", "/wallet", {}).ok()["balance"] == expected / 1000
    shown = {c["id"]: c["balance"] for c in world.get("/funding-accounts/ap-cards").ok()}
    assert shown[card_id] == expected / 1000


def test_a_balance_that_is_switched_off_pays_nothing(running: Server, world: World) -> None:
    world.control("PUT", "/wallet", {"balance": 10, "enabled": False}).ok()
    with acting(running, world) as ctx, pytest.raises(Refusal, match="switched on"):
        wallet.draw_from_wallet(ctx, 1_000)


def test_the_trail_holds_no_numbers(running: Server, world: World, pending: str) -> None:
    with running.database.read() as tx:
        trail = " ".join(row[0] for row in tx.rows(_TRAIL, {"organization_id": world.id}))
    assert "Second National" in trail
    assert "9876543210" not in trail


def test_in_production_the_deposit_is_random_and_its_amount_is_the_proof(
    running: Server, world: World, checking: dict[str, Any]
) -> None:
    production = Api(replace(running, environment="production"))

    def call(method: str, path: str, body: Any = None, **query: Any) -> Any:
        return production.call(method, f"/connect/v3{path}", body, headers=world.headers, query=query).ok()

    id = call("POST", BANKS, checking)["id"]
    with running.database.read() as tx:
        row = tx.row(_DEPOSIT, {"organization_id": world.id, "id": id})
    assert row is not None
    amount = int(running.secrets.decrypt(row[0]))
    wrong = 0.01 if amount != 10 else 0.02
    assert call("POST", f"{BANKS}/{id}/verify", {"depositAmount": wrong}) == {"verified": False}
    assert call("POST", f"{BANKS}/{id}/verify", {"depositAmount": amount / 1000}) == {"verified": True}
    [user] = call("GET", f"{BANKS}/users", filters=f"bankAccountId:eq:{id}")["results"]
    assert (user["userId"], user["verificationStatus"]) == (world.user_id, "VERIFIED")
