"""HTML pages for people. All that net30 serves are made here, so that none lacks what keeps it from harm.

A page loads nothing, is in no frame, is kept nowhere, and runs no script and no style but its own, which its policy
names by their hashes (Content Security Policy Level 3, W3C).
"""

import base64
import hashlib
from functools import lru_cache
from html import escape

from net30.wire.dispatch import Raw

HTML = "text/html; charset=utf-8"
BASE = """
:root { color-scheme: light dark; }
[hidden] { display: none; }
"""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(title: str, body: str, *, style: str, script: str = "", status: int | None = None) -> Raw:
    """A page; `title` is text, `body` is HTML, and a script stands behind the body."""
    styled = BASE + style
    scripted = f"<script>{script}</script>" if script else ""
    html = (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'><meta name='robots' content='noindex'>"
        f"<style>{styled}</style></head><body>{body}{scripted}</body></html>"
    )
    return Raw(html.encode(), HTML, status, {**HEADERS, "Content-Security-Policy": _policy(styled, script)})


@lru_cache(maxsize=32)
def _policy(style: str, script: str) -> str:
    allowed = [f"style-src {_hash(style)}", *([f"script-src {_hash(script)}"] if script else [])]
    return "; ".join(
        (
            "default-src 'none'",
            *allowed,
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
