"""The verbs of bank accounts: open, verify, change, close, and say who may pay from them."""

from sqlalchemy import bindparam, or_, select

from net30.funding import rules
from net30.funding.events import tell
from net30.funding.tables import (
    BankAccountUser,
    BankAccountUserStatus,
    OrganizationBankAccount,
    bank_account_users,
    organization_bank_accounts,
)
from net30.kernel import audit, ids
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.store.statements import Statement, by_key

_KEY = ("organization_id", "id")
_accounts = organization_bank_accounts.c
_users = bank_account_users.c

_ACCOUNT = Statement(select(organization_bank_accounts).where(by_key(organization_bank_accounts, _KEY)))
_DEFAULTS = Statement(
    select(organization_bank_accounts).where(
        _accounts.organization_id == bindparam("organization_id"),
        or_(_accounts.default_payables == 1, _accounts.default_receivables == 1),
    )
)
_USER = Statement(select(bank_account_users).where(by_key(bank_account_users, _KEY)))
_USER_OF_ACCOUNT = Statement(
    select(bank_account_users).where(
        _users.organization_id == bindparam("organization_id"),
        _users.bank_account_id == bindparam("bank_account_id"),
        _users.user_id == bindparam("user_id"),
        _users.archived == 0,
    )
)


# ---- for other rooms ------------------------------------------------------------------------------------


def create_verified_account(ctx: Context, user_id: str) -> str:
    """The first bank account of a sandbox world, ready to pay from; answers its id.

    It is VERIFIED, the default of payables and receivables and open to all administrators, and `user_id` is
    VERIFIED on it. The routing number passes the ABA check; it and the account number are random, so that no
    two worlds share an account.
    """
    account_number = rules.random_account_number()
    account = OrganizationBankAccount(
        organization_id=ctx.organization_id,
        id=ids.new("bac"),
        archived=0,
        status="VERIFIED",
        created_by=user_id,
        routing_number=rules.random_routing_number(),
        account_number_secret=ctx.server.secrets.encrypt(account_number),
        last_four=account_number[-4:],
        account_length=len(account_number),
        name_on_account=ctx.organization.name,
        type="CHECKING",
        owner_type="BUSINESS",
        bank_name="Sandbox Bank",
        access_to_admins=1,
        default_payables=1,
        default_receivables=1,
        chart_of_account_id=None,
        deposit_amount_secret=None,
        wrong_tries=0,
        verify_until=None,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    ctx.tx.insert(account)
    audit.created(ctx, "BankAccount", account, account.id)
    tell(ctx, "bank-account.created", account)
    add_user(ctx, account.id, user_id, "VERIFIED")
    return account.id


def require_bank_account(ctx: Context, bank_account_id: str) -> OrganizationBankAccount:
    """The organization's bank account with an id, whatever its state; BDC_1205 when there is none."""
    account = ctx.tx.record(
        OrganizationBankAccount, _ACCOUNT, {"organization_id": ctx.organization_id, "id": bank_account_id}
    )
    if account is None:
        raise Refusal(
            "BDC_1205",
            id=bank_account_id,
            detail=f"this organization has no bank account {bank_account_id}",
            help="take an id from GET /v3/funding-accounts/banks",
        )
    return account


def require_payable_bank_account(
    ctx: Context, bank_account_id: str, user_id: str | None = None
) -> OrganizationBankAccount:
    """A bank account that a person may pay from: `user_id`, or else who acts.

    BDC_1205 (404) for an unknown id, BDC_1151 (422) when the account is not VERIFIED or is archived, BDC_1150
    (403) when the person is not VERIFIED on it.
    """
    account = require_bank_account(ctx, bank_account_id)
    if account.archived or account.status != "VERIFIED":
        raise Refusal(
            "BDC_1151",
            detail=f"the bank account {account.id} is {'archived' if account.archived else account.status}",
            help=UNUSABLE_HELP["ARCHIVED" if account.archived else account.status],
        )
    payer = user_id or ctx.actor.user_id
    user = find_user(ctx, account.id, payer)
    if user is None or user.verification_status != "VERIFIED":
        state = f"only {user.verification_status} on" if user else "not a user of"
        raise Refusal(
            "BDC_1150",
            detail=f"the user {payer} is {state} the bank account {account.id}",
            help="pay as a user who is VERIFIED on it, or nominate this one, who then proves their identity",
        )
    return account


UNUSABLE_HELP = {
    "ARCHIVED": "choose a bank account that is not archived",
    "PENDING": "answer the test deposit by POST /v3/funding-accounts/banks/{bankAccountId}/verify",
    "NOT_VERIFIED": "choose a VERIFIED bank account",
    "BLOCKED": "too many wrong deposit amounts were given; add the bank account again",
    "EXPIRED": "the test deposit was not answered in 14 days; add the bank account again",
    "INVALID": "the bank does not know this account; add it again with the right numbers",
}


# ---- users of an account --------------------------------------------------------------------------------


def find_user(ctx: Context, bank_account_id: str, user_id: str) -> BankAccountUser | None:
    """The active row that makes a person a user of an account, if any."""
    return ctx.tx.record(
        BankAccountUser,
        _USER_OF_ACCOUNT,
        {"organization_id": ctx.organization_id, "bank_account_id": bank_account_id, "user_id": user_id},
    )


def add_user(
    ctx: Context, bank_account_id: str, user_id: str, status: BankAccountUserStatus
) -> BankAccountUser:
    """Make a person a user of an account."""
    user = BankAccountUser(
        ctx.organization_id, ids.new("bau"), bank_account_id, user_id, 0, status, ctx.now, ctx.now
    )
    ctx.tx.insert(user)
    audit.created(ctx, "BankAccountUser", user, user.id)
    return user
