"""The organization's bank accounts on the wire."""

from typing import Annotated

from msgspec import Meta

from net30.funding import actions, rules
from net30.funding.actions import Changes, Opening
from net30.funding.cards.actions import may_pay_by_card
from net30.funding.schemas import (
    BankAccount,
    BankAccountCreate,
    BankAccountDefaults,
    BankAccountDefaultsChange,
    BankAccountUpdate,
    CardPermission,
    DepositAnswer,
    FundingPermissions,
    OrganizationPermission,
    UserPermission,
    Verified,
    WalletPermission,
)
from net30.funding.tables import OrganizationBankAccount
from net30.funding.wallet import wallet_is_enabled
from net30.kernel.context import Context
from net30.kernel.money import MoneyError, thousandths
from net30.kernel.refusal import Refusal
from net30.wire.listing import ListAnswer, page
from net30.wire.operation import operation
from net30.wire.types import ListRequest, timestamp

AREA = "funding accounts"
Id = Annotated[str, Meta(min_length=1)]


def shown(account: OrganizationBankAccount) -> BankAccount:
    """A bank account as the wire has it."""
    return BankAccount(
        id=account.id,
        archived=bool(account.archived),
        status=account.status,
        created_by=account.created_by,
        routing_number=account.routing_number,
        account_number=rules.masked(account.last_four, account.account_length),
        name_on_account=account.name_on_account,
        type=account.type,
        owner_type=account.owner_type,
        bank_name=account.bank_name,
        access_to_admins=bool(account.access_to_admins),
        default=BankAccountDefaults(
            payables=bool(account.default_payables), receivables=bool(account.default_receivables)
        ),
        created_time=timestamp(account.created_time),
        updated_time=timestamp(account.updated_time),
        chart_of_account_id=account.chart_of_account_id,
    )


@operation("GET /connect/v3/funding-accounts/banks", area=AREA, needs="banks:read")
def list_bank_accounts(ctx: Context, listing: ListRequest) -> ListAnswer[BankAccount]:
    """List the organization's bank accounts.

    Oldest first. Filter and sort by `id`, `archived`, `status`, `type`, `ownerType`, `accessToAdmins`,
    `createdTime` and `updatedTime`.
    """
    found = page(ctx, OrganizationBankAccount, listing)
    return found.of([shown(account) for account in found.rows])


@operation(
    "POST /connect/v3/funding-accounts/banks", area=AREA, status=201, needs="banks:create", trusted=True
)
def create_bank_account(ctx: Context, body: BankAccountCreate) -> BankAccount:
    """Add a bank account.

    A test deposit of less than a dollar goes to it and its user gets a mail. The account is PENDING until
    that user tells the amount, within 14 days and three tries; in the sandbox it is always 0.50. It becomes
    a default account by an update, once it is VERIFIED. The routing number must be a US one with the right
    check digit.
    """
    opening = Opening(
        name_on_account=body.name_on_account,
        routing_number=body.routing_number,
        account_number=body.account_number,
        type=body.type,
        owner_type=body.owner_type,
        bank_name=body.bank_name,
        access_to_admins=bool(body.access_to_admins),
        chart_of_account_id=body.chart_of_account_id,
    )
    return shown(actions.create_bank_account(ctx, opening))


@operation("GET /connect/v3/funding-accounts/banks/{bankAccountId}", area=AREA, needs="banks:read")
def get_bank_account(ctx: Context, bank_account_id: Id) -> BankAccount:
    """Read a bank account.

    Its number shows the last four digits only, also to who added it.
    """
    return shown(actions.require_bank_account(ctx, bank_account_id))


@operation("PATCH /connect/v3/funding-accounts/banks/{bankAccountId}", area=AREA, needs="banks:update")
def update_bank_account(ctx: Context, bank_account_id: Id, body: BankAccountUpdate) -> BankAccount:
    """Change a bank account.

    It must be VERIFIED. What is left out stays; routing number, account number and type never change.
    Making it a default takes that away from the account that was it before. It takes the user who added the
    account, one of its users or, where `accessToAdmins` is true, an administrator.
    """
    default = body.default or BankAccountDefaultsChange()
    changes = Changes(
        name_on_account=body.name_on_account,
        owner_type=body.owner_type,
        bank_name=body.bank_name,
        access_to_admins=body.access_to_admins,
        default_payables=default.payables,
        default_receivables=default.receivables,
        chart_of_account_id=body.chart_of_account_id,
    )
    return shown(actions.update_bank_account(ctx, bank_account_id, changes))


@operation("POST /connect/v3/funding-accounts/banks/{bankAccountId}/archive", area=AREA, needs="banks:update")
def archive_bank_account(ctx: Context, bank_account_id: Id) -> BankAccount:
    """Archive a bank account.

    It must be VERIFIED, and so must the caller be on it. An archived account pays nothing, is no default
    any more and cannot be restored. Archiving it again changes nothing.
    """
    return shown(actions.archive_bank_account(ctx, bank_account_id))


@operation("POST /connect/v3/funding-accounts/banks/{bankAccountId}/verify", area=AREA, needs="banks:update")
def verify_bank_account(ctx: Context, bank_account_id: str, body: DepositAnswer) -> Verified:
    """Verify a bank account by the amount of its test deposit.

    Only the user who added the account may. A wrong amount answers `verified` false; the third one makes
    the account BLOCKED, and 14 days without the right one EXPIRED. In the sandbox the amount is 0.50, and
    the user is NOMINATED on the account afterwards: `POST
    /sandbox/v1/organizations/{id}/bank-users/{bankAccountUserId}/verify` stands for the identity check that
    follows. In production the right amount makes the user VERIFIED as well.
    """
    try:
        amount = thousandths(body.deposit_amount, "USD")
    except MoneyError as fault:
        raise Refusal(
            None, field="deposit_amount", detail=str(fault), help="give dollars and cents, such as 0.50"
        ) from None
    return Verified(verified=actions.verify_bank_account(ctx, bank_account_id, amount))


@operation("GET /connect/v3/funding-accounts/permissions", area=AREA, needs="funding:read")
def get_funding_account_permission(ctx: Context) -> FundingPermissions:
    """Tell what one may pay with.

    `payByCard` is true once the organization has a VERIFIED card; cards can be added in the sandbox only.
    `wallet` tells whether the organization's balance is switched on. `payOnline` is true for a user whose
    role makes payments and who is VERIFIED on a VERIFIED bank account.
    """
    return FundingPermissions(
        organization=OrganizationPermission(
            card=CardPermission(
                pay_by_card=may_pay_by_card(ctx),
                funding_enabled=ctx.server.sandbox,
                amex_allowed=ctx.server.sandbox,
            ),
            wallet=WalletPermission(funding_enabled=wallet_is_enabled(ctx)),
        ),
        user=UserPermission(pay_online=actions.may_pay_online(ctx)),
    )
