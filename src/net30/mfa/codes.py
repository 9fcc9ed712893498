"""Codes of six digits: those that are sent, and those of authenticator apps (RFC 6238)."""

import base64
import hmac
import secrets as random
from urllib.parse import quote, urlencode

from net30.kernel.secrets import Secrets

DIGITS = 6
STEP_S = 30
# An authenticator's clock may be a step ahead or behind (RFC 6238, section 5.2).
STEPS_ASIDE = 1


def new_code() -> str:
    return f"{random.randbelow(10**DIGITS):0{DIGITS}d}"


def kept(secrets: Secrets, challenge_id: str, code: str) -> str:
    """The stored form of a code: a hash that only this server's key can make, and for one challenge only."""
    return secrets.sign(f"mfa code {challenge_id} {code}".encode()).hex()


def same(one: str, other: str) -> bool:
    """Compared in the same time wherever they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_key() -> str:
    """An authenticator's key in base 32: 160 bits, as RFC 4226 recommends (section 4, R6)."""
    return base64.b32encode(random.token_bytes(20)).decode()


def totp(key: str, step: int) -> str:
    """The code of a time step (RFC 6238 over RFC 4226, HMAC-SHA-1); `key` is in base 32."""
    digest = hmac.digest(base64.b32decode(key), step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(key: str, code: str, machine_now: int, last_step: int) -> int | None:
    """The time step that a code belongs to, of those near now and after `last_step`: each is good for once."""
    now = machine_now // 1000 // STEP_S
    matching = [
        step
        for step in range(now - STEPS_ASIDE, now + STEPS_ASIDE + 1)
        if same(totp(key, step), code) and step > last_step
    ]
    return matching[0] if matching else None


def key_uri(key: str, issuer: str, username: str) -> str:
    """The otpauth address that an authenticator app reads from a QR code."""
    query = urlencode({"secret": key, "issuer": issuer, "digits": DIGITS, "period": STEP_S}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{query}"
