"""What an operator can do from a shell: per command, what it asks. A field is the flag of its name.

Secrets are no flags, because everybody on the machine can read the flags of a process: they come on standard input.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

BankAccountType = Literal["CHECKING", "SAVINGS"]
OwnerType = Literal["BUSINESS", "PERSONAL"]
Switch = Literal["on", "off", "unchanged"]
AuditFormat = Literal["text", "csv", "json"]
RiskDecision = Literal["APPROVE", "REVIEW", "HOLD", "DECLINE"]

Given = Annotated[str, Meta(min_length=1, max_length=255)]
OrganizationId = Annotated[Given, Meta(description="the organization's id")]
Username = Annotated[Given, Meta(description="what the user signs in with")]
KeyId = Annotated[
    str, Meta(pattern="^[0-9a-f]{12,64}$", description="the key's id, as create and list print it")
]
BankAccountId = Annotated[Given, Meta(description="the bank account's id")]
PasswordStdin = Annotated[
    bool, Meta(description="read the password from standard input instead of making one up")
]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a command is asked."""


class OrganizationCreate(Asked, frozen=True, kw_only=True):
    """Make an organization, with its roles and a chart of accounts."""

    name: Annotated[str, Meta(min_length=1, max_length=100, description="the company's name")]
    zone: Annotated[str, Meta(description="time zone of its banking days, such as America/New_York")] = (
        "America/Los_Angeles"
    )


class OrganizationList(Asked, frozen=True, kw_only=True):
    """List the organizations."""


class OrganizationNetwork(Asked, frozen=True, kw_only=True):
    """Show how an organization belongs to the network of the server's organizations, and change it."""

    organization: OrganizationId
    auto_connect: Annotated[Switch, Meta(description="whether invitations connect at once")] = "unchanged"
    listed: Annotated[Switch, Meta(description="whether other organizations find it")] = "unchanged"


class UserCreate(Asked, frozen=True, kw_only=True):
    """Make a user. Prints a password, this once, unless one is read or the user is invited."""

    organization: OrganizationId
    username: Username
    role: Annotated[str, Meta(description="ADMINISTRATOR, ACCOUNTANT, APPROVER, PAYER, CLERK, AUDITOR, …")]
    first_name: Annotated[str, Meta(max_length=100, description="first name")] = ""
    last_name: Annotated[str, Meta(max_length=100, description="last name")] = ""
    email: Annotated[str, Meta(max_length=254, description="address for mail; the username unless given")] = (
        ""
    )
    password_stdin: PasswordStdin = False
    invite: Annotated[bool, Meta(description="mail a link by which the user chooses a password")] = False


class UserResetPassword(Asked, frozen=True, kw_only=True):
    """Give a user a new password. Prints it, this once, unless it is read; ends the user's sessions and lock."""

    organization: OrganizationId
    username: Username
    password_stdin: PasswordStdin = False


class UserResetMfa(Asked, frozen=True, kw_only=True):
    """Take away a user's phones, authenticator app and remembered devices, so that they enrol anew."""

    organization: OrganizationId
    username: Username


class UserEnrollTotp(Asked, frozen=True, kw_only=True):
    """Give a user an authenticator app. Prints its secret and otpauth address, this once."""

    organization: OrganizationId
    username: Username


class KeyCreate(Asked, frozen=True, kw_only=True):
    """Make a developer key for a program. Prints it, this once."""

    organization: OrganizationId
    name: Annotated[str, Meta(min_length=1, max_length=100, description="the program's name")]


class KeyGrant(Asked, frozen=True, kw_only=True):
    """Let a developer key be used on a further organization."""

    organization: OrganizationId
    key_id: KeyId


class KeyRevoke(Asked, frozen=True, kw_only=True):
    """Switch a developer key off, on all organizations and at once."""

    key_id: KeyId


class KeyList(Asked, frozen=True, kw_only=True):
    """List the developer keys, without the keys themselves."""


class BankAdd(Asked, frozen=True, kw_only=True):
    """Add a bank account that you have verified yourself. The account number is read from standard input."""

    organization: OrganizationId
    username: Annotated[Given, Meta(description="the user in whose name it is added")]
    verified: Annotated[bool, Meta(description="say that you have checked that the account is theirs")] = (
        False
    )
    routing_number: Annotated[str, Meta(description="ABA routing number, nine digits")]
    bank_name: Annotated[str, Meta(min_length=1, max_length=100, description="a name to know the bank by")]
    name_on_account: Annotated[str, Meta(description="the organization's name unless given")] = ""
    type: BankAccountType = "CHECKING"
    owner_type: OwnerType = "BUSINESS"


class BankVerify(Asked, frozen=True, kw_only=True):
    """Vouch for a bank account that was added by the API and waits for its test deposit."""

    organization: OrganizationId
    bank_account: BankAccountId


class BankUserVerify(Asked, frozen=True, kw_only=True):
    """Vouch for the identity of a user, who may then pay from a bank account."""

    organization: OrganizationId
    bank_account: BankAccountId
    username: Username


class RiskDecide(Asked, frozen=True, kw_only=True):
    """Decide the risk verification of an organization: whether it may move money."""

    organization: OrganizationId
    decision: RiskDecision


class JobsList(Asked, frozen=True, kw_only=True):
    """List the jobs that were given up after their last try, with what went wrong."""

    organization: Annotated[
        str, Meta(max_length=255, description="the organization's id; all organizations unless given")
    ] = ""


class JobsRetry(Asked, frozen=True, kw_only=True):
    """Have a job that was given up run again."""

    organization: OrganizationId
    job: Annotated[Given, Meta(description="the job's id, as list prints it")]


class RatesLoad(Asked, frozen=True, kw_only=True):
    """Load exchange rates from a CSV with the columns currency, date and rate, in which foreign papers are valued.

    A rate is units of the currency for one US dollar, and holds from its date until the next one. One of a currency and
    date that is there is replaced.
    """

    file: Annotated[Given, Meta(description="the CSV; - for standard input")]


class RatesList(Asked, frozen=True, kw_only=True):
    """List the exchange rates that were loaded."""

    currency: Annotated[str, Meta(max_length=3, description="its code; all currencies unless given")] = ""


class SecretsRotate(Asked, frozen=True, kw_only=True):
    """Encrypt every secret anew by the first key of NET30_SECRET_KEY, so that the others can be dropped."""


class Audit(Asked, frozen=True, kw_only=True):
    """Search the audit trail of an organization. Prints what was found, oldest first, as it is read."""

    organization: OrganizationId
    entity: Annotated[str, Meta(description="what was changed: Vendor, Bill, Payment, User, …")] = ""
    id: Annotated[str, Meta(description="the id of what was changed")] = ""
    user: Annotated[str, Meta(description="who changed it: a username or a user's id")] = ""
    action: Annotated[str, Meta(description="CREATE, EDIT, …")] = ""
    field: Annotated[
        str, Meta(description="a field as the trail names it, such as phone: only this one is told")
    ] = ""
    since: Annotated[str, Meta(description="from this date or time on, the organization's time in UTC")] = (
        msgspec.field(name="from", default="")
    )
    before: Annotated[str, Meta(description="up to this date or time, included")] = msgspec.field(
        name="to", default=""
    )
    format: AuditFormat = "text"


CONSOLE: Mapping[str, type[Asked]] = {
    "organization create": OrganizationCreate,
    "organization list": OrganizationList,
    "organization network": OrganizationNetwork,
    "user create": UserCreate,
    "user reset-password": UserResetPassword,
    "user reset-mfa": UserResetMfa,
    "user enroll-totp": UserEnrollTotp,
    "key create": KeyCreate,
    "key grant": KeyGrant,
    "key revoke": KeyRevoke,
    "key list": KeyList,
    "bank add": BankAdd,
    "bank verify": BankVerify,
    "bank-user verify": BankUserVerify,
    "risk decide": RiskDecide,
    "jobs list": JobsList,
    "jobs retry": JobsRetry,
    "rates load": RatesLoad,
    "rates list": RatesList,
    "secrets rotate": SecretsRotate,
    "audit": Audit,
}
