"""Encrypts what must not be read from a copy of the database, and makes the keyed hashes that find secrets again.

Fernet (AES-128-CBC with HMAC-SHA256) from the `cryptography` library; the first key encrypts, all of them decrypt.
"""

import base64
import hashlib
import hmac
import secrets as random
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def token(bytes_of_randomness: int = 32) -> str:
    """An unguessable text for sessions and keys, safe in a URL."""
    return random.token_urlsafe(bytes_of_randomness)


def fingerprint(secret: str) -> str:
    """The stored form of an unguessable secret (a session id, a developer key): SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def last_four(value: str) -> str:
    """A secret number as it is shown: all but the last four characters replaced by stars."""
    return "*" * max(len(value) - 4, 0) + value[-4:]


class Unreadable(Exception):
    """A secret was encrypted by a key that is none of the server's."""


class Secrets:
    """The server's secret keys. Any text serves as a key; it is stretched by SHA-256, so it must be random itself."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one secret key is needed")
        digests = [hashlib.sha256(f"net30 {key}".encode()).digest() for key in keys]
        ciphers = [Fernet(base64.urlsafe_b64encode(digest)) for digest in digests]
        self._first, self._cipher = ciphers[0], MultiFernet(ciphers)
        self._signing = digests

    def encrypt(self, text: str) -> str:
        return self._cipher.encrypt(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        """The text that `encrypt` was given; Unreadable when none of the keys can read it."""
        try:
            return self._cipher.decrypt(text.encode()).decode()
        except InvalidToken:
            raise Unreadable from None

    def renewed(self, text: str) -> str:
        """What `encrypt` made, made anew by the first key; the same text where that key made it.

        Raises Unreadable when none of the keys can read it.
        """
        try:
            self._first.decrypt(text.encode())
        except InvalidToken:
            pass
        else:
            return text
        try:
            return self._cipher.rotate(text.encode()).decode()
        except InvalidToken:
            raise Unreadable from None

    def sign(self, content: bytes) -> bytes:
        """16 bytes that only this server's key can make over the content."""
        return hmac.digest(self._signing[0], content, "sha256")[:16]

    def signed_by_us(self, content: bytes, signature: bytes) -> bool:
        """Whether `sign` made a signature, by the first key or by one that was first before."""
        made = (hmac.digest(key, content, "sha256")[:16] for key in self._signing)
        return any(hmac.compare_digest(one, signature) for one in made)
