"""Page tokens and links: opaque to clients, signed by the server, so that nobody makes up one."""

import base64
from typing import TypeVar

import msgspec

from net30.kernel.secrets import Secrets

T = TypeVar("T", bound=msgspec.Struct)

_SIGNATURE = 16


def write(secrets: Secrets, token: msgspec.Struct) -> str:
    """The text of a token."""
    content = msgspec.msgpack.encode(token)
    return base64.urlsafe_b64encode(secrets.sign(content) + content).decode().rstrip("=")


def read(secrets: Secrets, text: str, kind: type[T]) -> T | None:
    """The token that a text is; None when we did not write it, or wrote it for something else."""
    content = _content(secrets, text)
    if content is None:
        return None
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except msgspec.MsgspecError:
        return None


def _content(secrets: Secrets, text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    signature, content = raw[:_SIGNATURE], raw[_SIGNATURE:]
    return content if secrets.signed_by_us(content, signature) else None
