"""What crosses the wire when a world of the sandbox is made, moved and looked into."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from net30.access.roles import RoleType
from net30.access.rules import LONGEST_DEVICE
from net30.kernel.limits import Limits
from net30.kernel.tables import Job, Message
from net30.organizations.settings import EditAfterApproval, OrganizationSettings
from net30.payments.tables import SingleStatus
from net30.wire.types import SECRET, Date, Timestamp, Wire, timestamp

Given = Annotated[str, Meta(min_length=1, max_length=255)]
Secret = Annotated[Given, SECRET]
Shown = Annotated[str, SECRET]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Moment = Annotated[
    str,
    Meta(
        description="An ISO 8601 date or date-time; without a zone it is UTC.",
        examples=["2026-03-02T09:00:00Z"],
    ),
]


def id_of(prefix: str) -> Meta:
    return Meta(
        pattern=f"^{prefix}[0-9A-Za-z]{{1,37}}$", description=f"{prefix} and up to 37 letters and digits."
    )


class SyncTokenGiven(Wire):
    """What a sync token signs in with, as username and password."""

    name: Name
    value: Secret


class Mfa(Wire):
    """What makes a session MFA-trusted at sign-in. In a world it never expires."""

    remember_me_id: Secret
    device: Annotated[str, Meta(min_length=1, max_length=LONGEST_DEVICE)]


class WorldCreate(Wire):
    """What a world shall have; whatever is left out is made up.

    `now` is where the world's clock begins to tick, or stands when `frozen` is true. A developer key may be
    shared by worlds; ids and the API token must be new. A world that is not `riskVerified` cannot pay until
    it has gone through POST /v3/risk-verifications. Without `mfaPhone` the administrator has no phone for MFA
    yet, and sets one up with POST /v3/mfa/setup.
    """

    company_name: Name | None = None
    now: Moment | None = None
    frozen: bool = False
    zone: str | None = None
    risk_verified: bool = True
    organization_id: Annotated[str, id_of("008")] | None = None
    user_id: Annotated[str, id_of("006")] | None = None
    bank_account_id: Annotated[str, id_of("bac")] | None = None
    username: Given | None = None
    password: Secret | None = None
    dev_key: Secret | None = None
    api_token: Secret | None = None
    sync_token: SyncTokenGiven | None = None
    mfa: Mfa | None = None
    mfa_phone: bool = True


class World(Wire):
    """Everything a program needs to work with a new world. Keys and tokens are shown this once."""

    organization_id: str
    dev_key: Shown
    username: str
    password: Shown
    user_id: str
    api_token: Shown
    sync_token: SyncTokenGiven
    bank_account_id: str
    mfa: Mfa


class WorldFound(Wire):
    """A world, as anybody may see it: its id and name, when it was made, and its time."""

    organization_id: str
    company_name: str
    created_time: Timestamp
    now: Timestamp
    frozen: bool


class Worlds(Wire):
    """The worlds of a server in the order of their ids; `nextPage` is there when more follow."""

    results: list[WorldFound]
    next_page: str | None = None


class PersonCreate(Wire):
    """Whom a world shall have besides its administrator; whatever is left out is made up.

    Without `mfaPhone` the user has no phone for MFA yet, and sets one up with POST /v3/mfa/setup.
    """

    role: RoleType
    username: Given | None = None
    password: Secret | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    user_id: Annotated[str, id_of("006")] | None = None
    mfa: Mfa | None = None
    mfa_phone: bool = True


class Person(Wire):
    """What a new user signs in with; `mfa` makes the session trusted. The password is shown this once."""

    user_id: str
    username: str
    password: Shown
    role: RoleType
    mfa: Mfa


class Clock(Wire):
    """A world's time, and whether it stands still."""

    now: Timestamp
    frozen: bool


class ClockChange(Wire):
    """A later time, or to stand still or tick, or both."""

    now: Moment | None = None
    frozen: bool | None = None


class PaymentReached(Wire):
    """A payment and the status to wait for."""

    payment: str
    single_status: SingleStatus


class Advance(Wire):
    """How far to move a world's clock: exactly one of `by`, `to` and `until`."""

    by: (
        Annotated[str, Meta(description="An ISO 8601 duration such as P3D or PT12H, at most ten years.")]
        | None
    ) = None
    to: Moment | None = None
    until: PaymentReached | None = None
    await_webhooks: bool = False


class JobRun(Wire):
    """Work that was due, and what became of it; WAITING says that it failed and is tried again at `runAt`."""

    id: str
    kind: str
    subject_id: str
    run_at: Timestamp
    state: Literal["WAITING", "DONE", "FAILED", "CANCELED"]
    error: str | None = None


class Advanced(Wire):
    """The time afterwards, how many jobs ran, and the first 100 of them."""

    now: Timestamp
    ran: int
    jobs: list[JobRun]


class Mail(Wire):
    """A message that the server sent to someone; `kind` is EMAIL or TEXT."""

    id: str
    kind: str
    recipient: str
    subject: str
    body: str
    created_time: Timestamp
    reply_to: str | None = None


class Mailbox(Wire):
    """A world's messages, newest first, at most 500."""

    results: list[Mail]


class Settings(Wire):
    """A world's settings.

    `allowDuplicateBillNumbers`: a vendor may have several active bills with one number.
    `administratorsPayUnapproved`: administrators may pay a bill whose approval is not finished.
    `editAfterApproval`: what a change of vendor, lines or amount does to a bill that someone has approved.
    `usesMfa`: without it every user's session is as good as MFA-trusted.
    `mfaBackupPhones`: a user may enrol a second phone, as the API had it until 2026-04-03.
    """

    allow_duplicate_bill_numbers: bool
    administrators_pay_unapproved: bool
    edit_after_approval: EditAfterApproval
    uses_mfa: bool
    mfa_backup_phones: bool


class SettingsChange(Wire):
    """Settings to change; one that is left out stays as it is."""

    allow_duplicate_bill_numbers: bool | None = None
    administrators_pay_unapproved: bool | None = None
    edit_after_approval: EditAfterApproval | None = None
    uses_mfa: bool | None = None
    mfa_backup_phones: bool | None = None


class WorldLimits(Limits, frozen=True):
    """A world's limits; one that is left out is off.

    `requestsPerHour` and `signInsPerHour` are per developer key and full hour (BDC_1144), `concurrentRequests`
    per developer key and organization (BDC_1322), `textsPerMinute` per user (BDC_1358; 5 when left out).
    `lockLogins` locks a login out for 15 minutes after 5 wrong passwords (BDC_1110), `lockOrganization` the
    organization for 10 minutes after 50 (BDC_1107). Hours and minutes are the machine's,
    not those of the world's clock.
    """


class ExchangeRate(Wire):
    """What a currency is worth from a date on: units of it for one US dollar, of up to 8 decimals."""

    currency: Annotated[str, Meta(min_length=3, max_length=3, examples=["EUR"])]
    date: Date
    rate: Annotated[float, Meta(gt=0, examples=[0.92])]


class ExchangeRates(Wire):
    """A world's own rates; without any, it goes by the server's."""

    rates: Annotated[list[ExchangeRate], Meta(max_length=10_000)]


def job_run(one: Job) -> JobRun:
    return JobRun(
        id=one.id,
        kind=one.kind,
        subject_id=one.subject_id,
        run_at=timestamp(one.run_at),
        state=one.state,
        error=one.error,
    )


def mail(one: Message) -> Mail:
    return Mail(
        id=one.id,
        kind=one.kind,
        recipient=one.recipient,
        subject=one.subject,
        body=one.body,
        created_time=timestamp(one.created_time),
        reply_to=one.reply_to,
    )


def world_limits(of: Limits) -> WorldLimits:
    return WorldLimits(**msgspec.structs.asdict(of))


def settings(of: OrganizationSettings) -> Settings:
    return Settings(
        allow_duplicate_bill_numbers=of.allow_duplicate_bill_numbers,
        administrators_pay_unapproved=of.administrators_pay_unapproved,
        edit_after_approval=of.edit_after_approval,
        uses_mfa=of.uses_mfa,
        mfa_backup_phones=of.mfa_backup_phones,
    )
