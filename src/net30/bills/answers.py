"""How stored bills are written on the wire."""

from collections.abc import Sequence

from net30.bills.schemas import (
    LINE_NAMES,
    NAMES,
    BillAnswer,
    BillEvent,
    BillLineAnswer,
    BillListed,
    BillRead,
    BillRecordStatus,
    BillWithoutApprovers,
)
from net30.bills.tables import Bill, BillLine
from net30.wire.answers import answering

_line = answering(BillLineAnswer, BillLine, LINE_NAMES)
_without_approvers = answering(BillWithoutApprovers, Bill, NAMES, more=["bill_line_items"])
# No bill has approvers yet.
_answer = answering(BillAnswer, Bill, NAMES, more=["bill_line_items"], absent=["approvers"])
_LISTED = ["bill_line_items", "record_status", "vendor_name"]
_listed = answering(BillListed, Bill, NAMES, more=_LISTED)
_read = answering(BillRead, Bill, NAMES, more=_LISTED, absent=["approvers"])
_event = answering(BillEvent, Bill, NAMES, more=["vendor_name"])


def bill_answer(bill: Bill, lines: Sequence[BillLine]) -> BillAnswer:
    """A bill as it is answered to who wrote it."""
    return _answer(bill, bill_line_items=_lines(lines))


def bill_without_approvers(bill: Bill, lines: Sequence[BillLine]) -> BillWithoutApprovers:
    return _without_approvers(bill, bill_line_items=_lines(lines))


def bill_read(bill: Bill, lines: Sequence[BillLine], vendor_name: str) -> BillRead:
    return _read(
        bill, bill_line_items=_lines(lines), record_status=_record_status(bill), vendor_name=vendor_name
    )


def bill_listed(bill: Bill, lines: Sequence[BillLine], vendor_name: str) -> BillListed:
    return _listed(
        bill, bill_line_items=_lines(lines), record_status=_record_status(bill), vendor_name=vendor_name
    )


def event_payload(bill: Bill, vendor_name: str) -> BillEvent:
    """What subscribers are told of a bill."""
    return _event(bill, vendor_name=vendor_name)


def _lines(lines: Sequence[BillLine]) -> list[BillLineAnswer]:
    return [_line(line) for line in lines]


def _record_status(bill: Bill) -> BillRecordStatus:
    return "INACTIVE" if bill.archived else "ACTIVE"
