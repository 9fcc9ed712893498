"""What decides over bank accounts: how one becomes usable, what may be said of it, and whom it obeys."""

import re
import secrets
from typing import Literal

from net30.funding.tables import BankAccountStatus
from net30.kernel.bank_numbers import is_aba_routing_number
from net30.kernel.refusal import Fault

DAY_MS = 24 * 3_600_000
VERIFY_WINDOW_MS = 14 * DAY_MS
MOST_TRIES = 3
SANDBOX_DEPOSIT = 500
"""The test deposit of every sandbox account: 0.50 USD, in thousandths."""

AccountAction = Literal["right amount", "last wrong amount", "window over"]

STATUS_AFTER: dict[tuple[BankAccountStatus, AccountAction], BankAccountStatus] = {
    ("PENDING", "right amount"): "VERIFIED",
    ("PENDING", "last wrong amount"): "BLOCKED",
    ("PENDING", "window over"): "EXPIRED",
}
"""How the state of a bank account moves; what is not here does not happen."""

# Nacha Operating Rules, DFI Account Number: up to 17 characters. Fewer than 4 could not be masked.
_ACCOUNT_NUMBER = re.compile("[0-9]{4,17}")


def routing_number_fault(text: str | None) -> str | None:
    """What is wrong with the routing number of a US bank account; None when nothing is."""
    if text is None:
        return "must not be null"
    if not is_aba_routing_number(text):
        return "must be an ABA routing number: nine digits, the last of which checks the others"
    return None


def account_number_fault(text: str | None) -> str | None:
    """What is wrong with the number of a US bank account; None when nothing is."""
    if text is None:
        return "must not be null"
    if not _ACCOUNT_NUMBER.fullmatch(text):
        return "must be 4 to 17 digits"
    return None


def number_faults(routing_number: str | None, account_number: str | None) -> list[Fault]:
    """What is wrong with the two numbers of a US bank account, by the fields that carry them."""
    found = (
        ("routing_number", routing_number_fault(routing_number)),
        ("account_number", account_number_fault(account_number)),
    )
    return [(path, fault) for path, fault in found if fault is not None]


def random_routing_number() -> str:
    """A routing number with a right check digit, of one of the twelve Federal Reserve districts."""
    stem = f"{secrets.randbelow(12) + 1:02d}{secrets.randbelow(1_000_000):06d}"
    return next(number for digit in range(10) if is_aba_routing_number(number := f"{stem}{digit}"))


def random_account_number() -> str:
    """Ten random digits, the first of which is not a zero."""
    return str(secrets.randbelow(9 * 10**9) + 10**9)


def random_deposit() -> int:
    """The amount of a test deposit in production: one of 0.01 to 0.99 USD, in thousandths."""
    return (secrets.randbelow(99) + 1) * 10


def masked(last_four: str, length: int) -> str:
    """An account number as it is shown: stars, and the last four digits."""
    return "*" * (length - len(last_four)) + last_four
