"""The baseline: three operations as someone in a hurry writes them, on bare WSGI and the database's driver.

It reads and writes the very tables of net30, with every row that net30 writes for a bill (lines, audit, journal,
outbox, vendor's balance), looks the session up the same way, and validates nothing. JSON is msgspec's, the fastest
there is, so that the comparison is not won by a slow encoder. Granian serves it with the same settings as net30.
"""

import datetime
import hashlib
import os
import secrets
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qs

import msgspec

URL = os.environ.get("NET30_DATABASE", "")
SQLITE = URL.startswith("sqlite")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

local = threading.local()
writer = threading.Lock() if SQLITE else nullcontext()
encode = msgspec.json.encode


def sql(text: str) -> str:
    return text if SQLITE else text.replace("?", "%s")


def insertion(table: str, columns: int) -> str:
    return sql(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})")


SESSION = sql(
    "SELECT s.organization_id, s.user_id, s.developer_key, s.expires_at, u.role, u.archived, d.active"
    " FROM session s JOIN organization_user u ON u.organization_id = s.organization_id AND u.id = s.user_id"
    " JOIN developer_key d ON d.fingerprint = s.developer_key WHERE s.fingerprint = ?"
)
ORGANIZATION = sql("SELECT clock_offset_ms, clock_frozen_at FROM organization WHERE id = ?")
LOCK = ORGANIZATION if SQLITE else ORGANIZATION + " FOR NO KEY UPDATE"
VENDOR = sql("SELECT * FROM vendor WHERE organization_id = ? AND id = ?")
NUMBER = sql(
    "SELECT id FROM bill WHERE organization_id = ? AND vendor_id = ? AND number_key = ? AND archived = 0 LIMIT 1"
)
BILL = sql("SELECT * FROM bill WHERE organization_id = ? AND id = ?")
LINES = sql("SELECT * FROM bill_line WHERE organization_id = ? AND bill_id = ? ORDER BY position")
LIST = sql("SELECT * FROM bill WHERE organization_id = ? ORDER BY created_time, id LIMIT ?")
BALANCE = sql(
    "UPDATE vendor SET balance = balance + ?, balance_updated_time = ? WHERE organization_id = ? AND id = ?"
)
INSERT_BILL = insertion("bill", 32)
INSERT_LINE = insertion("bill_line", 16)
INSERT_AUDIT = insertion("audit_entry", 10)
INSERT_ENTRY = insertion("journal_entry", 8)
INSERT_POSTING = insertion("journal_posting", 8)
INSERT_EVENT = sql(
    "INSERT INTO event SELECT ?, ?, ?, ?, ?, ?, ?, COALESCE(MAX(sequence), 0) + 1 FROM event WHERE organization_id = ?"
)


def cursor() -> Any:
    """This thread's cursor, in autocommit: transactions are begun by hand."""
    if not hasattr(local, "cursor"):
        if SQLITE:
            connection = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-2000"):
                connection.execute(f"PRAGMA {pragma}")
            local.cursor = connection.cursor()
        else:
            import psycopg

            local.cursor = psycopg.connect(URL, autocommit=True).cursor()
    return local.cursor


def new_id(prefix: str) -> str:
    return prefix + secrets.token_hex(9)[:17]


def moment(ms: int) -> str:
    return (EPOCH + datetime.timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")


def signed_in(db: Any, environ: dict[str, Any]) -> tuple[str, str]:
    """Organization and user of the session."""
    fingerprint = hashlib.sha256(environ["HTTP_SESSIONID"].encode()).hexdigest()
    key = hashlib.sha256(environ["HTTP_DEVKEY"].encode()).hexdigest()
    row = db.execute(SESSION, (fingerprint,)).fetchone()
    if row is None or row[2] != key or row[3] < time.time() * 1000:
        raise PermissionError
    return row[0], row[1]


def line_json(row: Any) -> dict[str, Any]:
    line = {"id": row[3], "amount": row[4] / 1000}
    if row[5] is not None:
        line["quantity"] = float(row[5])
    if row[6] is not None:
        line["price"] = float(row[6])
    if row[7] is not None:
        line["description"] = row[7]
    if row[8] is not None:
        line["classifications"] = {"chartOfAccountId": row[8]}
    return line


def bill_json(row: Any, lines: Iterable[Any]) -> dict[str, Any]:
    bill = {
        "id": row[1],
        "archived": bool(row[27]),
        "vendorId": row[2],
        "amount": row[4] / 1000,
        "fundingAmount": row[10] / 1000,
        "paidAmount": row[8] / 1000,
        "dueAmount": row[5] / 1000,
        "scheduledAmount": row[6] / 1000,
        "creditAmount": row[9] / 1000,
        "dueDate": row[13],
        "invoice": {"invoiceNumber": row[14], "invoiceDate": row[16]},
        "billLineItems": [line_json(line) for line in lines],
        "paymentStatus": row[24],
        "approvalStatus": row[25],
        "createdBy": row[28],
        "createdTime": moment(row[29]),
        "updatedTime": moment(row[30]),
    }
    if row[12] is not None:
        bill["description"] = row[12]
    return bill


def read_bill(db: Any, environ: dict[str, Any], bill_id: str) -> bytes:
    organization_id, _ = signed_in(db, environ)
    row = db.execute(BILL, (organization_id, bill_id)).fetchone()
    vendor = db.execute(VENDOR, (organization_id, row[2])).fetchone()
    lines = db.execute(LINES, (organization_id, bill_id)).fetchall()
    return encode({**bill_json(row, lines), "recordStatus": "ACTIVE", "vendorName": vendor[2]})


def list_bills(db: Any, environ: dict[str, Any]) -> bytes:
    organization_id, _ = signed_in(db, environ)
    count = int(parse_qs(environ["QUERY_STRING"]).get("max", ["20"])[0])
    rows = db.execute(LIST, (organization_id, count + 1)).fetchall()[:count]
    marks = ", ".join("?" * len(rows))
    ids = [row[1] for row in rows]
    lines_of = f"organization_id = ? AND bill_id IN ({marks})"
    lines_text = f"SELECT * FROM bill_line WHERE {lines_of} ORDER BY bill_id, position"
    lines: dict[str, list[Any]] = {bill_id: [] for bill_id in ids}
    for line in db.execute(sql(lines_text), (organization_id, *ids)).fetchall():
        lines[line[1]].append(line)
    vendor_ids = sorted({row[2] for row in rows})
    names_text = f"SELECT id, name FROM vendor WHERE organization_id = ? AND id IN ({', '.join('?' * len(vendor_ids))})"
    names = dict(db.execute(sql(names_text), (organization_id, *vendor_ids)).fetchall())
    results = [
        {**bill_json(row, lines[row[1]]), "recordStatus": "ACTIVE", "vendorName": names[row[2]]}
        for row in rows
    ]
    return encode({"results": results, "nextPage": secrets.token_urlsafe(60)})


def create_bill(db: Any, environ: dict[str, Any]) -> bytes:
    organization_id, user_id = signed_in(db, environ)
    body = msgspec.json.decode(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    with writer:
        db.execute("BEGIN IMMEDIATE" if SQLITE else "BEGIN")
        try:
            answer = insert_bill(db, organization_id, user_id, body)
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
    return answer


def insert_bill(db: Any, organization_id: str, user_id: str, body: dict[str, Any]) -> bytes:
    offset, frozen = db.execute(LOCK, (organization_id,)).fetchone()
    now = frozen or int(time.time() * 1000) + offset
    number, vendor_id = body["invoice"]["invoiceNumber"], body["vendorId"]
    vendor = db.execute(VENDOR, (organization_id, vendor_id)).fetchone()
    if db.execute(NUMBER, (organization_id, vendor_id, number.casefold())).fetchone():
        raise ValueError("duplicate")
    dates = (body["dueDate"], number, number.casefold(), body["invoice"]["invoiceDate"])
    bill_id = new_id("00n")
    amounts = [round(line["amount"] * 1000) for line in body["billLineItems"]]
    total = sum(amounts)
    bill = (
        *(organization_id, bill_id, vendor_id, "USD", total, total, 0, 0, 0, 0, total, None, None),
        *(*dates, None, None, None, None, None, None, None),
        *("UNPAID", "UNASSIGNED", 0, 0, user_id, now, now, 300 * len(amounts)),
    )
    lines = [
        (
            organization_id,
            bill_id,
            i,
            new_id("bli"),
            amounts[i],
            None,
            None,
            line.get("description"),
            *(None,) * 8,
        )
        for i, line in enumerate(body["billLineItems"])
    ]
    db.execute(INSERT_BILL, bill)
    db.executemany(INSERT_LINE, lines)
    told = encode(
        {"amount": [None, total], "dueDate": [None, body["dueDate"]], "lines": [None, lines]}
    ).decode()
    db.execute(
        INSERT_AUDIT,
        (organization_id, new_id("aud"), "Bill", bill_id, "CREATE", user_id, "API", now, told, 1),
    )
    entry = new_id("jou")
    db.execute(
        INSERT_ENTRY, (organization_id, entry, dates[3], "Bill", bill_id, f"Bill {number}", "USD", now)
    )
    db.executemany(
        INSERT_POSTING,
        [
            (organization_id, entry, 0, "expense", None, vendor_id, total, total),
            (organization_id, entry, 1, "accounts_payable", None, vendor_id, -total, -total),
        ],
    )
    answer = bill_json(bill, lines)
    payload = encode({**answer, "vendorName": vendor[2], "billLineItems": None}).decode()
    event = (organization_id, str(uuid.uuid4()), "bill.created", "1", bill_id, payload, now, organization_id)
    db.execute(INSERT_EVENT, event)
    db.execute(BALANCE, (total, now, organization_id, vendor_id))
    return encode(answer)


def build() -> Callable[[dict[str, Any], Callable[..., Any]], list[bytes]]:
    """The WSGI application; Granian calls this in each process."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        db, path = cursor(), environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] == "POST":
            status, body = "201 Created", create_bill(db, environ)
        elif path.startswith("/connect/v3/bills/"):
            status, body = "200 OK", read_bill(db, environ, path.rsplit("/", 1)[1])
        else:
            status, body = "200 OK", list_bills(db, environ)
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return application
