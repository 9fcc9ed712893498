"""The `net30` command: serve, migrate, worker, openapi, demo, and what an operator does (console/commands.py)."""

import argparse
import os
import sys
from collections.abc import Sequence

from net30 import __version__
from net30.console.commands import CONSOLE, Asked
from net30.console.flags import add_flags, read
from net30.listen import Listen, listen
from net30.settings import DESCRIBED, CannotStart, Settings, settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one subcommand; exits 2 when its flags are wrong, 1 when it cannot do its work."""
    parser = _parser()
    given = vars(parser.parse_args(arguments))
    name = given["command"]
    try:
        chosen = settings({setting: given.get(setting) for setting in Settings.__struct_fields__})
        known: dict[str, type[Asked]] = {**CONSOLE, **PROGRAMS}
        asked = read(known[name], given) if name in known else None
    except ValueError as fault:
        parser.error(str(fault))
    try:
        if asked is None:
            COMMANDS[name](chosen)
        elif isinstance(asked, Listen):
            listen(asked)
        else:
            from net30.console.run import run

            run(name, chosen, asked, as_json=given.get("json", False))
    except CannotStart as fault:
        sys.exit(str(fault))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read has seen enough, such as `head`; what is left must not be flushed into the pipe at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="net30",
        description="An accounts-payable and accounts-receivable server that speaks the BILL v3 REST API.",
    )
    parser.add_argument("--version", action="version", version=f"net30 {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    groups: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}
    for name, command in {**COMMANDS, **PROGRAMS, **CONSOLE}.items():
        group, _, verb = name.rpartition(" ")
        if group and group not in groups:
            said = f"net30 {group} --help lists what there is"
            above = commands.add_parser(group, help=GROUPS[group], description=said)
            groups[group] = above.add_subparsers(required=True, metavar="VERB")
        described = command.__doc__ or ""
        room = groups[group] if group else commands
        sub = room.add_parser(verb, help=described.split("\n")[0], description=described)
        sub.set_defaults(command=name)
        for setting in TAKES.get(name, CONSOLE_TAKES):
            _add_flag(sub, setting)
        if name in PROGRAMS:
            add_flags(sub, PROGRAMS[name])
        if name in CONSOLE:
            add_flags(sub, CONSOLE[name])
            if "format" not in CONSOLE[name].__struct_fields__:
                sub.add_argument("--json", action="store_true", help="print the answer as JSON")
    return parser


def _add_flag(parser: argparse.ArgumentParser, setting: str) -> None:
    default = Settings.__struct_defaults__[Settings.__struct_fields__.index(setting)]
    flag = f"--{setting.replace('_', '-')}"
    help = f"{DESCRIBED[setting]} (NET30_{setting.upper()})"
    if default is True:
        parser.add_argument(
            f"--no-{flag[2:]}", dest=setting, action="store_const", const="false", help=f"do not {help}"
        )
    elif default is False:
        parser.add_argument(flag, action="store_const", const="true", help=help)
    else:
        parser.add_argument(flag, metavar=setting.upper(), help=f"{help}; default: {default or 'none'}")


def _serve(chosen: Settings) -> None:
    """Serve requests, and run due jobs in a process beside them."""
    from net30.serve import serve

    serve(chosen)


def _migrate(chosen: Settings) -> None:
    """Bring the database's schema up to date."""
    import net30.rooms  # noqa: F401  (declares every table)
    from net30.startup import claim, opened
    from net30.store.schema import migrate

    with opened(chosen) as database:
        migrate(database)
        if chosen.environment == "production":
            claim(database, chosen)
    print("the schema is up to date")


def _worker(chosen: Settings) -> None:
    """Run due jobs until stopped. `serve` starts one; on PostgreSQL more may run elsewhere."""
    from net30.worker import work

    work(chosen)


def _openapi(chosen: Settings) -> None:
    """Print the OpenAPI 3.1 document."""
    import net30.rooms  # noqa: F401  (fills the table of operations)
    from net30.samples import document

    sys.stdout.write(document(sandbox=chosen.environment == "sandbox").decode() + "\n")


def _demo(chosen: Settings) -> None:
    """Show the main job on a server of its own: a vendor is paid from end to end."""
    from net30.demo import demo

    demo(chosen)


def _new_key(chosen: Settings) -> None:
    """Print a new secret key, for NET30_SECRET_KEY."""
    import secrets

    print(secrets.token_urlsafe(32))


COMMANDS = {
    "serve": _serve,
    "migrate": _migrate,
    "worker": _worker,
    "openapi": _openapi,
    "demo": _demo,
    "secrets new-key": _new_key,
}
# What talks to a server as a program of anybody's does.
PROGRAMS = {"listen": Listen}
TAKES: dict[str, tuple[str, ...]] = {
    "serve": Settings.__struct_fields__,
    "migrate": ("database", "environment"),
    "worker": (
        "database",
        "environment",
        "secret_key",
        "sms_command",
        "smtp_url",
        "mail_from",
        "webhook_hosts",
        "files",
        "scan_command",
    ),
    "openapi": ("environment",),
    "demo": (),
    "listen": (),
    "secrets new-key": (),
}
CONSOLE_TAKES = ("database", "environment", "secret_key")
GROUPS = {
    "organization": "make and list organizations",
    "user": "make users, and help those who lost their password or phone",
    "key": "make developer keys, grant them and switch them off",
    "bank": "add bank accounts that you have verified",
    "bank-user": "vouch for who may pay from a bank account",
    "risk": "decide whether an organization may move money",
    "jobs": "show work that was given up, and have it done again",
    "rates": "load and list the exchange rates that foreign bills and invoices are valued at",
    "secrets": "make secret keys, and encrypt everything by a new one",
}
