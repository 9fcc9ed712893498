"""What must hold when money is promised, and again when its processing begins: the controls, as data.

What is refused to someone who schedules a payment holds one that was scheduled: between the two days a role may be
taken away, a bank account closed, a vendor archived or paid elsewhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from net30.access import roles
from net30.access.users import find_user
from net30.bills.actions import require_bills
from net30.bills.tables import Bill
from net30.funding.actions import require_bank_account, require_payable
from net30.funding.tables import OrganizationBankAccount
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal, Refusals
from net30.organizations.settings import settings_of
from net30.payments import checks
from net30.payments.checks import Order, Share
from net30.payments.tables import BillPayment, Payment
from net30.risk.actions import require_approved
from net30.vendors.actions import require_vendors, with_bank_accounts
from net30.vendors.tables import Vendor, VendorBankAccount

PAY = "payments:create"


class Payer(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for a payment."""

    user_id: str
    role: str
    active: bool
    may_pay: bool


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """Money that is to be promised or was, with everyone and everything concerned as they are now.

    `payment` is what was promised, None while it is not. A share of a bill counts as due, promised or not.
    `vendor_id`, when it is given, must be that of every bill.
    """

    payer: Payer
    order: Order
    on: date
    account: OrganizationBankAccount
    shares: Sequence[Share]
    bills: Mapping[str, Bill]
    vendors: Mapping[str, Vendor]
    payees: Mapping[str, VendorBankAccount | None]
    vendor_id: str | None = None
    payment: Payment | None = None


class Control(NamedTuple):
    """One thing that must hold: `meaning` is for people, `check` raises what is wrong, one Refusal or several."""

    meaning: str
    check: Callable[[Context, Promise], None]


def _organization(ctx: Context, promise: Promise) -> None:
    require_approved(ctx)


def _payer(ctx: Context, promise: Promise) -> None:
    payer = promise.payer
    if payer.active and payer.may_pay:
        return
    lost = f"has the role {payer.role}, which does not pay" if payer.active else "is archived"
    raise Refusal(
        "BDC_1145",
        detail=f"the user {payer.user_id}, who scheduled the payment, {lost}",
        help="let someone who may pay look at it",
    )


def _funding(ctx: Context, promise: Promise) -> None:
    require_payable(ctx, promise.account, promise.payer.user_id)


def _bills(ctx: Context, promise: Promise) -> None:
    setting = settings_of(ctx.organization).administrators_pay_unapproved
    payable = checks.payable_approvals(promise.payer.role, administrators_pay_unapproved=setting)
    _require_faultless(
        checks.bill_fault(promise.bills[share.bill_id], share, promise.vendor_id, payable)
        for share in promise.shares
    )


def _vendors(ctx: Context, promise: Promise) -> None:
    _require_faultless(
        checks.vendor_fault(vendor, promise.payees[vendor.id], promise.order, promise.on)
        for vendor in promise.vendors.values()
    )


def _payee(ctx: Context, promise: Promise) -> None:
    """Not refused to someone who schedules or releases: the account that they see is the one they mean."""
    payment = promise.payment
    if payment is None or payment.method != "ACH":
        return
    account = promise.payees[payment.vendor_id]
    if account is not None and account.id != payment.vendor_bank_account_id:
        raise Refusal(
            "BDC_1119",
            field="vendor_id",
            value=payment.vendor_id,
            detail=f"the bank account of vendor {payment.vendor_id} was replaced after the payment was scheduled",
            help="ask the vendor, by a number that you knew before, whether the new account is theirs",
        )


CONTROLS: tuple[Control, ...] = (
    Control("the organization's risk verification is approved", _organization),
    Control("who scheduled the payment is active and has a role that pays", _payer),
    Control("the funding account is VERIFIED and active, and the payer VERIFIED on it", _funding),
    Control("every bill is active and approved as far as the payer's role needs it", _bills),
    Control("the vendor is active, and its bank account may be paid to on the process date", _vendors),
    Control("the vendor's bank account is the one it had when the payment was scheduled", _payee),
)


def acting(ctx: Context) -> Payer:
    """Who acts, as a payer."""
    actor = ctx.actor
    may_pay = actor.role == "SYSTEM" or PAY in actor.permissions
    return Payer(user_id=actor.user_id, role=actor.role, active=True, may_pay=may_pay)


def require_all(ctx: Context, promise: Promise) -> None:
    """Refuse by the first control that does not hold, naming all bills or vendors that it does not hold for."""
    for control in CONTROLS:
        control.check(ctx, promise)


def faults(ctx: Context, promise: Promise) -> list[Refusal]:
    """Why the controls do not hold, all of them; empty when they do."""
    found: list[Refusal] = []
    for control in CONTROLS:
        try:
            control.check(ctx, promise)
        except Refusals as several:
            found += several.refusals
        except Refusal as fault:
            found.append(fault)
    return found


def promised(ctx: Context, payment: Payment, parts: Sequence[BillPayment]) -> Promise:
    """What stands behind a payment now, for whom it was scheduled by to answer."""
    user = find_user(ctx, payment.created_by)
    payer = Payer(
        user_id=payment.created_by,
        role="" if user is None else user.role,
        active=user is not None and not user.archived,
        may_pay=user is not None and PAY in roles.permissions(user.role),
    )
    return _behind(ctx, payment, parts, payer)


def promised_anew(ctx: Context, payment: Payment, parts: Sequence[BillPayment], on: date) -> Promise:
    """What stands behind a payment now, for who acts to answer, to whatever account the vendor has now."""
    behind = _behind(ctx, payment, parts, acting(ctx))
    return msgspec.structs.replace(behind, on=on, payment=None)


def _behind(ctx: Context, payment: Payment, parts: Sequence[BillPayment], payer: Payer) -> Promise:
    assert payment.funding_type is not None, "an online payment has a funding account"
    assert payment.funding_account_id is not None, "an online payment has a funding account"
    bills = require_bills(ctx, [part.bill_id for part in parts])
    due = {part.bill_id: bills[part.bill_id].due_amount + part.amount for part in parts}
    vendors = require_vendors(ctx, [payment.vendor_id])
    # How fast it is delivered was settled when it was scheduled.
    order = Order(funding_type=payment.funding_type, funding_account_id=payment.funding_account_id)
    return Promise(
        payer=payer,
        order=order,
        on=date.fromisoformat(payment.process_date),
        account=require_bank_account(ctx, payment.funding_account_id),
        shares=[Share(part.bill_id, part.amount) for part in parts],
        bills={id: msgspec.structs.replace(bills[id], due_amount=amount) for id, amount in due.items()},
        vendors=vendors,
        payees=payees(ctx, vendors),
        payment=payment,
    )


def payees(ctx: Context, vendors: Mapping[str, Vendor]) -> dict[str, VendorBankAccount | None]:
    """The active bank account of each vendor, by the vendor's id."""
    return {known.vendor.id: known.account for known in with_bank_accounts(ctx, list(vendors.values()))}


def _require_faultless(found: Iterable[Refusal | None]) -> None:
    if wrong := [fault for fault in found if fault is not None]:
        raise Refusals(wrong)
