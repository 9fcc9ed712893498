"""How long sessions live and what their MFA status is. All times are machine time in milliseconds."""

from net30.access.schemas import MfaStatus
from net30.access.tables import RememberedDevice, SessionKind
from net30.kernel.tables import Organization
from net30.organizations.settings import settings_of

MINUTE_MS = 60_000
IDLE_MS: dict[SessionKind, int] = {
    "USER": 35 * MINUTE_MS,
    "SYNC": 48 * 60 * MINUTE_MS,
    "PARTNER": 35 * MINUTE_MS,
}
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


def is_trusted(organization: Organization, kind: SessionKind, *, remembered: bool) -> bool:
    """Whether a session may do what needs MFA: a sync token's never, every user's where MFA is not used."""
    return kind == "USER" and (remembered or not settings_of(organization).uses_mfa)


def mfa_status(organization: Organization, *, trusted: bool, enrolled: bool) -> MfaStatus:
    """DISABLED where MFA is not used; COMPLETE in a trusted session; CHALLENGE for a user who has a phone or an
    authenticator app, and SETUP for one who has none."""
    if not settings_of(organization).uses_mfa:
        return "DISABLED"
    if trusted:
        return "COMPLETE"
    return "CHALLENGE" if enrolled else "SETUP"
