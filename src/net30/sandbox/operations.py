"""The controls of the sandbox: worlds, their clocks, mailboxes, sessions and settings.

In production none of these operations exists.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from net30.access import sessions
from net30.kernel import jobs, mailbox, reference_rates
from net30.kernel.clock import timestamp
from net30.kernel.context import Actor, Context, Server
from net30.kernel.limits import Limits
from net30.kernel.refusal import Refusal
from net30.organizations.settings import change_settings, settings_of
from net30.sandbox import people, rates, schemas, worlds
from net30.sandbox.advancing import advance
from net30.sandbox.moments import moment
from net30.sandbox.schemas import (
    Advance,
    Advanced,
    Clock,
    ClockChange,
    ExchangeRates,
    Mailbox,
    Person,
    PersonCreate,
    Settings,
    SettingsChange,
    World,
    WorldCreate,
    WorldLimits,
    Worlds,
)
from net30.webhooks.delivery import await_quiet
from net30.wire.operation import operation

AREA = "sandbox"
WORLD = "/sandbox/v1/organizations/{id}"


@operation("POST /sandbox/v1/organizations", area=AREA, status=201, credentials="none", idempotent=False)
def create_world(server: Server, body: WorldCreate | None = None) -> World:
    """Make a world: an organization that is ready to use.

    It has one administrator, a developer key, a sync token, a Spend & Expense token, a verified bank account,
    a chart of accounts, and a remembered device that never expires. Each of them may be given, so that a CI
    job has fixed credentials; an id or an API token that is taken is refused with 422.
    """
    return worlds.create_world(server, body or WorldCreate())


@operation("GET /sandbox/v1/organizations", area=AREA, credentials="none")
def list_worlds(
    server: Server, max: Annotated[int, Meta(ge=1, le=1000)] = 100, page: str | None = None
) -> Worlds:
    """List the worlds of the server, and whatever other organizations it has.

    In the order of their ids, up to `max` of them; `nextPage` is the `page` that goes on from there. No credentials
    are needed and none are told: whoever reaches a sandbox may look at what there is, and needs a world's developer
    key for anything more.
    """
    return worlds.list_worlds(server, max, page or "")


@operation(f"DELETE {WORLD}", area=AREA, status=204, credentials="key")
def delete_world(server: Server, headers: Mapping[str, str], id: str) -> None:
    """Remove a world whole.

    Every row of the organization goes, its sessions and keys too. A developer key stays as long as another
    world has it. Removing one that is not there is no fault, so that a clean-up may be repeated.
    """
    worlds.remove_world(server, headers, id)


@operation(f"POST {WORLD}/users", area=AREA, status=201, credentials="control", idempotent=False)
def create_person(server: Server, actor: Actor, id: str, body: PersonCreate) -> Person:
    """Make a user of a role, ready to sign in.

    No mail is sent and no invitation needed: the answer holds username, password and a remembered device that
    never expires. Each of them may be given; a username or an id that is taken is refused with 422. Where the
    invitation matters, sign in as an administrator and call `POST /v3/users`.
    """
    return people.create_person(server, actor, body)


@operation(f"GET {WORLD}/clock", area=AREA, credentials="control")
def read_clock(ctx: Context, id: str) -> Clock:
    """Tell a world's time.

    It is the time that dates and due work go by; sessions and limits go by the machine's.
    """
    return _clock(ctx)


@operation(f"PUT {WORLD}/clock", area=AREA, credentials="control")
def set_clock(ctx: Context, id: str, body: ClockChange) -> Clock:
    """Set a world's clock forward, freeze it or let it tick.

    What becomes due on the way waits: a clock that ticks has it run in a moment, a frozen one when it is
    advanced. A clock never goes backwards.
    """
    if body.now is None and body.frozen is None:
        raise Refusal(None, field="now", detail="must not be null", help="give now, frozen or both")
    now = ctx.now if body.now is None else moment("now", body.now)
    frozen = ctx.organization.clock_frozen_at is not None if body.frozen is None else body.frozen
    jobs.set_clock(ctx, now, frozen=frozen)
    return _clock(ctx)


@operation(f"POST {WORLD}/clock/advance", area=AREA, credentials="control", idempotent=False)
def advance_clock(server: Server, actor: Actor, id: str, body: Advance) -> Advanced:
    """Advance a world's clock and run what becomes due, instant by instant.

    `by` is a duration, `to` a time, and `until` a payment and the singleStatus it shall reach; it is given
    up, with 422, when nothing more is due or after 400 days. A clock that was frozen is frozen afterwards,
    one that ticked ticks. After a crash the same `to` carries on. With `awaitWebhooks` the answer waits until what
    happened is delivered, or for a minute.
    """
    ran = advance(server, actor, body)
    if body.await_webhooks:
        await_quiet(server, id)
    return Advanced(
        now=timestamp(ran.now),
        ran=len(ran.jobs),
        jobs=[schemas.job_run(one) for one in ran.jobs[:100]],
    )


@operation(f"GET {WORLD}/messages", area=AREA, credentials="control")
def list_messages(ctx: Context, id: str) -> Mailbox:
    """Look into a world's mailbox.

    The mails and texts that its people would have got, newest first, at most 500, and no more than have 2,000,000
    characters together.
    """
    return Mailbox(results=[schemas.mail(one) for one in mailbox.newest(ctx)])


@operation(f"POST {WORLD}/sessions/expire", area=AREA, status=204, credentials="control", idempotent=False)
def expire_sessions(ctx: Context, id: str) -> None:
    """End all sessions of a world.

    The next call of each answers 401 BDC_1109, as after 35 idle minutes. Moving the clock ends no session.
    """
    sessions.end_all_sessions(ctx)


@operation(f"GET {WORLD}/settings", area=AREA, credentials="control")
def read_settings(ctx: Context, id: str) -> Settings:
    """Read a world's settings.

    What a world has of them before anyone changes one are the defaults.
    """
    return schemas.settings(settings_of(ctx.organization))


@operation(f"PUT {WORLD}/settings", area=AREA, credentials="control")
def write_settings(ctx: Context, id: str, body: SettingsChange) -> Settings:
    """Change a world's settings.

    A setting that is left out stays as it is.
    """
    given = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not None}
    changed = msgspec.structs.replace(settings_of(ctx.organization), **given)
    change_settings(ctx, changed)
    return schemas.settings(changed)


@operation(f"GET {WORLD}/limits", area=AREA, credentials="control")
def read_limits(ctx: Context, id: str) -> WorldLimits:
    """Read a world's limits.

    A limit that is off is left out.
    """
    return schemas.world_limits(settings_of(ctx.organization).limits)


@operation(f"PUT {WORLD}/limits", area=AREA, credentials="control")
def write_limits(ctx: Context, id: str, body: WorldLimits) -> WorldLimits:
    """Set a world's limits.

    All limits are off in a new world. Those that are given are on from the next request of the world's
    programs on, those that are left out are off. What a program asked for while a limit was off was not
    counted.
    """
    wanted = Limits(**msgspec.structs.asdict(body))
    change_settings(ctx, msgspec.structs.replace(settings_of(ctx.organization), limits=wanted))
    return schemas.world_limits(wanted)


@operation(f"GET {WORLD}/rates", area=AREA, credentials="control")
def read_rates(ctx: Context, id: str) -> ExchangeRates:
    """Read a world's own exchange rates.

    There are none in a new world: it goes by those that the operator loaded, and by round figures where there are
    none either.
    """
    return rates.told(reference_rates.own_rates(ctx))


@operation(f"PUT {WORLD}/rates", area=AREA, credentials="control")
def write_rates(ctx: Context, id: str, body: ExchangeRates) -> ExchangeRates:
    """Give a world exchange rates of its own.

    They take the place of those that it had, and it knows no others: a currency that is not among them has no rate.
    An empty list has it go by the server's again. What was entered before keeps its rate.
    """
    reference_rates.replace_own(ctx, rates.given(body))
    return rates.told(reference_rates.own_rates(ctx))


def _clock(ctx: Context) -> Clock:
    return Clock(now=timestamp(ctx.now), frozen=ctx.organization.clock_frozen_at is not None)
