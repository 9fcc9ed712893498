"""A secret key is changed in three steps: both keys, `net30 secrets rotate`, the new key alone."""

import dataclasses
from collections.abc import Iterator

import pytest
from clients import Api
from console.conftest import FIRST_KEY, Company, Shell
from prove.served import ADDRESS, BANK_ACCOUNT
from sqlalchemy import bindparam, null, select

from net30.console import secrets as rotation
from net30.kernel.context import Server
from net30.kernel.secrets import Secrets, Unreadable
from net30.store.record import STORED, TEXT
from net30.store.statements import Statement

NEW_KEY = "the second key of an operator"


def encrypted_values(production: Server, organization_id: str) -> Iterator[str]:
    """Every encrypted text of an organization."""
    for stored in STORED.values():
        for column in stored.encrypted:
            mine = stored.table.c.organization_id == bindparam("organization_id", organization_id)
            with production.database.read() as tx:
                for row in tx.rows(Statement(select(stored.table.c[column]).where(mine)), {}):
                    if row[0] is not None:
                        yield row[0]


def test_every_encrypted_column_is_reached() -> None:
    """By organization, and in the order of a key that begins with it and goes on with texts."""
    marked = [(record, stored) for record, stored in STORED.items() if stored.encrypted]
    assert len(marked) > 3
    for _, stored in marked:
        assert stored.key[0] == "organization_id"
        assert all(type(stored.table.c[name].type) is type(TEXT) for name in stored.key)


def _vendors(company: Company, count: int) -> list[str]:
    payee = {"payeeName": "Happy Music", "bankAccount": BANK_ACCOUNT}
    more = {"taxId": "123456789", "taxIdType": "EIN"}
    headers = {"sessionId": company.login().ok()["sessionId"], "devKey": company.dev_key}
    made = []
    for number in range(count):
        vendor = {
            "name": f"Vendor {number}",
            "address": ADDRESS,
            "paymentInformation": payee,
            "additionalInfo": more,
        }
        made.append(company.api.call("POST", "/connect/v3/vendors", vendor, headers=headers).ok()["id"])
    return made


def test_after_rotating_the_old_key_can_be_dropped(
    company: Company, shell: Shell, production: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    rotation._page.cache_clear()
    vendors = _vendors(company, 5)
    totp = shell.does("user", "enroll-totp", *company.ann)["secret"]
    invited = (*company.of, "--username", "bob@example.com", "--role", "CLERK", "--invite")
    shell.does("user", "create", *invited)
    before = list(encrypted_values(production, company.id))
    shell.keys = [NEW_KEY]
    assert "no key of NET30_SECRET_KEY reads" in shell.refuses("secrets", "rotate")
    shell.keys = [NEW_KEY, FIRST_KEY]
    rotated = shell.does("secrets", "rotate")
    assert rotated["encryptedAnew"] >= len(before) == 5 * 2 + 2
    assert shell.does("secrets", "rotate") == {
        "encryptedAnew": 0,
        "alreadyByFirstKey": rotated["encryptedAnew"] + rotated["alreadyByFirstKey"],
    }
    after = list(encrypted_values(production, company.id))
    assert len(after) == len(before)
    told = [Secrets([NEW_KEY]).decrypt(text) for text in after]
    assert told.count("123456789") == 10
    assert totp in told
    with pytest.raises(Unreadable):
        Secrets([FIRST_KEY]).decrypt(after[0])
    api = Api(dataclasses.replace(production, secrets=Secrets([NEW_KEY])))
    headers = {"sessionId": company.login().ok()["sessionId"], "devKey": company.dev_key}
    vendor = api.call("GET", f"/connect/v3/vendors/{vendors[0]}", headers=headers).ok()
    assert vendor["additionalInfo"]["taxId"].endswith("6789")
    done = [entry for entry in shell.trail(company.id) if entry.action == "ROTATE_SECRETS"]
    assert len(done) == 1
    assert str(len(before)) in done[0].changes
    back(shell)


def back(shell: Shell) -> None:
    """The other tests of the module go on with the first key."""
    shell.keys = [FIRST_KEY, NEW_KEY]
    shell.does("secrets", "rotate")


def test_rotating_stops_at_what_no_key_reads(company: Company, shell: Shell, production: Server) -> None:
    (vendor,) = _vendors(company, 1)
    stored = next(one for one in STORED.values() if one.table.name == "vendor")
    foreign = Secrets(["a key that was lost"]).encrypt("123456789")
    column = stored.table.c.tax_id_secret
    mine = stored.table.c.organization_id == bindparam("organization_id", company.id)
    with production.database.write() as tx:
        spoil = stored.table.update().where(mine).values({column: foreign})
        tx.execute(Statement(spoil), {})
    said = shell.refuses("secrets", "rotate")
    assert f"tax_id_secret of vendor ({company.id}, {vendor})" in said
    assert "123456789" not in said
    with production.database.write() as tx:
        tx.execute(Statement(stored.table.update().where(mine).values({column: null()})), {})
