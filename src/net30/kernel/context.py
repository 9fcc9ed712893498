"""What every action is handed: the server it runs on, who acts, and the open transaction of one organization."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import bindparam, select

from net30.kernel.clock import business_now
from net30.kernel.limits import OFF, Counting, Limits
from net30.kernel.mail_server import MailServer
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import Secrets
from net30.kernel.tables import Organization, Via, organizations
from net30.store.database import Database, TenantTransaction, Transaction
from net30.store.files import Files
from net30.store.statements import Sized, Statement, one_of

Environment = Literal["sandbox", "production"]

_by_id = select(organizations).where(organizations.c.id == bindparam("id"))
ORGANIZATION = Statement(_by_id)
LOCKED_ORGANIZATION = Statement(_by_id.with_for_update(key_share=True))
# PostgreSQL locks rows in the order in which it finds them sorted.
_LOCKED_TOGETHER = Sized(
    lambda count: (
        select(organizations)
        .where(one_of(organizations.c.id, "id", count))
        .order_by(organizations.c.id)
        .with_for_update(key_share=True)
    )
)


@dataclass(frozen=True, slots=True)
class Server:
    """The parts one process of net30 runs on.

    `limits` hold in production; a world of the sandbox has its own. `public_url`, which has no slash at its end,
    is where people reach the server, and `hosts` are the names and addresses that it answers for beside loopback.
    `scan_command` finds malware in files. `trust_for_people` asks for trust where a change would hand it to somebody.
    `webhook_hosts` are receivers of webhooks that may be on a private network.
    """

    database: Database
    environment: Environment
    secrets: Secrets
    machine_now: Callable[[], int]
    files: Files
    strict: bool = False
    public_url: str = "http://127.0.0.1:8030"
    hosts: frozenset[str] = frozenset()
    scan_command: tuple[str, ...] = ()
    limits: Limits = OFF
    trust_for_people: bool = False
    webhook_hosts: frozenset[str] = frozenset()
    counting: Counting = field(default_factory=Counting, compare=False)
    sms_command: tuple[str, ...] = ()
    mail: MailServer | None = None

    @property
    def sandbox(self) -> bool:
        return self.environment == "sandbox"


class Actor(msgspec.Struct, frozen=True):
    """Who acts, by which way, and what they may do.

    `session` and `developer_key` are the stored hashes of the credentials, empty for jobs.
    """

    organization_id: str
    user_id: str
    role: str
    via: Via
    trusted: bool = False
    session: str = ""
    developer_key: str = ""
    permissions: frozenset[str] = frozenset()


ANONYMOUS = Actor("", "", "ANONYMOUS", "API")


class Caller(NamedTuple):
    """Who calls, the organization as it is now, the limits that hold, and how to write the session's new expiry."""

    actor: Actor
    organization: Organization
    touch: Callable[[], None] | None = None
    limits: Limits = OFF


@dataclass(slots=True)
class Context:
    """One open transaction on one organization. `now` is its business time, `machine_now` the host's, both in ms UTC.

    `called_off` gathers the jobs that were canceled in this transaction. `held` are other organizations that
    the transaction may change as well, None for an id that none has. `origin` is the context that led into this
    organization, where it is not the caller's own; `counted_mail` whether the caller's mails were counted.
    """

    server: Server
    tx: TenantTransaction
    organization: Organization
    actor: Actor
    now: int
    machine_now: int
    called_off: set[str] = field(default_factory=set)
    held: Mapping[str, Organization | None] = field(default_factory=dict)
    origin: "Context | None" = None
    counted_mail: bool = False

    @property
    def organization_id(self) -> str:
        return self.organization.id

    def require_trust(self, what: str) -> None:
        """Refuse when the session is not MFA-trusted."""
        if not self.actor.trusted:
            raise untrusted(what)

    def require_trust_for_people(self, what: str) -> None:
        """Refuse what would make another person, or another's account, trusted by a session that is not.

        A password alone could otherwise let somebody in who then enrols a phone of their own. It holds in production,
        unless its operator has switched it off.
        """
        if self.server.trust_for_people and self.actor.session:
            self.require_trust(what)

    def inside(self, organization_id: str) -> "Context | None":
        """This transaction in another organization, as the server acts there, at that one's time; None when
        the organization is gone.

        409 when it is not held: then what led to it changed after the organizations were locked.
        """
        if organization_id not in self.held:
            raise Refusal(
                None,
                status=409,
                detail="another request changed this at the same moment",
                help="send the request again",
            )
        organization = self.held[organization_id]
        if organization is None:
            return None
        there = context(self.server, self.tx, organization, system_actor(organization_id, "NETWORK"))
        there.origin = self
        return there


def untrusted(what: str) -> Refusal:
    return Refusal(
        "BDC_1361",
        detail=f"{what} needs an MFA-trusted session, and this one is not",
        help="sign in as a user with rememberMeId and device, or call POST /v3/mfa/step-up or /v3/mfa/challenge",
    )


@contextmanager
def reading(server: Server, actor: Actor) -> Iterator[Context]:
    """Read one organization as of one moment."""
    with server.database.read() as tx:
        yield _context(server, tx, actor, ORGANIZATION)


@contextmanager
def writing(server: Server, actor: Actor, reached: Collection[str] = ()) -> Iterator[Context]:
    """Change one organization: its row is locked first, so that its writes happen one after another.

    `reached` are the ids of others that the change reaches, at most 999. All are locked in the order of their
    ids, so that no two changes wait for each other.
    """
    with server.database.write() as tx:
        if not reached:
            yield _context(server, tx, actor, LOCKED_ORGANIZATION)
            return
        statement, parameters = _LOCKED_TOGETHER.of("id", sorted({actor.organization_id, *reached}))
        locked = {one.id: one for one in tx.records(Organization, statement, parameters)}
        ctx = _context(server, tx, actor, ORGANIZATION)
        ctx.held = {id: locked.get(id) for id in reached}
        yield ctx


def _context(server: Server, tx: Transaction, actor: Actor, statement: Statement) -> Context:
    organization = tx.record(Organization, statement, {"id": actor.organization_id})
    if organization is None:
        raise Refusal(
            "BDC_1123",
            detail=f"no organization has the id {actor.organization_id}",
            help="use an organization id of this server",
        )
    return context(server, tx, organization, actor)


def context(server: Server, tx: Transaction, organization: Organization, actor: Actor) -> Context:
    """What actions are handed, for an organization that was just read in the same transaction."""
    machine_now = server.machine_now()
    return Context(
        server,
        tx.of(organization.id),
        organization,
        actor,
        business_now(organization, machine_now),
        machine_now,
    )


def system_actor(organization_id: str, via: Via = "JOB") -> Actor:
    """The server itself, as jobs and the sandbox's controls act."""
    return Actor(organization_id, "", "SYSTEM", via, trusted=True)
