"""Which of the organization's accounts could pay a vendor, and when the money would leave and arrive."""

from datetime import date

from sqlalchemy import bindparam, case, exists, select

from net30.funding.tables import bank_account_users, organization_bank_accounts
from net30.kernel import banking_days
from net30.kernel.context import Context
from net30.payments import checks, timetable
from net30.payments.checks import Order
from net30.payments.schemas import BankFundingOption, FundingOptions, PaymentOptionsAnswer
from net30.store.statements import Statement
from net30.vendors.actions import active_bank_account, require_vendor

MOST_ACCOUNTS = 100

_accounts, _users = organization_bank_accounts.c, bank_account_users.c
_PAYS = exists().where(
    _users.organization_id == _accounts.organization_id,
    _users.bank_account_id == _accounts.id,
    _users.user_id == bindparam("user_id"),
    _users.verification_status == "VERIFIED",
    _users.archived == 0,
)
_VERIFIED = Statement(
    select(_accounts.id, _accounts.bank_name, case((_PAYS, 1), else_=0))
    .where(
        _accounts.organization_id == bindparam("organization_id"),
        _accounts.status == "VERIFIED",
        _accounts.archived == 0,
    )
    .order_by(_accounts.default_payables.desc(), _accounts.created_time, _accounts.id)
    .limit(MOST_ACCOUNTS)
)


def payment_options(ctx: Context, vendor_id: str, amount: int) -> PaymentOptionsAnswer:
    """The VERIFIED bank accounts, at most 100, the default of payables first; `amount` is in thousandths."""
    vendor = require_vendor(ctx, vendor_id)
    account = active_bank_account(ctx, vendor.id)
    on = checks.process_date(None, ctx.now, ctx.organization.zone)
    method = checks.method_of(vendor, account)
    if method == "ACH" and account is not None:
        on = max(on, banking_days.roll_forward(date.fromisoformat(account.usable_from)))
    order = Order(funding_type="BANK_ACCOUNT", funding_account_id=None)
    fault = checks.vendor_fault(vendor, account, order, on)
    service = timetable.service(method, pay_faster=False, delivery=None)
    arrives = timetable.arrives_by(service, on)
    rows = ctx.tx.rows(_VERIFIED, {"user_id": ctx.actor.user_id})
    banks = [
        _option(str(id), str(name), on, arrives, _reason(ctx, None if fault is None else fault.detail, pays))
        for id, name, pays in rows
    ]
    return PaymentOptionsAnswer(
        vendor_id=vendor.id, amount=amount / 1000, funding_options=FundingOptions(banks=banks, cards=[])
    )


def _reason(ctx: Context, vendor_cause: str | None, pays: int) -> str | None:
    """Why an account cannot pay the vendor; None when it can."""
    if not ctx.server.sandbox:
        return "no production rail is configured"
    if vendor_cause is not None:
        return vendor_cause
    return None if pays else f"the user {ctx.actor.user_id} is not VERIFIED on this bank account"


def _option(id: str, name: str, on: date, arrives: date, reason: str | None) -> BankFundingOption:
    return BankFundingOption(
        id=id,
        name=name,
        fee=0.0,
        available=reason is None,
        reason=reason,
        process_date=on.isoformat() if reason is None else None,
        delivery_date=arrives.isoformat() if reason is None else None,
        conditions=[],
    )
