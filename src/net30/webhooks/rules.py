"""Decisions about webhooks, without I/O: what a subscription must be, how long a try waits, what is signed."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from net30.kernel.refusal import Refusal, Refusals
from net30.webhooks.catalogue import CATALOGUE, VERSION, key_of

MOST_SUBSCRIPTIONS = 10
LONGEST_NAME = 200
LONGEST_URL = 2_000

ANSWER_WITHIN_S = 10.0
DELIVERED = 200
MOST_ATTEMPTS = 5
FIRST_BACK_OFF_MS = 2_000
HISTORY_DAYS = 180

_encode = msgspec.json.encode


class SubscriptionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What someone says of a subscription; None leaves it as it is. Events are (type, version)."""

    name: str | None = None
    notification_url: str | None = None
    events: Sequence[tuple[str, str]] | None = None
    enabled: bool | None = None
    reason: str | None = None


def require_sound(draft: SubscriptionDraft, *, sandbox: bool) -> None:
    """400, naming every fault, for a name, an address or an event that cannot be."""
    faults: list[Refusal] = []
    if draft.name is not None and not 1 <= len(draft.name) <= LONGEST_NAME:
        faults.append(Refusal(None, field="name", detail=f"size must be between 1 and {LONGEST_NAME}"))
    if draft.notification_url is not None and (fault := _url_fault(draft.notification_url, sandbox)):
        help = "give the address of your receiver, such as https://example.com/hook"
        faults.append(Refusal(None, field="notification_url", detail=fault, help=help))
    for position, (type, version) in enumerate(draft.events or ()):
        if type not in CATALOGUE:
            faults.append(
                Refusal(
                    None,
                    field=f"events[{position}].type",
                    detail=f"there is no event {type}",
                    help="GET /connect-events/v3/events/catalog lists them",
                )
            )
        elif version != VERSION:
            detail = f"{type} has the version {VERSION} only"
            faults.append(Refusal(None, field=f"events[{position}].version", detail=detail))
    if draft.events is not None and not draft.events:
        faults.append(Refusal(None, field="events", detail="must not be empty"))
    if faults:
        raise Refusals(faults)


def _url_fault(url: str, sandbox: bool) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not a URL"
    if len(url) > LONGEST_URL or not url.isascii() or any(character.isspace() for character in url):
        return f"must be a URL of at most {LONGEST_URL} plain characters"
    if parts.scheme not in (("https", "http") if sandbox else ("https",)):
        return "must begin with https://" + (" or http://" if sandbox else "")
    if not parts.hostname or parts.username or parts.password or port == 0:
        return "must name a host, and no user"
    return None


def taken_by(draft_events: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> bool:
    """Whether two subscriptions of one address are the same."""
    return set(draft_events) == set(other)


def envelope(
    *, event_id: str, subscription_id: str, organization_id: str, type: str, version: str, payload: str
) -> str:
    """The body that is delivered: minified JSON, with the event's object under its own key."""
    metadata = {
        "eventId": event_id,
        "subscriptionId": subscription_id,
        "organizationId": organization_id,
        "eventType": type,
        "version": version,
    }
    return _encode({"metadata": metadata, key_of(type): msgspec.Raw(payload.encode())}).decode()


def signature(body: bytes, key: str) -> str:
    """The header x-bill-sha-signature: base64 of the HMAC-SHA256 (RFC 2104) of the body."""
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def standard_headers(body: bytes, key: str, event_id: str, at_s: int) -> dict[str, str]:
    """The three headers of the Standard Webhooks specification, version 1; the secret is the key's bytes."""
    signed = f"{event_id}.{at_s}.".encode() + body
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{signature(signed, key)}",
    }


def back_off_ms(attempts: int) -> int:
    """How long to wait after so many tries that failed: 2, 4, 8, 16 s."""
    return FIRST_BACK_OFF_MS << (attempts - 1)
