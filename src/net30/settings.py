"""Flags and NET30_… variables, gathered into one value. A flag wins over its variable, a variable over the default."""

import os
from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from net30.kernel.context import Environment
from net30.kernel.limits import Limits
from net30.kernel.mail_server import mail_server

Most = Annotated[int, Meta(ge=0, le=1_000_000_000)]


class CannotStart(Exception):
    """Why a process cannot do its work with the settings or the database it was given; one sentence a line."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How one server runs. Each field is the flag --name and the variable NET30_NAME."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 8030
    database: str = "sqlite:///net30.db"
    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    threads: Annotated[int, Meta(ge=0, le=256)] = 0
    environment: Environment = "sandbox"
    strict: bool = False
    log_requests: bool = False
    secret_key: str = ""
    public_url: Annotated[str, Meta(pattern="^(https?://[^\\s]+)?$")] = ""
    hosts: str = ""
    files: str = ""
    scan_command: str = ""
    limit_requests_per_hour: Most = 20_000
    limit_sign_ins_per_hour: Most = 200
    limit_concurrent_requests: Most = 3
    limit_texts_per_minute: Most = 5
    limit_lock_outs: bool = True
    trust_for_people: bool = True
    webhook_hosts: str = ""
    sms_command: str = ""
    smtp_url: str = ""
    mail_from: str = ""

    @property
    def limits(self) -> Limits:
        """The limits that hold in production."""
        return Limits(
            requests_per_hour=self.limit_requests_per_hour or None,
            sign_ins_per_hour=self.limit_sign_ins_per_hour or None,
            concurrent_requests=self.limit_concurrent_requests or None,
            texts_per_minute=self.limit_texts_per_minute or None,
            lock_logins=self.limit_lock_outs,
            lock_organization=self.limit_lock_outs,
        )


DESCRIBED = {
    "host": "address to listen on",
    "port": "port to listen on",
    "database": "SQLAlchemy URL: sqlite:///FILE or postgresql://…",
    "workers": "processes that answer requests",
    "threads": "threads that answer quick requests in each of them; 0: 1 on SQLite, 8 on PostgreSQL",
    "environment": "sandbox or production",
    "strict": "refuse unknown request fields by name",
    "log_requests": "write a line for each request",
    "secret_key": "keys that encrypt secrets at rest, comma-separated; the first encrypts",
    "public_url": "address that links in mails and answers begin with; http://HOST:PORT unless given",
    "hosts": "more hosts that requests may name, comma-separated, beside loopback, --host and the public URL",
    "files": "folder of uploaded files; net30-files beside the SQLite database, or where net30 runs",
    "scan_command": "command that scans a file for malware and exits 1 when it finds any; the path is added to it",
    "limit_requests_per_hour": "requests of a developer key within an hour, in production; 0 for no limit",
    "limit_sign_ins_per_hour": "sign-ins by a developer key within an hour, in production; 0 for no limit",
    "limit_concurrent_requests": "requests of a developer key at once per organization, in production; 0 for no limit",
    "limit_texts_per_minute": "texts and invoice mails of a user within a minute, in production; 0 for no limit",
    "limit_lock_outs": "lock a user, and then the organization, after too many failed sign-ins, in production",
    "trust_for_people": "production: administrators, bank users, vendors' accounts change by MFA-trusted sessions only",
    "webhook_hosts": "receivers of webhooks on private networks, as host or host:port, comma-separated",
    "sms_command": "production: command that texts MFA codes; number as last argument, text on standard input",
    "smtp_url": "mail server: smtp://user:password@host:port?starttls=1 or smtps://…; the sandbox needs none",
    "mail_from": "sender of mails; the user of the mail server unless given",
}


def from_environment(variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The settings that NET30_… variables give."""
    names = {f"NET30_{name.upper()}": name for name in Settings.__struct_fields__}
    return {name: variables[variable] for variable, name in names.items() if variable in variables}


def settings(given: Mapping[str, str | None], variables: Mapping[str, str] = os.environ) -> Settings:
    """Settings from flags and variables; ValueError says which one is wrong."""
    texts = {**from_environment(variables), **{k: v for k, v in given.items() if v is not None}}
    try:
        chosen = msgspec.convert(texts, Settings, strict=False)
    except msgspec.ValidationError as fault:
        raise ValueError(str(fault)) from None
    mail_server(chosen.smtp_url, chosen.mail_from)
    return chosen


def threads(chosen: Settings) -> int:
    """How many threads of a process answer quick requests.

    PostgreSQL works while its client waits; SQLite works in the client, and threads only wait for each other
    (docs/adr/0019).
    """
    return chosen.threads or (1 if chosen.database.startswith("sqlite") else 8)


def secret_keys(chosen: Settings) -> list[str]:
    """The keys of NET30_SECRET_KEY; the first encrypts."""
    return [key for part in chosen.secret_key.split(",") if (key := part.strip())]


def to_environment(chosen: Settings) -> dict[str, str]:
    """The variables that give another process the same settings."""
    values = msgspec.structs.asdict(chosen)
    return {
        f"NET30_{name.upper()}": str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in values.items()
    }
