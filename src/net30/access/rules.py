"""How long sessions live and what their MFA status is. All times are machine time in milliseconds."""

from net30.access.schemas import MfaStatus
from net30.access.tables import RememberedDevice, SessionKind

MINUTE_MS = 60_000
IDLE_MS: dict[SessionKind, int] = {"USER": 35 * MINUTE_MS, "SYNC": 48 * 60 * MINUTE_MS}
# A session's row is rewritten once a minute at most; it lives this much longer, so that nobody is out early.
SLACK_MS = MINUTE_MS
REMEMBERED_MS = 30 * 24 * 60 * MINUTE_MS
LONGEST_DEVICE = 40


def expiry(kind: SessionKind, now: int) -> int:
    """When a session that is used now expires, unless it is used again."""
    return now + IDLE_MS[kind] + SLACK_MS


def wants_touch(kind: SessionKind, expires_at: int, now: int) -> bool:
    """Whether the stored expiry has fallen so far behind that it must be written again."""
    return expires_at < now + IDLE_MS[kind]


def username_key(username: str) -> str:
    """What usernames are compared by: letter case and surrounding blanks make no difference."""
    return username.strip().casefold()


def remembers(remembered: RememberedDevice | None, device: str, now: int) -> bool:
    """Whether a remembered device is the one named and still remembered."""
    return (
        remembered is not None
        and remembered.device == device
        and (remembered.expires_at is None or now < remembered.expires_at)
    )


def mfa_status(*, trusted: bool, phone: str | None) -> MfaStatus:
    """COMPLETE in a trusted session, CHALLENGE for a user with a phone, SETUP for one without."""
    if trusted:
        return "COMPLETE"
    return "SETUP" if phone is None else "CHALLENGE"
