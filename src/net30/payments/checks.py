"""What must be so before money is promised: pure checks of an order, of bills and of vendors."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from net30.bills.tables import APPROVAL_STATUSES, Bill
from net30.kernel import banking_days, money
from net30.kernel.refusal import Refusal, Refusals
from net30.payments import timetable
from net30.payments.tables import CheckDeliveryType, DisbursementType, FundingType
from net30.vendors.actions import VENDORS
from net30.vendors.rules import PAID_THROUGH, as_connected
from net30.vendors.tables import Vendor, VendorBankAccount

MOST_IN_BULK = 50
MOST_MERGED = 35
LONGEST_TRANSACTION_NUMBER = 50
FURTHEST = timedelta(days=731)
ANY_APPROVAL: frozenset[str] = frozenset(APPROVAL_STATUSES)


class Share(msgspec.Struct, frozen=True):
    """How much of a bill to pay, in thousandths of its currency."""

    bill_id: str
    amount: int


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all payments of one request. Without a process date it is the earliest there is."""

    funding_type: FundingType
    funding_account_id: str | None
    process_date: date | None = None
    description: str | None = None
    transaction_number: str | None = None
    pay_faster: bool = False
    delivery: CheckDeliveryType | None = None
    created_bill: bool = False
    reissue_of: str | None = None


def amount_of(value: float, path: str, currency: str = "USD") -> int:
    """A positive amount as thousandths of its currency; a Refusal (400) that names the field otherwise."""
    try:
        amount = money.thousandths(value, currency)
    except money.MoneyError as fault:
        raise Refusal(None, field=path, detail=str(fault), help="correct the amount") from None
    if amount <= 0:
        raise Refusal(None, field=path, detail="must be greater than 0", help="pay a positive amount")
    return amount


def rate_of(value: float, path: str) -> str:
    """A rate as stored; a Refusal (400) that names the field otherwise."""
    try:
        rate = money.decimal_text(value)
    except money.MoneyError as fault:
        raise Refusal(None, field=path, detail=str(fault), help="correct the rate") from None
    if Decimal(rate) <= 0:
        raise Refusal(None, field=path, detail="must be greater than 0", help="correct the rate")
    return rate


def require_no_credits(credit_ids: Sequence[str]) -> None:
    """There are no vendor credits to apply: BDC_1205 (404) for each that is named."""
    if credit_ids:
        raise Refusals(
            [
                Refusal(
                    "BDC_1205",
                    id=credit_id,
                    detail=f"no vendor credit has the id {credit_id}",
                    help="leave vendorCredits out",
                )
                for credit_id in credit_ids
            ]
        )


def require_once(shares: Sequence[Share], path: str) -> None:
    """A request names each bill once, so that it cannot be paid twice by a slip."""
    seen: set[str] = set()
    for position, share in enumerate(shares):
        if share.bill_id in seen:
            raise Refusal(
                None,
                field=f"{path}[{position}].bill_id",
                detail=f"bill {share.bill_id} stands twice in the request",
                help="add the two amounts up",
            )
        seen.add(share.bill_id)


def require_funding(order: Order) -> str:
    """The id of the bank account to pay from; other kinds of accounts are not paid from yet (BDC_1151)."""
    if order.funding_type != "BANK_ACCOUNT":
        raise Refusal(
            "BDC_1151",
            detail=f"this server does not pay from a {order.funding_type} yet",
            help="pay from a BANK_ACCOUNT: GET /v3/funding-accounts/banks",
        )
    if not order.funding_account_id:
        raise Refusal(
            None,
            field="funding_account_id",
            detail="must not be blank",
            help="name one of your bank accounts: GET /v3/funding-accounts/banks",
        )
    return order.funding_account_id


def require_options(order: Order) -> None:
    """A delivery type is part of Pay Faster, but for STANDARD, which the API answers without it too."""
    if order.delivery not in (None, "STANDARD") and not order.pay_faster:
        raise Refusal(
            None,
            field="pay_faster",
            detail=f"must be true when requestCheckDeliveryType is {order.delivery}",
            help="set requestPayFaster, or leave requestCheckDeliveryType out",
        )


def process_date(wanted: date | None, now_ms: int, zone: str) -> date:
    """The date to process on; BDC_1152 (422) for one that is too early, too far or no business day."""
    earliest = banking_days.earliest_process_date(now_ms, zone)
    if wanted is None:
        return earliest
    help = f"the earliest process date is {earliest}; leave processDate out to take it"
    if wanted < earliest:
        cause = f"{wanted} is too early for a payment that is made now"
    elif wanted > earliest + FURTHEST:
        cause = f"{wanted} is more than two years ahead"
    elif not banking_days.is_business_day(wanted):
        cause = f"{wanted} is no business day: banks are closed"
        help = f"the next business day is {banking_days.roll_forward(wanted)}"
    else:
        return wanted
    raise Refusal(
        "BDC_1152",
        processDate=wanted,
        detail=cause,
        help=help,
    )


def method_of(vendor: Vendor, account: VendorBankAccount | None) -> DisbursementType:
    """A connected vendor is paid through the network, one with a bank account to that, any other by check."""
    through = PAID_THROUGH.get(vendor.network_status)
    return through or ("CHECK" if account is None else "ACH")


def payable_approvals(role: str, *, administrators_pay_unapproved: bool) -> frozenset[str]:
    """The approval statuses in which a role may pay a bill.

    A payer pays what was approved and nothing else. Administrators, and what they set up to be paid by itself,
    need no approval where none is under way.
    """
    if role not in ("ADMINISTRATOR", "SYSTEM"):
        return frozenset({"APPROVED"})
    unfinished = role == "ADMINISTRATOR" and administrators_pay_unapproved
    return ANY_APPROVAL if unfinished else frozenset({"APPROVED", "UNASSIGNED"})


def bill_fault(
    bill: Bill, share: Share, vendor_id: str | None, payable: frozenset[str], *, abroad: bool = False
) -> Refusal | None:
    """Why a bill cannot be paid so, naming the bill; None when it can. `abroad`: in whatever currency it is."""
    if vendor_id is not None and bill.vendor_id != vendor_id:
        return Refusal(
            "BDC_1119",
            field="vendor_id",
            value=vendor_id,
            billId=bill.id,
            detail=f"bill {bill.id} is of vendor {bill.vendor_id}, not of {vendor_id}",
            help="leave vendorId out, or name the bill's vendor",
        )
    if bill.archived:
        return Refusal(
            "BDC_1119",
            field="bill_id",
            value=bill.id,
            billId=bill.id,
            detail=f"bill {bill.id} is archived",
            help=f"restore it first: POST /v3/bills/{bill.id}/restore",
        )
    if bill.currency != "USD" and not abroad:
        return unable(f"bill {bill.id} is in {bill.currency}")
    if bill.approval_status not in payable:
        return Refusal(
            "BDC_1145",
            billId=bill.id,
            detail=f"the approval of bill {bill.id} is not finished: it is {bill.approval_status}",
            help="have the bill approved first",
        )
    if not bill.amount:
        return Refusal(
            "BDC_1159",
            billId=bill.id,
            detail=f"bill {bill.id} comes to nothing, so there is nothing to pay",
            help=f"archive it: POST /v3/bills/{bill.id}/archive",
        )
    if share.amount > bill.due_amount:
        return Refusal(
            "BDC_1159",
            billId=bill.id,
            detail=f"bill {bill.id} has {money.text(bill.due_amount, bill.currency)} due, "
            f"and {money.text(share.amount, bill.currency)} was to be paid",
            help="pay at most the amount due",
        )
    return None


def vendor_fault(vendor: Vendor, account: VendorBankAccount | None, order: Order, on: date) -> Refusal | None:
    """Why a vendor cannot be paid on a date; None when it can."""
    if vendor.archived:
        return VENDORS.archived(vendor.id, field="vendor_id")
    country = as_connected(vendor).address_country
    if vendor.bill_currency != "USD" or country != "US":
        return unable(f"vendor {vendor.id} is in {country} and paid in {vendor.bill_currency}")
    method = method_of(vendor, account)
    if order.pay_faster and not timetable.offered(method, order.delivery):
        return Refusal(
            "BDC_1119",
            field="request_check_delivery_type",
            value=order.delivery,
            detail=f"vendor {vendor.id} is paid by {method}, which is not delivered so",
            help="RTP_DELIVERY is not for checks, UPS carries nothing else, and RPPS is never faster",
        )
    if method == "ACH" and account is not None and account.usable_from > on.isoformat():
        return Refusal(
            "BDC_1402",
            processDate=on,
            detail=f"the bank account of vendor {vendor.id} is new and cannot be paid to before "
            f"{account.usable_from}",
            help=f"set processDate to {banking_days.roll_forward(date.fromisoformat(account.usable_from))}",
        )
    return None


def unable(cause: str) -> Refusal:
    """Only domestic payments in dollars are made: 422, in the words that clients know."""
    return Refusal(
        None,
        status=422,
        message="This vendor is unable to receive ePayments.",
        detail=f"{cause}; this server pays vendors in the United States in USD",
        help="pay elsewhere and record it: POST /v3/bills/record-payment",
    )


def merged(
    shares: Sequence[Share], bills: Mapping[str, Bill], vendors: Mapping[str, Vendor]
) -> list[tuple[str, list[Share]]]:
    """(vendor id, bills) of each payment, in the order of the request.

    The bills of a vendor that combines payments go together, at most 35 in one payment; all others go alone.
    """
    groups: list[tuple[str, list[Share]]] = []
    open_groups: dict[str, list[Share]] = {}
    for share in shares:
        vendor = vendors[bills[share.bill_id].vendor_id]
        group = open_groups.get(vendor.id)
        if group is None or len(group) == MOST_MERGED or not vendor.combine_payments:
            group = open_groups[vendor.id] = []
            groups.append((vendor.id, group))
        group.append(share)
    return groups


def transaction_numbers(wanted: str, count: int) -> list[str]:
    """The caller's number for the first payment, the same with -2, -3, … for the others."""
    numbers = [wanted, *(f"{wanted}-{i}" for i in range(2, count + 1))]
    if len(numbers[-1]) > LONGEST_TRANSACTION_NUMBER:
        raise Refusal(
            None,
            field="transaction_number",
            detail=f"{count} payments come of this request, and {numbers[-1]} is longer than "
            f"{LONGEST_TRANSACTION_NUMBER} characters",
            help="use a shorter number",
        )
    return numbers
