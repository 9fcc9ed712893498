"""Ids that sort by age: what the object is, when the id was made, and a random part.

20 characters: a 3-character prefix, 8 base-62 digits of machine milliseconds since 1970, 9 base-62 digits of
randomness. The digits are in ASCII order, so ids of one kind sort bytewise by the time they were made.
"""

import os
import threading
import time
import uuid
from collections.abc import Iterator

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 20

PREFIX = {
    "user": "006",
    "organization": "008",
    "vendor": "009",
    "invoice": "00e",
    "invoice_line": "00f",
    "document": "00h",
    "bill": "00n",
    "payment_term": "00p",
    "billing_statement": "0S0",
    "bill_approver": "0ba",
    "chart_of_account": "0ca",
    "customer": "0cu",
    "department": "0de",
    "upload": "0du",
    "item": "0ii",
    "invoice_payment": "0ip",
    "role": "0po",
    "received_payment": "0rp",
    "national_vendor": "0rv",
    "note": "act",
    "approval_group": "agp",
    "approval_policy_approver": "apa",
    "approval_policy": "app",
    "attachment": "att",
    "bank_account": "bac",
    "bank_account_user": "bau",
    "mass_payment": "bbq",
    "bill_credit": "bcr",
    "bill_line": "bli",
    "bill_payment": "blp",
    "recurring_bill": "btp",
    "card_account": "cat",
    "customer_bank_account": "cba",
    "credit_memo_line": "cci",
    "credit_memo": "ccr",
    "check_image": "cki",
    "accounting_class": "cls",
    "customer_contact": "cpu",
    "ap_card": "dva",
    "employee": "emp",
    "invoice_credit": "icr",
    "job": "job",
    "location": "loc",
    "money_movement_item": "mmi",
    "money_movement": "mmt",
    "purchase_order_line": "pol",
    "price_plan": "ppl",
    "purchase_order": "pur",
    "recurring_invoice_line": "ril",
    "recurring_invoice": "rit",
    "convenience_fee": "rpf",
    "payment": "stp",
    "sync_token_user": "syu",
    "recurring_bill_line": "tli",
    "vendor_bank_account": "vba",
    "vendor_credit_approver": "vca",
    "vendor_credit_line": "vci",
    "vendor_credit": "vcr",
    "void_request": "vrq",
}

_PAIRS = [high + low for high in DIGITS for low in DIGITS]
_BLOCK_BYTES = 4096


def new(prefix: str) -> str:
    """A new id. Within one process every id's last 17 characters are greater than those of the one before."""
    with _lock:
        return prefix + next(_stamps)


def has_prefix(id: str, name: str) -> bool:
    """Whether `id` is of the kind `name`, a key of PREFIX; KeyError for a name that is not one."""
    return id.startswith(PREFIX[name])


def uuid4_text() -> str:
    """A random UUID for what the contract identifies so: webhook subscriptions and events."""
    return str(uuid.uuid4())


def _new_stamps() -> Iterator[str]:
    """The 17 characters behind the prefix, ever greater, also when the machine's clock is set back."""
    numbers = _random_numbers()
    last_ms = 0
    while True:
        now_ms = time.time_ns() // 1_000_000
        if now_ms > last_ms:
            last_ms, number = now_ms, next(numbers)
            moment = _base62(last_ms, 8)
        else:
            number += 1
        yield moment + _base62(number, 9)


def _random_numbers() -> Iterator[int]:
    """Numbers of 53 random bits: two thirds of what 9 digits hold, so that counting up never overflows."""
    while True:
        block = os.urandom(_BLOCK_BYTES)
        for start in range(0, _BLOCK_BYTES, 8):
            yield int.from_bytes(block[start : start + 8]) >> 11


def _base62(number: int, digits: int) -> str:
    text = ""
    while len(text) < digits:
        number, pair = divmod(number, 3844)
        text = _PAIRS[pair] + text
    return text[-digits:]


def _start_afresh() -> None:
    """A forked process draws its own randomness: it must not repeat its parent's ids."""
    global _lock, _stamps
    _lock = threading.Lock()
    _stamps = _new_stamps()


_lock: threading.Lock
_stamps: Iterator[str]
_start_afresh()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)
