"""Runs one of the operator's commands on the server's database, and prints what came of it."""

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import net30.rooms  # noqa: F401  (declares every table)
from net30.app import server
from net30.console import banks, jobs, keys, organizations, people, rates, secrets, trail
from net30.console.answers import printed
from net30.console.commands import CONSOLE, Asked
from net30.kernel.refusal import Refusal, Refusals
from net30.settings import CannotStart, Settings
from net30.startup import claim, opened, require_settings

WORK: Mapping[str, Callable[..., Any]] = {
    "organization create": organizations.create,
    "organization list": organizations.list_all,
    "organization network": organizations.network,
    "user create": people.create,
    "user reset-password": people.reset_password,
    "user reset-mfa": people.reset_mfa,
    "user enroll-totp": people.enroll_totp,
    "key create": keys.create,
    "key grant": keys.grant,
    "key revoke": keys.revoke,
    "key list": keys.list_all,
    "bank add": banks.add,
    "bank verify": banks.verify,
    "bank-user verify": banks.verify_user,
    "risk decide": organizations.decide_risk,
    "jobs list": jobs.list_failed,
    "jobs retry": jobs.retry,
    "rates load": rates.load,
    "rates list": rates.list_all,
    "secrets rotate": secrets.rotate,
    "audit": trail.search,
}
assert WORK.keys() == CONSOLE.keys(), "every command has its work"


def run(name: str, chosen: Settings, asked: Asked, *, as_json: bool) -> None:
    """Do it and print it; CannotStart says in a sentence what was refused."""
    require_settings(chosen, mails=False)
    with opened(chosen) as database:
        claim(database, chosen)
    running = server(chosen)
    try:
        answer = WORK[name](running, asked)
        # A long one comes in pieces, and is read while it is written.
        pieces = answer if isinstance(answer, Iterator) else (f"{printed(answer, as_json=as_json)}\n",)
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except Refusal as refusal:
        raise CannotStart(_sentence(refusal)) from None
    except Refusals as several:
        raise CannotStart("\n".join(map(_sentence, several.refusals))) from None
    finally:
        running.database.close()


def _sentence(refusal: Refusal) -> str:
    """A refusal in words; what is wrong with a flag names it."""
    named = refusal.field is not None and refusal.code is None
    flag = (refusal.field or "").replace("_", "-")
    return f"{f'--{flag}: ' if named else ''}{refusal.detail}{'; ' if refusal.help else ''}{refusal.help}"
