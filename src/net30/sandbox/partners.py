"""Makes partners for the sandbox; in production there is nobody yet who could."""

from typing import Annotated

from net30.access import passwords
from net30.kernel import ids
from net30.kernel.context import Context, Server, system_actor
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import token
from net30.onboarding.actions import create_organization
from net30.organizations.actions import blank_profile
from net30.partners.actions import create_partner
from net30.sandbox.moments import moment
from net30.sandbox.schemas import Given, Moment, Name, Secret, Shown, id_of
from net30.sandbox.worlds import taken
from net30.wire.operation import operation
from net30.wire.types import Wire


class PartnerCreate(Wire):
    """What a partner shall have; whatever is left out is made up. An app key must be new.

    The organizations that the partner makes begin at the partner's time, and stand still if its clock does.
    """

    name: Name | None = None
    now: Moment | None = None
    frozen: bool = False
    organization_id: Annotated[str, id_of("008")] | None = None
    username: Given | None = None
    password: Secret | None = None
    app_key: Secret | None = None
    dev_key: Secret | None = None


class Partner(Wire):
    """What a partner signs in with, shown this once.

    `organizationId` is the partner's own organization, which the sandbox's controls know; `devKey` is the
    developer key for calls on the organizations that the partner makes.
    """

    organization_id: str
    app_key: Shown
    dev_key: Shown
    username: str
    password: Shown


@operation("POST /sandbox/v1/partners", area="sandbox", status=201, credentials="none", idempotent=False)
def make_partner(server: Server, body: PartnerCreate | None = None) -> Partner:
    """Make a partner, who makes organizations and signs in as their users.

    Anything may be given, so that a CI job has fixed credentials. The controls of a world work on the partner's own
    organization as well: its clock, limits, messages and sessions, and removing it. The organizations that it
    made stay.
    """
    wanted = body or PartnerCreate()
    made = Partner(
        organization_id=wanted.organization_id or ids.new(ids.PREFIX["organization"]),
        app_key=wanted.app_key or token(),
        dev_key=wanted.dev_key or token(),
        username=wanted.username or "partner@sandbox.example",
        password=wanted.password or token(16),
    )
    if made.app_key == made.dev_key:
        raise Refusal(None, field="app_key", detail="is the devKey too", help="give two different keys")
    _store(server, wanted, made, passwords.hashed(made.password))
    return made


def _store(server: Server, wanted: PartnerCreate, made: Partner, password_hash: str) -> None:
    machine_now = server.machine_now()
    now = machine_now if wanted.now is None else moment("now", wanted.now)
    with server.database.write() as tx:
        organization = create_organization(
            tx,
            blank_profile(made.organization_id, now),
            wanted.name or "Sandbox Partner",
            zone=None,
            now=now,
            frozen=wanted.frozen,
            machine_now=machine_now,
        )
        if organization is None:
            raise taken("organizationId", made.organization_id)
        actor = system_actor(organization.id, "SANDBOX")
        ctx = Context(server, tx.of(organization.id), organization, actor, now, machine_now)
        entered = create_partner(
            ctx,
            username=made.username,
            password_hash=password_hash,
            app_key=made.app_key,
            developer_key=made.dev_key,
        )
        if not entered:
            raise taken("appKey", "this app key")
