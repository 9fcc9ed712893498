"""Which phone numbers there are, and which challenges can still be answered."""

import re

from net30.kernel.refusal import Refusal
from net30.mfa.tables import Challenge, Purpose

CODE_MS = 5 * 60_000
# A challenge that is over is kept for a day, so that a late answer is told that its code has expired.
KEPT_MS = 24 * 60 * 60_000
LONGEST_MACHINE_NAME = 255


def phone_number(text: str) -> str | None:
    """A phone number as ITU-T E.164 writes it (+ and 8 to 15 digits); None when the text is none.

    Without a country code it is of the North American Numbering Plan.
    """
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"1?[2-9]\d{9}", digits, re.ASCII):
        return f"+1{digits[-10:]}"
    return digits if re.fullmatch(r"\+[1-9]\d{7,14}", digits, re.ASCII) else None


def no_backup(field: str, asked: str) -> Refusal:
    """The answer (400) to what asks for a backup phone, which the API has not had since 2026-04-03."""
    return Refusal(
        None,
        field=field,
        detail=f"must not be {asked}: the primary phone is the only one",
        help="leave it out; a sandbox's world has backup phones with its setting mfaBackupPhones",
    )


def words(code: str) -> str:
    """What a phone is told."""
    return f"{code} is your net30 code, good for 5 minutes. Nobody from net30 will ask you for it."


def unanswerable(challenge: Challenge | None, user_id: str, purpose: Purpose, now: int) -> Refusal | None:
    """Why a challenge takes no answer: BDC_1374 when it is unknown, another's or used up, BDC_1356 when it is old."""
    if challenge is None or challenge.user_id != user_id or challenge.purpose != purpose:
        return _stale("no challenge with this id waits for this user")
    if challenge.answered_at is not None:
        return _stale("the challenge has been answered already")
    if challenge.expires_at <= now:
        return Refusal(
            "BDC_1356", detail="the code was good for 5 minutes, and they are over", help="ask for a new code"
        )
    return None


def wrong_code() -> Refusal:
    return Refusal("BDC_1356", detail="this is not the code", help="enter the code that was sent last")


def _stale(why: str) -> Refusal:
    return Refusal("BDC_1374", detail=why, help="ask for a new one")
