"""What the organization does with its customers, and what other rooms ask of them."""

import msgspec
from sqlalchemy import select

from net30.accounting import accruals
from net30.accounting.actions import unknown_payment_term
from net30.customers import rules
from net30.customers.rules import BankAccountDraft, CustomerDraft
from net30.customers.tables import (
    Customer,
    CustomerBankAccount,
    customer_bank_accounts,
    customers,
)
from net30.funding.tables import BankAccountOwnerType
from net30.kernel import balances, ids, jobs, reference_rates
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal, require_faultless
from net30.kernel.tables import Job
from net30.risk.actions import require_approved
from net30.store.statements import Statement, by_key

VERIFY = "customer-bank-account.verify"

CUSTOMER = Entity("Customer", Customer)
BANK_ACCOUNT = Entity("CustomerBankAccount", CustomerBankAccount)
CUSTOMERS = Owned(Customer, "customer", "GET /v3/customers")
BANK_ACCOUNTS = Owned(
    CustomerBankAccount, "customer bank account", "GET /v3/customers/{customerId}/bank-accounts"
)

_BALANCE = balances.adding_to(customers)
_ANY_BANK_ACCOUNT = Statement(
    select(customer_bank_accounts.c.id)
    .where(
        by_key(customer_bank_accounts, ["organization_id", "customer_id"]),
        customer_bank_accounts.c.archived == 0,
    )
    .limit(1)
)


# ---- what other rooms ask -------------------------------------------------------------------------------


require_customer = CUSTOMERS.require
require_customers = CUSTOMERS.require_all


def change_balance(ctx: Context, customer_id: str, by: int) -> None:
    """Add `by` thousandths of its invoice currency to what the customer owes.

    What a customer owes follows from invoices and payments, which have their own trail: this is no edit of the
    customer. From the first call on, even by 0, the invoice currency stays as it is.
    """
    balances.add(ctx, _BALANCE, customer_id, by)


# ---- creating and changing ------------------------------------------------------------------------------


def create_customer(ctx: Context, draft: CustomerDraft) -> Customer:
    """Enter a customer."""
    blank = rules.unsaid(ctx.organization_id, ids.new(ids.PREFIX["customer"]), ctx.actor.user_id, ctx.now)
    customer = _revised(ctx, blank, draft)
    CUSTOMER.enter(ctx, customer)
    return customer


def update_customer(ctx: Context, customer_id: str, draft: CustomerDraft) -> Customer:
    """Change what the draft says; nothing is recorded when nothing differs.

    BDC_1119 for another invoice currency than the one in which the customer was invoiced.
    """
    old = require_customer(ctx, customer_id)
    new = _revised(ctx, old, draft)
    if new.invoice_currency != old.invoice_currency and old.balance_updated_time is not None:
        raise Refusal(
            "BDC_1119",
            field="invoice_currency",
            value=new.invoice_currency,
            detail=f"the customer already has invoices in {old.invoice_currency}",
            help="create another customer for invoices in another currency",
        )
    return CUSTOMER.revise(ctx, old, new)


def archive_customer(ctx: Context, customer_id: str) -> Customer:
    """Put a customer away; nothing happens when it already is."""
    known = require_customer(ctx, customer_id)
    return CUSTOMER.revise(ctx, known, msgspec.structs.replace(known, archived=1))


def restore_customer(ctx: Context, customer_id: str) -> Customer:
    """Take an archived customer back; nothing happens when it is not archived."""
    known = require_customer(ctx, customer_id)
    return CUSTOMER.revise(ctx, known, msgspec.structs.replace(known, archived=0))


def authorize_to_charge(ctx: Context, customer_id: str, authorized: bool) -> Customer:
    """Record that the customer lets the organization charge it for invoices, or does not any more.

    BDC_1151 for an organization whose risk verification is not approved: it may not charge anybody.
    """
    known = require_customer(ctx, customer_id)
    if authorized and not known.authorized_to_charge:
        require_approved(ctx)
    return CUSTOMER.revise(ctx, known, msgspec.structs.replace(known, authorized_to_charge=int(authorized)))


def _revised(ctx: Context, old: Customer, draft: CustomerDraft) -> Customer:
    new, faults = rules.revised(old, draft)
    require_faultless(faults)
    if new.invoice_currency != old.invoice_currency:
        reference_rates.require_known(
            ctx, new.invoice_currency, accruals.today(ctx), field="invoice_currency"
        )
    if new.payment_term_id is not None and new.payment_term_id != old.payment_term_id:
        raise unknown_payment_term("payment_term_id", new.payment_term_id)
    return new


# ---- bank accounts --------------------------------------------------------------------------------------


def require_customer_bank_account(ctx: Context, customer_id: str, account_id: str) -> CustomerBankAccount:
    """A bank account of this customer, archived or not; BDC_1205 when there is no such customer or account."""
    customer = require_customer(ctx, customer_id)
    account = BANK_ACCOUNTS.require(ctx, account_id)
    if account.customer_id != customer.id:
        raise BANK_ACCOUNTS.unknown(account_id)
    return account


def create_bank_account(ctx: Context, customer_id: str, draft: BankAccountDraft) -> CustomerBankAccount:
    """Add a bank account to a customer: PENDING for two business days, then VERIFIED.

    BDC_1117 (422) when the customer has no billing address.
    """
    customer = require_customer(ctx, customer_id)
    require_faultless(rules.bank_account_faults(draft), "give name and numbers as they stand on a check")
    if customer.billing_address is None:
        raise Refusal(
            "BDC_1117",
            status=422,
            field="billing_address",
            detail=f"the customer {customer.id} has no billing address",
            help="give it one by PATCH /v3/customers/{customerId}",
        )
    account = CustomerBankAccount(
        organization_id=ctx.organization_id,
        id=ids.new(ids.PREFIX["customer_bank_account"]),
        customer_id=customer.id,
        archived=0,
        status="PENDING",
        name_on_account=draft.name_on_account,
        nickname=draft.nickname or None,
        routing_number=draft.routing_number,
        account_number_secret=ctx.server.secrets.encrypt(draft.account_number),
        last_four=draft.account_number[-4:],
        account_length=len(draft.account_number),
        type=draft.type,
        owner_type=draft.owner_type,
        created_by=ctx.actor.user_id,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    BANK_ACCOUNT.enter(ctx, account)
    jobs.schedule(ctx, VERIFY, account.id, rules.verified_at(ctx.now, ctx.organization.zone))
    CUSTOMER.revise(ctx, customer, msgspec.structs.replace(customer, has_bank_account=1))
    return account


@jobs.job(VERIFY)
def verify_bank_account(ctx: Context, due: Job) -> None:
    """The two business days of a new bank account are over."""
    account = BANK_ACCOUNTS.require(ctx, due.subject_id)
    BANK_ACCOUNT.revise(ctx, account, msgspec.structs.replace(account, status="VERIFIED"))


def update_bank_account(
    ctx: Context,
    customer_id: str,
    account_id: str,
    nickname: str | None,
    owner_type: BankAccountOwnerType | None,
) -> CustomerBankAccount:
    """Change nickname and owner type, where they are given; an empty nickname clears it.

    BDC_1119 for an archived account.
    """
    account = require_customer_bank_account(ctx, customer_id, account_id)
    require_faultless(rules.nickname_faults(nickname))
    if account.archived:
        raise Refusal(
            "BDC_1119",
            field="archived",
            value=True,
            detail=f"the bank account {account.id} is archived, for good",
            help="add the bank account again",
        )
    changed = msgspec.structs.replace(
        account,
        nickname=account.nickname if nickname is None else nickname or None,
        owner_type=owner_type or account.owner_type,
    )
    return BANK_ACCOUNT.revise(ctx, account, changed)


def archive_bank_account(ctx: Context, customer_id: str, account_id: str) -> CustomerBankAccount:
    """Put a bank account away, for good; nothing happens when it already is."""
    account = require_customer_bank_account(ctx, customer_id, account_id)
    if account.archived:
        return account
    jobs.cancel(ctx, account.id)
    archived = BANK_ACCOUNT.revise(ctx, account, msgspec.structs.replace(account, archived=1))
    key = {"customer_id": account.customer_id}
    if ctx.tx.row(_ANY_BANK_ACCOUNT, key) is None:
        customer = require_customer(ctx, account.customer_id)
        CUSTOMER.revise(ctx, customer, msgspec.structs.replace(customer, has_bank_account=0))
    return archived
