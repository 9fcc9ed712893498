"""Encrypts what must not be read from a copy of the database, and makes the keyed hashes that find secrets again.

Fernet (AES-128-CBC with HMAC-SHA256) from the `cryptography` library; the first key encrypts, all of them decrypt.
"""

import base64
import hashlib
import hmac
import secrets as random
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet


def token(bytes_of_randomness: int = 32) -> str:
    """An unguessable text for sessions and keys, safe in a URL."""
    return random.token_urlsafe(bytes_of_randomness)


def fingerprint(secret: str) -> str:
    """The stored form of an unguessable secret (a session id, a developer key): SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def last_four(value: str) -> str:
    """A secret number as it is shown: all but the last four characters replaced by stars."""
    return "*" * max(len(value) - 4, 0) + value[-4:]


class Secrets:
    """The server's secret keys. Any text serves as a key; it is stretched by SHA-256, so it must be random itself."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one secret key is needed")
        digests = [hashlib.sha256(f"net30 {key}".encode()).digest() for key in keys]
        self._cipher = MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
        self._signing = digests[0]

    def encrypt(self, text: str) -> str:
        return self._cipher.encrypt(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        return self._cipher.decrypt(text.encode()).decode()

    def sign(self, content: bytes) -> bytes:
        """16 bytes that only this server's key can make over the content."""
        return hmac.digest(self._signing, content, "sha256")[:16]

    def signed_by_us(self, content: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(self.sign(content), signature)
