"""Which hosts this server answers for, and which pages may move its sandbox.

A browser sends whatever name led it here. A page whose name was made to point at this machine (DNS rebinding) could
otherwise read and write as if it were the server's own, so a request that names another host is refused (421, RFC
9110, 15.5.20). Nothing that a request names gets into a link: those begin with the public URL.
"""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import falcon

from net30.kernel.context import Server
from net30.kernel.refusal import Refusal

SANDBOX = "/sandbox/"
LONGEST_SHOWN = 100

# A name or an address, and maybe a port; brackets stand around an address of IPv6.
_AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.%]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?")


def known(*named: str) -> frozenset[str]:
    """The hosts of settings: names, addresses, URLs or comma-separated lists of them, without ports."""
    found = (_host(part.strip()) for one in named for part in one.split(","))
    return frozenset(one for one in found if one)


def faults(hosts: str) -> list[str]:
    """Parts of the setting NET30_HOSTS that name no host."""
    parts = (part.strip() for part in hosts.split(","))
    return [part for part in parts if part and _host(part) is None]


def address(host: str, port: int) -> str:
    """The URL by which this machine reaches a server that listens on a host; everywhere is loopback, too."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def require(server: Server, path: str, host: str | None, origin: str | None) -> None:
    """Refuse a request that is not for this server, or that another's page makes of the sandbox.

    421 for a Host that is not known; a request of HTTP/1.0 may name none, which no browser does. 403 for an Origin
    that is not known, below /sandbox: a page on a known host, such as a developer's own on localhost, may call.
    """
    if host and not _is_known(server.hosts, _named(host)):
        raise Refusal(
            None,
            status=421,
            field="Host",
            detail=f"this server does not answer for the host {_shown(host)}",
            help="use an address that it is known by, or name this one in NET30_HOSTS or NET30_PUBLIC_URL",
        )
    if (
        origin is not None
        and path.startswith(SANDBOX)
        and not _is_known(server.hosts, _named(urlsplit(origin).netloc))
    ):
        raise Refusal(
            None,
            status=403,
            field="Origin",
            detail=f"pages of {_shown(origin)} may not call the sandbox",
            help="call it from a program, or name the page's host in NET30_HOSTS",
        )


class Door:
    """Looks at each request before a route is looked for."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        environ: dict[str, Any] = req.env
        require(self.server, req.path, environ.get("HTTP_HOST"), environ.get("HTTP_ORIGIN"))


def _is_known(hosts: Iterable[str], name: str | None) -> bool:
    return name is not None and (name in hosts or _is_loopback(name))


def _is_loopback(name: str) -> bool:
    """localhost and what is below it (RFC 6761, 6.3), 127.0.0.0/8 and ::1."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _named(authority: str) -> str | None:
    """The host of an authority such as [::1]:8030, in the one form in which it is compared; None for anything else."""
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        return None
    host = str(match[1] or match[2]).lower().removesuffix(".")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host if match[2] else None


def _host(setting: str) -> str | None:
    """The host that a setting means: a URL's, or the setting itself."""
    if "//" in setting:
        return _named(urlsplit(setting).netloc.rpartition("@")[2])
    return _named(f"[{setting}]" if setting.count(":") > 1 and "[" not in setting else setting)


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
