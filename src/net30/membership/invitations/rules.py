"""When an invitation is good, and what makes a password good enough."""

from typing import Literal

from net30.access.tables import User
from net30.kernel.clock import timestamp
from net30.kernel.refusal import Refusal
from net30.membership.invitations.tables import Invitation

DAY_MS = 86_400_000
VALID_MS = 7 * DAY_MS

# NIST SP 800-63B asks for length and a look at what is easily guessed, not for kinds of characters.
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
FEWEST_DIFFERENT = 5
# Guesses that zxcvbn expects until a password is found: what it calls safely unguessable, protection from offline
# attacks on slow hashes. It looks at no more than 72 characters.
SAFE_GUESSES_LOG10 = 8
MOST_GUESSED = 72

State = Literal["OPEN", "ACCEPTED", "EXPIRED", "WITHDRAWN"]


def state(invitation: Invitation, user: User, now: int) -> State:
    """What has become of an invitation by a business time; the user is archived when it was withdrawn."""
    if invitation.accepted_time is not None:
        return "ACCEPTED"
    if user.archived:
        return "WITHDRAWN"
    return "OPEN" if now < invitation.expires_at else "EXPIRED"


def refused(state: State, invitation: Invitation) -> Refusal | None:
    """Why an invitation that is not open opens nothing; None for one that is."""
    ask = "ask an administrator of the organization to archive and restore you, which sends a new invitation"
    told = {
        "ACCEPTED": ("this invitation was used already", "sign in with the password that was chosen"),
        "WITHDRAWN": ("this invitation was withdrawn", "ask an administrator of the organization"),
        "EXPIRED": (f"this invitation expired at {timestamp(invitation.expires_at)}", ask),
    }
    if state == "OPEN":
        return None
    detail, help = told[state]
    return Refusal(None, status=422, field="token", detail=detail, help=help)


def password_fault(password: str, username: str) -> str | None:
    """What keeps a text from being a password, or None: its length, sameness, the username in it, or that it is one
    of those that are tried first."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
    if len(set(password)) < FEWEST_DIFFERENT:
        return f"must have at least {FEWEST_DIFFERENT} different characters"
    name = username.casefold().partition("@")[0]
    if len(name) >= FEWEST_DIFFERENT and name in password.casefold():
        return "must not have the username in it"
    if _guesses_log10(password) < SAFE_GUESSES_LOG10:
        return "is among the common passwords, or nearly so"
    return None


def _guesses_log10(password: str) -> float:
    # Its lists of words take a while to load, and few processes need them.
    from zxcvbn import zxcvbn

    return float(zxcvbn(password[:MOST_GUESSED])["guesses_log10"])
