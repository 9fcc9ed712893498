"""Texts of one line: kept tidy, and nothing in them that does not show."""

from typing import Any

import pytest
from clients import World
from hypothesis import given
from hypothesis import strategies as st
from vendor_cases import ADDRESS

from net30.kernel import texts


def vendor(name: str) -> dict[str, Any]:
    return {"name": name, "address": ADDRESS}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  Bass & Sons \t", "Bass & Sons"),
        ("Bassu\u0308", "Bass\u00fc"),
        ("\u3000Bass\u00a0", "Bass"),
        ("Two  Blanks", "Two  Blanks"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("Family \U0001f469\u200d\U0001f467", "Family \U0001f469\u200d\U0001f467"),
        ("O\u2019Neill \u2764\ufe0f", "O\u2019Neill \u2764\ufe0f"),
    ],
)
def test_a_name_is_kept_tidy(shared: World, sent: str, kept: str) -> None:
    made = shared.post("/vendors", vendor(sent)).ok()
    assert made["name"] == kept
    assert shared.get(f"/vendors/{made['id']}").ok()["name"] == kept


@pytest.mark.parametrize(
    "character",
    [
        *("\n", "\x07", "\x85", "\u2028", "\u2029", "\u200b", "\u202e", "\u2066", "\u00ad", "\ufeff"),
        *("\u2060", "\u3164", "\u2800", "\u034f", "\U000e0041"),
    ],
)
def test_what_does_not_show_is_refused(shared: World, character: str) -> None:
    answered = shared.post("/vendors", vendor(f"Ba{character}ss"))
    assert answered.status == 400
    assert [param["value"] for param in answered.json[0]["params"] if param["name"] == "field"] == ["name"]


@pytest.mark.parametrize("name", ["Bass\u200d", "\u200cBass", "Ba \u200dss", "B\u200d\u200dass"])
def test_a_joiner_joins_two_characters(shared: World, name: str) -> None:
    assert shared.post("/vendors", vendor(name)).status == 400


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u3000"])
def test_blanks_alone_are_blank(shared: World, blank: str) -> None:
    answered = shared.post("/vendors", vendor(blank))
    assert (answered.status, answered.json[0]["detail"]) == (400, "must not be blank")


def test_a_description_has_lines(shared: World) -> None:
    vendor_id = shared.post("/vendors", vendor("Lines")).ok()["id"]
    bill = {
        "vendorId": vendor_id,
        "dueDate": "2026-12-31",
        "invoice": {"invoiceNumber": "L1", "invoiceDate": "2026-12-01"},
        "billLineItems": [{"amount": 10, "description": " first\n\tsecond "}],
    }
    made = shared.post("/bills", bill).ok()
    assert made["billLineItems"][0]["description"] == " first\n\tsecond "


def test_a_users_name_goes_into_mails_and_is_one_line(shared: World) -> None:
    role = shared.get("/roles").ok()["results"][0]["id"]
    user = {"firstName": "Ann\u202e", "lastName": "Bass", "email": "ann.hidden@example.com", "roleId": role}
    answered = shared.post("/users", user)
    assert answered.status == 400
    assert "RIGHT-TO-LEFT OVERRIDE" in answered.text


@pytest.mark.parametrize(
    "alike", ["INV-77", " inv-77 ", "\uff29\uff2e\uff36-77", "INV\u201177", "inv\u221277"]
)
def test_texts_that_look_alike_fold_to_one(alike: str) -> None:
    assert texts.folded(alike) == "inv-77"


@given(st.text())
def test_tidying_and_folding_are_done_once(text: str) -> None:
    tidied = texts.tidy(text)
    assert texts.tidy(tidied) == tidied
    assert texts.folded(texts.folded(text)) == texts.folded(text)
    assert texts.folded(tidied) == texts.folded(text)


@given(st.text())
def test_what_passes_the_quick_look_is_kept_as_it_is(text: str) -> None:
    if texts.is_tidy(text):
        assert texts.tidy(text) == text
        assert texts.fault(text) is None
