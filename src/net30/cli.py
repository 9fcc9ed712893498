"""The `net30` command: serve, migrate, worker, openapi, demo."""

import argparse
import sys
from collections.abc import Sequence

from net30 import __version__
from net30.settings import DESCRIBED, CannotStart, Settings, settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one subcommand; exits 2 when its flags are wrong, 1 when it cannot do its work."""
    parser = _parser()
    given = vars(parser.parse_args(arguments))
    command = given.pop("command")
    try:
        chosen = settings({name: given.get(name) for name in Settings.__struct_fields__})
    except ValueError as fault:
        parser.error(str(fault))
    try:
        COMMANDS[command](chosen)
    except CannotStart as fault:
        sys.exit(str(fault))
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="net30",
        description="An accounts-payable and accounts-receivable server that speaks the BILL v3 REST API.",
    )
    parser.add_argument("--version", action="version", version=f"net30 {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        described = command.__doc__ or ""
        sub = commands.add_parser(name, help=described.split("\n")[0], description=described)
        for setting in TAKES[name]:
            _add_flag(sub, setting)
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
    from net30.wire.openapi import document

    sys.stdout.write(document(sandbox=chosen.environment == "sandbox").decode() + "\n")


def _demo(chosen: Settings) -> None:
    """Show the main job on a server of its own: a vendor is paid from end to end."""
    from net30.demo import demo

    demo(chosen)


COMMANDS = {"serve": _serve, "migrate": _migrate, "worker": _worker, "openapi": _openapi, "demo": _demo}
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
        "files",
        "scan_command",
    ),
    "openapi": ("environment",),
    "demo": (),
}
