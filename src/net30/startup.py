"""What is looked at before a process of net30 begins: settings that do not go together, and whose database it is.

A database belongs to the environment whose process came first. A sandbox lets anybody make and remove organizations,
so it must never stand on a production's database, nor production on what a sandbox made.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, make_url, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ArgumentError, DBAPIError

from net30.access.tables import developer_keys
from net30.kernel.tables import ServerValue, organizations, server_values
from net30.settings import CannotStart, Settings, secret_keys
from net30.store.database import Database, Transaction
from net30.store.schema import SchemaIsOld, require_current
from net30.store.statements import Statement, by_key
from net30.wire import hosts

# A random text of 16 characters in base 64 has 96 bits: nobody finds it by trying.
SHORTEST_KEY = 16

OWN_KEY = "secret_key"
ENVIRONMENT = "environment"
SANDBOX_KEYS = "Sandbox"

_VALUE = Statement(select(server_values).where(by_key(server_values, ["name"])))
_CLAIM = Statement(insert(server_values).on_conflict_do_nothing())
_ORGANIZATIONS = Statement(select(func.count()).select_from(organizations))
_KEYS_OF_WORLDS = Statement(
    select(func.count()).select_from(developer_keys).where(developer_keys.c.name == SANDBOX_KEYS)
)


def require_settings(chosen: Settings, *, mails: bool) -> None:
    """Refuse settings with which production would be unsafe; `mails` when the process sends mail."""
    _refuse([f"NET30_HOSTS names no host by {one!r}" for one in hosts.faults(chosen.hosts)])
    if chosen.environment == "sandbox":
        return
    faults: list[str] = []
    keys = secret_keys(chosen)
    if not keys:
        faults.append(
            "production needs NET30_SECRET_KEY, which encrypts account numbers and other secrets: "
            "`net30 secrets new-key` prints one; keep it apart from the database's backups"
        )
    if any(len(key) < SHORTEST_KEY for key in keys):
        faults.append(
            f"a key in NET30_SECRET_KEY has fewer than {SHORTEST_KEY} characters and can be guessed: "
            "`net30 secrets new-key` prints one that cannot"
        )
    if mails and not chosen.smtp_url:
        faults.append(
            "production needs NET30_SMTP_URL, such as smtps://user:password@smtp.example.com: "
            "without mail nobody can be invited or told of a payment"
        )
    _refuse(faults)


@contextmanager
def opened(chosen: Settings, connections: int = 1) -> Iterator[Database]:
    """The database, while the block runs; CannotStart says why it cannot be reached."""
    shown = _shown(chosen.database)
    try:
        database = Database(chosen.database, connections)
    except OSError as fault:
        raise CannotStart(f"net30 cannot open the database {shown}: {fault.strerror or fault}") from None
    try:
        try:
            database.engine.connect().close()
        except DBAPIError as fault:
            said = str(fault.orig).strip().splitlines()[0]
            raise CannotStart(f"net30 cannot reach the database {shown}: {said}") from None
        yield database
    finally:
        database.close()


def claim(database: Database, chosen: Settings) -> None:
    """Make a database this environment's, or refuse one that is the other's or holds what the other made."""
    try:
        require_current(database)
    except SchemaIsOld as fault:
        raise CannotStart(str(fault)) from None
    with database.write() as tx:
        owner = _value(tx, ENVIRONMENT)
        if owner is None:
            # Made before databases had owners, or with nothing in it yet.
            owner = "sandbox" if _value(tx, OWN_KEY) or _count(tx, _ORGANIZATIONS) else chosen.environment
        faults = _faults_in_production(tx, owner) if chosen.environment == "production" else []
        if chosen.environment == "sandbox" and owner == "production":
            faults = [
                "the database belongs to a production server, and a sandbox lets anybody make and remove "
                "organizations: say --environment production, or give the sandbox a database of its own"
            ]
        _refuse(faults)
        tx.execute(_CLAIM, {"name": ENVIRONMENT, "value": owner})


def _faults_in_production(tx: Transaction, owner: str) -> list[str]:
    faults: list[str] = []
    if owner == "sandbox":
        worlds = _count(tx, _ORGANIZATIONS)
        holds = f" and holds {worlds} of its worlds, whose bank accounts nobody verified" if worlds else ""
        faults.append(f"the database belongs to a sandbox{holds}: give production a database of its own")
    if _value(tx, OWN_KEY):
        faults.append(
            "the database holds the secret key that a sandbox made for itself: whoever has a copy of the "
            "database can read its secrets"
        )
    if keys := _count(tx, _KEYS_OF_WORLDS):
        faults.append(
            f"the database knows {keys} developer keys that a sandbox gave out to anybody who asked"
        )
    return faults


def _refuse(faults: list[str]) -> None:
    if faults:
        raise CannotStart("\n".join(faults))


def _value(tx: Transaction, name: str) -> str | None:
    found = tx.record(ServerValue, _VALUE, {"name": name})
    return None if found is None else found.value


def _count(tx: Transaction, statement: Statement) -> int:
    row = tx.row(statement, {})
    return int(row[0]) if row is not None else 0


def _shown(url: str) -> str:
    """A database's address without its password; CannotStart when it is none that net30 knows."""
    try:
        parsed = make_url(url)
        known = parsed.get_backend_name() in ("sqlite", "postgresql") and bool(parsed.database)
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise CannotStart(
            "NET30_DATABASE is no address of a database that net30 knows: "
            "write sqlite:///FILE or postgresql://USER@HOST/NAME"
        )
    return parsed.render_as_string(hide_password=True)
