"""The verbs of bank accounts: open, verify, change, close, and say who may pay from them."""

from collections.abc import Sequence
from typing import Literal, NoReturn

import msgspec
from sqlalchemy import bindparam, or_, select

from net30.access import users
from net30.accounting.actions import require_classifications
from net30.funding import rules
from net30.funding.events import TOLD, tell
from net30.funding.tables import (
    BankAccountOwnerType,
    BankAccountStatus,
    BankAccountType,
    BankAccountUser,
    BankAccountUserStatus,
    OrganizationBankAccount,
    bank_account_users,
    organization_bank_accounts,
)
from net30.kernel import ids, jobs, mailbox
from net30.kernel.clock import timestamp
from net30.kernel.context import Context
from net30.kernel.entity import Change, Entity
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal, Refusals, require_faultless
from net30.kernel.tables import Job
from net30.store.database import changed
from net30.store.statements import Statement

EXPIRE = "bank-account.expire"

_KEY = ("organization_id", "id")
_accounts = organization_bank_accounts.c
_users = bank_account_users.c


def _tell(ctx: Context, changes: Sequence[Change[OrganizationBankAccount]]) -> None:
    for change in changes:
        if change.old is None or changed(change.old, change.new).keys() & TOLD:
            tell(ctx, "bank-account.created" if change.old is None else "bank-account.updated", change.new)


BANK_ACCOUNT = Entity("BankAccount", OrganizationBankAccount, follow=_tell)
BANK_ACCOUNT_USER = Entity("BankAccountUser", BankAccountUser)
BANK_ACCOUNTS = Owned(OrganizationBankAccount, "bank account", "GET /v3/funding-accounts/banks")

_DEFAULTS = Statement(
    select(organization_bank_accounts).where(
        _accounts.organization_id == bindparam("organization_id"),
        or_(_accounts.default_payables == 1, _accounts.default_receivables == 1),
    )
)
_USER_OF_ACCOUNT = Statement(
    select(bank_account_users).where(
        _users.organization_id == bindparam("organization_id"),
        _users.bank_account_id == bindparam("bank_account_id"),
        _users.user_id == bindparam("user_id"),
        _users.archived == 0,
    )
)
_PAYABLE_BY = Statement(
    select(_accounts.id)
    .join(
        bank_account_users,
        (_users.organization_id == _accounts.organization_id) & (_users.bank_account_id == _accounts.id),
    )
    .where(
        _accounts.organization_id == bindparam("organization_id"),
        _accounts.status == "VERIFIED",
        _accounts.archived == 0,
        _users.user_id == bindparam("user_id"),
        _users.verification_status == "VERIFIED",
        _users.archived == 0,
    )
    .limit(1)
)

_UNUSABLE_HELP: dict[BankAccountStatus | Literal["ARCHIVED"], str] = {
    "ARCHIVED": "choose a bank account that is not archived",
    "PENDING": "answer the test deposit by POST /v3/funding-accounts/banks/{bankAccountId}/verify",
    "NOT_VERIFIED": "choose a VERIFIED bank account",
    "BLOCKED": "wrong deposit amounts were given three times; add the bank account again",
    "EXPIRED": "the test deposit was not answered in 14 days; add the bank account again",
    "INVALID": "the bank does not know this account; add it again with the right numbers",
}


# ---- for other rooms ------------------------------------------------------------------------------------


def create_verified_account(ctx: Context, user_id: str, account_id: str | None = None) -> str:
    """The first bank account of a sandbox world, ready to pay from; answers its id.

    It is VERIFIED, the default of payables and receivables and open to all administrators, and `user_id` is
    VERIFIED on it. The routing number passes the ABA check; it and the account number are random, so that no
    two worlds share an account. `account_id` is the id it gets, where a caller wants a fixed one.
    """
    opened = new_account(
        ctx,
        Opening(
            name_on_account=ctx.organization.name,
            routing_number=rules.random_routing_number(),
            account_number=rules.random_account_number(),
            type="CHECKING",
            owner_type="BUSINESS",
            bank_name="Sandbox Bank",
            access_to_admins=True,
        ),
        user_id,
    )
    account = msgspec.structs.replace(
        opened, id=account_id or opened.id, status="VERIFIED", default_payables=1, default_receivables=1
    )
    BANK_ACCOUNT.enter(ctx, account)
    add_user(ctx, account.id, user_id, "VERIFIED")
    return account.id


require_bank_account = BANK_ACCOUNTS.require


def require_payable_bank_account(
    ctx: Context, bank_account_id: str, user_id: str | None = None
) -> OrganizationBankAccount:
    """A bank account that a person may pay from: `user_id`, or else who acts.

    BDC_1205 (404) for an unknown id, BDC_1151 (422) when the account is not VERIFIED or is archived, BDC_1150
    (403) when the person is not VERIFIED on it.
    """
    account = require_bank_account(ctx, bank_account_id)
    require_payable(ctx, account, user_id or ctx.actor.user_id)
    return account


def require_payable(ctx: Context, account: OrganizationBankAccount, user_id: str) -> None:
    """Refuse as `require_payable_bank_account` does when a person may not pay from an account."""
    if account.archived or account.status != "VERIFIED":
        state = "ARCHIVED" if account.archived else account.status
        raise Refusal(
            "BDC_1151", detail=f"the bank account {account.id} is {state}", help=_UNUSABLE_HELP[state]
        )
    require_verified_on(ctx, account, user_id)


def may_pay_online(ctx: Context) -> bool:
    """Whether who acts has a role that pays, and is VERIFIED on a bank account that can."""
    if "payments:create" not in ctx.actor.permissions:
        return False
    key = {"user_id": ctx.actor.user_id}
    return ctx.tx.row(_PAYABLE_BY, key) is not None


# ---- opening and verifying ------------------------------------------------------------------------------


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What one says of a bank account when adding it."""

    name_on_account: str
    routing_number: str | None
    account_number: str | None
    type: BankAccountType
    owner_type: BankAccountOwnerType
    bank_name: str
    access_to_admins: bool = False
    chart_of_account_id: str | None = None


def require_numbers(opening: Opening) -> None:
    """Refuse routing and account numbers that no bank in the United States can have."""
    faults = rules.number_faults(opening.routing_number, opening.account_number)
    require_faultless(faults, "give the numbers as they stand on a check")


def create_bank_account(ctx: Context, opening: Opening) -> OrganizationBankAccount:
    """Add a bank account: PENDING until the amount of a test deposit is told, within 14 days."""
    require_numbers(opening)
    require_classifications(
        ctx, [("chart_of_account_id", "chart_of_account_id", opening.chart_of_account_id)]
    )
    deposit = rules.SANDBOX_DEPOSIT if ctx.server.sandbox else rules.random_deposit()
    account = msgspec.structs.replace(
        new_account(ctx, opening, ctx.actor.user_id),
        deposit_amount_secret=ctx.server.secrets.encrypt(str(deposit)),
        verify_until=ctx.now + rules.VERIFY_WINDOW_MS,
    )
    BANK_ACCOUNT.enter(ctx, account)
    jobs.schedule(ctx, EXPIRE, account.id, ctx.now + rules.VERIFY_WINDOW_MS)
    mail(
        ctx,
        account.created_by,
        f"A test deposit is on its way to {account.bank_name}",
        f"Less than one dollar is sent to the account ending in {account.last_four}. Enter the exact "
        f"amount before {timestamp(ctx.now + rules.VERIFY_WINDOW_MS)[:10]} to verify the account.",
    )
    return account


def verify_bank_account(ctx: Context, bank_account_id: str, amount: int) -> bool:
    """Answer the test deposit with its amount in thousandths of USD; whether it was right.

    A right amount makes the account VERIFIED; the third wrong one makes it BLOCKED. Only the user who added
    it may answer (BDC_1145), and only while it is PENDING (BDC_1119).
    """
    account = require_bank_account(ctx, bank_account_id)
    if account.created_by != ctx.actor.user_id:
        raise Refusal(
            "BDC_1145",
            detail=f"{account.created_by} added the bank account {account.id} and alone may verify it",
            help="sign in as that user, or add the bank account yourself",
        )
    if account.verify_until is None or ctx.now >= account.verify_until:
        refuse_status(account, "EXPIRED" if account.status == "PENDING" else account.status)
    if account.status != "PENDING":
        refuse_status(account, account.status)
    assert account.deposit_amount_secret is not None
    if amount == int(ctx.server.secrets.decrypt(account.deposit_amount_secret)):
        become_verified(ctx, account)
        return True
    _wrong_amount(ctx, account)
    return False


def become_verified(ctx: Context, account: OrganizationBankAccount) -> None:
    """The deposit's amount was right, or somebody vouches for the account.

    In the sandbox the person is now NOMINATED and still has to pass the identity check, as every account user
    has. In production nobody checks identities but the organization itself, and reading the deposit off the
    account's statement is the proof.
    """
    jobs.cancel(ctx, account.id)
    BANK_ACCOUNT.revise(ctx, account, _moved(account, "right amount"))
    add_user(ctx, account.id, account.created_by, "NOMINATED" if ctx.server.sandbox else "VERIFIED")
    mail(
        ctx,
        account.created_by,
        f"{account.bank_name} is verified",
        f"The account ending in {account.last_four} is verified.",
    )


def _wrong_amount(ctx: Context, account: OrganizationBankAccount) -> None:
    tried = msgspec.structs.replace(account, wrong_tries=account.wrong_tries + 1)
    if tried.wrong_tries < rules.MOST_TRIES:
        BANK_ACCOUNT.revise(ctx, account, tried)
        return
    jobs.cancel(ctx, account.id)
    BANK_ACCOUNT.revise(ctx, account, _moved(tried, "last wrong amount"))
    mail(
        ctx,
        account.created_by,
        f"{account.bank_name} is blocked",
        f"A wrong amount was entered {rules.MOST_TRIES} times for the account ending in {account.last_four}. "
        "It cannot be used; add it again to try once more.",
    )


@jobs.job(EXPIRE)
def expire_bank_account(ctx: Context, due: Job) -> None:
    """The 14 days of a test deposit are over."""
    account = require_bank_account(ctx, due.subject_id)
    if account.status == "PENDING":
        BANK_ACCOUNT.revise(ctx, account, _moved(account, "window over"))


# ---- changing and archiving -----------------------------------------------------------------------------


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What may be changed of a bank account; None leaves it as it is."""

    name_on_account: str | None = None
    owner_type: BankAccountOwnerType | None = None
    bank_name: str | None = None
    access_to_admins: bool | None = None
    default_payables: bool | None = None
    default_receivables: bool | None = None
    chart_of_account_id: str | None = None


def update_bank_account(ctx: Context, bank_account_id: str, changes: Changes) -> OrganizationBankAccount:
    """Change a VERIFIED account. Making it a default takes that away from the account that was it before."""
    account = require_bank_account(ctx, bank_account_id)
    require_access(ctx, account)
    require_usable(account)
    blank = [
        Refusal(None, field=field, detail="must not be blank")
        for field, text in (("name_on_account", changes.name_on_account), ("bank_name", changes.bank_name))
        if text is not None and not text.strip()
    ]
    if blank:
        raise Refusals(blank)
    require_classifications(
        ctx, [("chart_of_account_id", "chart_of_account_id", changes.chart_of_account_id)]
    )
    _clear_defaults(
        ctx,
        account.id,
        payables=bool(changes.default_payables),
        receivables=bool(changes.default_receivables),
    )
    said = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not None}
    values = {name: int(value) if isinstance(value, bool) else value for name, value in said.items()}
    return BANK_ACCOUNT.revise(ctx, account, msgspec.structs.replace(account, **values))


def archive_bank_account(ctx: Context, bank_account_id: str) -> OrganizationBankAccount:
    """Archive a VERIFIED account, by a person who is VERIFIED on it; it is no default any more. Final.

    Archiving it again changes nothing.
    """
    account = require_bank_account(ctx, bank_account_id)
    require_access(ctx, account)
    require_verified_on(ctx, account, ctx.actor.user_id)
    if account.archived:
        return account
    require_usable(account)
    return BANK_ACCOUNT.revise(
        ctx,
        account,
        msgspec.structs.replace(account, archived=1, default_payables=0, default_receivables=0),
    )


def default_accounts(ctx: Context) -> list[OrganizationBankAccount]:
    """The accounts that are used for payables or receivables when none is named."""
    return ctx.tx.records(OrganizationBankAccount, _DEFAULTS, {})


def _clear_defaults(ctx: Context, but: str, *, payables: bool, receivables: bool) -> None:
    if not payables and not receivables:
        return
    for other in default_accounts(ctx):
        if other.id != but:
            cleared = msgspec.structs.replace(
                other,
                default_payables=0 if payables else other.default_payables,
                default_receivables=0 if receivables else other.default_receivables,
            )
            BANK_ACCOUNT.revise(ctx, other, cleared)


# ---- what the verbs share -------------------------------------------------------------------------------


def find_user(ctx: Context, bank_account_id: str, user_id: str) -> BankAccountUser | None:
    """The row that makes a person a user of an account, unless it is archived."""
    key = {"bank_account_id": bank_account_id, "user_id": user_id}
    return ctx.tx.record(BankAccountUser, _USER_OF_ACCOUNT, key)


def require_access(ctx: Context, account: OrganizationBankAccount) -> None:
    """Refuse (BDC_1145) who may not change an account: it takes its creator, one of its users, or, where
    accessToAdmins is true, an administrator."""
    actor = ctx.actor
    if account.access_to_admins and actor.role == "ADMINISTRATOR":
        return
    if account.created_by == actor.user_id or find_user(ctx, account.id, actor.user_id) is not None:
        return
    raise Refusal(
        "BDC_1145",
        detail=f"{actor.user_id} neither added the bank account {account.id} nor is a user of it, "
        f"and accessToAdmins is {'true' if account.access_to_admins else 'false'}",
        help="ask the user who added it",
    )


def require_usable(account: OrganizationBankAccount) -> None:
    """Refuse (BDC_1119) an account that is archived or not VERIFIED."""
    if account.archived:
        raise Refusal(
            "BDC_1119",
            field="archived",
            value=True,
            detail=f"the bank account {account.id} is archived",
            help=_UNUSABLE_HELP["ARCHIVED"],
        )
    if account.status != "VERIFIED":
        refuse_status(account, account.status)


def refuse_status(account: OrganizationBankAccount, status: BankAccountStatus) -> NoReturn:
    """Refuse (BDC_1119) what an account's status does not allow."""
    raise Refusal(
        "BDC_1119",
        field="status",
        value=status,
        detail=f"the bank account {account.id} is {status}",
        help="it needs no test deposit" if status == "VERIFIED" else _UNUSABLE_HELP[status],
    )


def require_verified_on(ctx: Context, account: OrganizationBankAccount, user_id: str) -> None:
    """Refuse with BDC_1150 (403) when a person is not VERIFIED on a bank account."""
    user = find_user(ctx, account.id, user_id)
    if user is not None and user.verification_status == "VERIFIED":
        return
    if user is None:
        help = "nominate the user by POST /v3/funding-accounts/banks/users/nominate"
    elif ctx.server.sandbox:
        help = f"call POST /sandbox/v1/organizations/{ctx.organization_id}/bank-users/{user.id}/verify"
    else:
        help = "let the user verify their identity"
    raise Refusal(
        "BDC_1150",
        detail=f"the user {user_id} is {'only NOMINATED on' if user else 'not a user of'} the bank account "
        f"{account.id}, and must be VERIFIED on it",
        help=help,
    )


def new_account(ctx: Context, opening: Opening, user_id: str) -> OrganizationBankAccount:
    """An account that is PENDING, added by a user, and not stored yet; its numbers must be sound."""
    assert opening.routing_number is not None
    assert opening.account_number is not None
    return OrganizationBankAccount(
        organization_id=ctx.organization_id,
        id=ids.new(ids.PREFIX["bank_account"]),
        archived=0,
        status="PENDING",
        created_by=user_id,
        routing_number=opening.routing_number,
        account_number_secret=ctx.server.secrets.encrypt(opening.account_number),
        last_four=opening.account_number[-4:],
        account_length=len(opening.account_number),
        name_on_account=opening.name_on_account,
        type=opening.type,
        owner_type=opening.owner_type,
        bank_name=opening.bank_name,
        access_to_admins=int(opening.access_to_admins),
        default_payables=0,
        default_receivables=0,
        chart_of_account_id=opening.chart_of_account_id,
        deposit_amount_secret=None,
        wrong_tries=0,
        verify_until=None,
        created_time=ctx.now,
        updated_time=ctx.now,
    )


def _moved(account: OrganizationBankAccount, action: rules.AccountAction) -> OrganizationBankAccount:
    return msgspec.structs.replace(account, status=rules.STATUS_AFTER[account.status, action])


def add_user(
    ctx: Context, bank_account_id: str, user_id: str, status: BankAccountUserStatus
) -> BankAccountUser:
    """Make a person a user of an account."""
    id = ids.new(ids.PREFIX["bank_account_user"])
    user = BankAccountUser(ctx.organization_id, id, bank_account_id, user_id, 0, status, ctx.now, ctx.now)
    BANK_ACCOUNT_USER.enter(ctx, user)
    return user


def mail(ctx: Context, user_id: str, subject: str, body: str) -> None:
    """Write to one of the organization's people."""
    user = users.find_user(ctx, user_id)
    if user is not None:
        mailbox.send(ctx, "EMAIL", user.email, subject, body)
