"""CSV files of records: when they are made, what is in them, and who gets them."""

import csv
import datetime
import io
from typing import Any
from urllib.parse import urlsplit

import pytest
from clients import World
from vendor_cases import ADDRESS

from net30.documents.processing import sweep
from net30.exports.rules import due_date
from net30.exports.writing import LANE
from net30.kernel import turns
from net30.kernel.csv_cells import cell

SCHEDULES = "/net30/v1/export-schedules"


def schedule(world: World, **body: Any) -> Any:
    """A new schedule, of vendors every day unless said."""
    wanted = {"name": "Vendors", "recordType": "VENDOR", "rhythm": "DAILY", **body}
    return world.api.call("POST", SCHEDULES, wanted, headers=world.headers)


def run(world: World, schedule_id: str) -> str:
    """The id of an export whose file a worker has made."""
    path = f"{SCHEDULES}/{schedule_id}/run"
    begun = world.api.call("POST", path, headers=world.headers).ok()
    assert begun["status"] == "IN_PROCESS"
    work(world)
    return str(begun["exportId"])


def work(world: World) -> None:
    while turns.round(world.api.running, LANE):
        pass


def fetch(world: World, export_id: str) -> Any:
    link = world.get(f"/exports/{export_id}/download-link").ok()["downloadLink"]
    return world.api.call("GET", urlsplit(link).path)


def rows(world: World, export_id: str) -> list[dict[str, str]]:
    fetched = fetch(world, export_id)
    assert fetched.headers["content-type"] == "text/csv"
    return list(csv.DictReader(io.StringIO(fetched.content.decode(), newline="")))


def enter_bill(world: World, vendor_id: str, number: str = "INV-1") -> Any:
    body = {
        "vendorId": vendor_id,
        "dueDate": "2026-03-31",
        "invoice": {"invoiceNumber": number, "invoiceDate": "2026-03-01"},
        "billLineItems": [{"amount": 100.5, "description": "Strings"}],
    }
    return world.post("/bills", body).ok()


# ---- files ----------------------------------------------------------------------------------------------


def test_a_file_has_what_the_api_answers(world: World) -> None:
    vendor = world.post("/vendors", {"name": 'Müller, "Sons"', "address": ADDRESS}).ok()
    bill = enter_bill(world, vendor["id"])
    made = run(world, schedule(world, name="All bills", recordType="BILL").ok()["id"])
    (told,) = world.get("/exports").ok()["results"]
    assert (told["exportId"], told["status"], told["rowCount"]) == (made, "READY", 1)
    assert told["name"] == "All bills"
    (row,) = rows(world, made)
    assert row["id"] == bill["id"]
    assert row["vendorName"] == 'Müller, "Sons"'
    assert row["invoice.invoiceNumber"] == "INV-1"
    assert (row["amount"], row["dueAmount"], row["paidAmount"]) == ("100.50", "100.50", "0.00")
    assert row["createdTime"] == bill["createdTime"]
    assert (row["archived"], row["description"]) == ("false", "")


@pytest.mark.parametrize("record_type", ["VENDOR", "CUSTOMER", "BILL", "INVOICE", "AP_PAYMENT"])
def test_each_type_has_its_columns_also_without_records(world: World, record_type: str) -> None:
    made = schedule(world, recordType=record_type).ok()
    fetched = fetch(world, run(world, made["id"]))
    assert fetched.content.decode() == ",".join(made["columns"]) + "\r\n"


def test_only_the_wanted_columns_are_there_in_their_order(world: World) -> None:
    world.post("/vendors", {"name": "Happy Music", "address": ADDRESS}).ok()
    made = schedule(world, columns=["address.city", "name"]).ok()
    assert (
        fetch(world, run(world, made["id"])).text == f"address.city,name\r\n{ADDRESS['city']},Happy Music\r\n"
    )


def test_a_formula_is_a_text(world: World) -> None:
    world.post("/vendors", {"name": '=HYPERLINK("http://x")', "address": ADDRESS}).ok()
    (row,) = rows(world, run(world, schedule(world).ok()["id"]))
    assert row["name"] == '\'=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1 415", "'+1 415"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("-15.50", "-15.50"),
        ("a=b", "a=b"),
        (None, None),
        (-3, -3),
    ],
)
def test_what_begins_like_a_formula_is_marked(value: object, written: object) -> None:
    assert cell(value) == written


def test_a_file_is_fetched_without_headers_and_only_by_its_link(world: World, other_world: World) -> None:
    made = run(world, schedule(world).ok()["id"])
    assert fetch(world, made).status == 200
    link = urlsplit(world.get(f"/exports/{made}/download-link").ok()["downloadLink"]).path
    forged = world.api.call("GET", link[:-1] + ("A" if link[-1] != "A" else "B"))
    assert (forged.status, forged.codes) == (404, ["BDC_1205"])
    assert other_world.get(f"/exports/{made}/download-link").status == 404


def test_a_file_that_is_not_made_yet_has_no_link(world: World) -> None:
    path = f"{SCHEDULES}/{schedule(world).ok()['id']}/run"
    begun = world.api.call("POST", path, headers=world.headers).ok()
    refused = world.get(f"/exports/{begun['exportId']}/download-link")
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])


# ---- schedules ------------------------------------------------------------------------------------------


def test_files_are_made_as_days_go_by_and_kept_for_thirty(world: World) -> None:
    made = schedule(world, startDate="2026-03-05").ok()
    world.advance("P1D")
    assert world.get("/exports").ok()["results"] == []
    world.advance("P3D")
    work(world)
    times = [one["createdTime"] for one in world.get("/exports").ok()["results"]]
    assert times == [f"2026-03-0{day}T09:00:00.000+00:00" for day in (5, 6, 7)]
    got = world.api.call("GET", f"{SCHEDULES}/{made['id']}", headers=world.headers).ok()
    assert got["nextDate"] == "2026-03-08"
    first = world.get("/exports").ok()["results"][0]["exportId"]
    stored = world.api.running.files.own_folder / world.id.encode().hex()
    assert len(list(stored.iterdir())) == 3
    world.api.call("DELETE", f"{SCHEDULES}/{made['id']}", headers=world.headers).ok()
    world.advance("P28D")
    left = world.get("/exports").ok()["results"]
    assert first not in [one["exportId"] for one in left]
    assert len(left) == 2
    sweep(world.api.running, older_than_s=0)
    assert len(list(stored.iterdir())) == 2


def test_a_deleted_schedule_is_gone(world: World) -> None:
    made = schedule(world).ok()
    path = f"{SCHEDULES}/{made['id']}"
    assert world.api.call("GET", SCHEDULES, headers=world.headers).ok()["results"] == [made]
    assert world.api.call("DELETE", path, headers=world.headers).status == 204
    assert world.api.call("GET", SCHEDULES, headers=world.headers).ok()["results"] == []
    for method, of in (("GET", path), ("DELETE", path), ("POST", f"{path}/run")):
        assert world.api.call(method, of, headers=world.headers).codes == ["BDC_1205"]
    world.advance("P3D")
    assert world.get("/exports").ok()["results"] == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "  "}, "name"),
        ({"recordType": "PAYCHECK"}, "recordType"),
        ({"rhythm": "HOURLY"}, "rhythm"),
        ({"startDate": "2026-03-03"}, "startDate"),
        ({"columns": ["name", "taxId"]}, "columns[1]"),
        ({"columns": ["name", "name"]}, "columns"),
        ({"columns": []}, "columns"),
    ],
)
def test_what_no_schedule_can_be_is_named(world: World, body: dict[str, Any], message: str) -> None:
    refused = schedule(world, **body)
    assert refused.status == 400
    assert refused.json[0]["message"].startswith(f"{message}:")
    assert world.api.call("GET", SCHEDULES, headers=world.headers).ok()["results"] == []


def test_there_are_fifty_at_most(world: World) -> None:
    for _ in range(50):
        schedule(world).ok()
    assert schedule(world).codes == ["BDC_1119"]


@pytest.mark.parametrize(
    ("rhythm", "after", "due"),
    [
        ("DAILY", "2026-01-01", "2026-01-31"),
        ("DAILY", "2026-01-31", "2026-02-01"),
        ("WEEKLY", "2026-01-31", "2026-02-07"),
        ("WEEKLY", "2026-02-10", "2026-02-14"),
        ("MONTHLY", "2026-01-31", "2026-02-28"),
        ("MONTHLY", "2026-02-28", "2026-03-31"),
        ("MONTHLY", "2026-12-31", "2027-01-31"),
    ],
)
def test_when_a_file_is_due(rhythm: Any, after: str, due: str) -> None:
    start = datetime.date(2026, 1, 31)
    assert due_date(start, rhythm, datetime.date.fromisoformat(after)).isoformat() == due
