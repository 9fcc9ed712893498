"""How stored payments are written on the wire and told to subscribers."""

from collections.abc import Sequence

from net30.funding.rules import masked
from net30.funding.tables import OrganizationBankAccount
from net30.kernel import events
from net30.kernel.clock import timestamp
from net30.kernel.context import Context
from net30.payments import rules, schemas
from net30.payments.reading import parts_of, voids_of
from net30.payments.tables import BillPayment, Payment, VoidRequest
from net30.wire.answers import answering

BILLING_TYPE = "BILL"

_TOLD = {
    "online": "online_payment",
    "cancel_requested": "cancel_request_submitted",
    "funding_type": "funding_account.type",
    "funding_account_id": "funding_account.id",
}
_PARTS = ["bill_id", "bill_payments"]
_online = answering(
    schemas.PaymentAnswer,
    Payment,
    _TOLD,
    more=[*_PARTS, "processing_options", "void_info", "disbursement_info"],
    # Nobody abroad and nobody by card is paid yet.
    absent=["payment_purpose", "card_funding_purpose"],
)
_offline = answering(
    schemas.OfflinePaymentAnswer,
    Payment,
    {"online": "online_payment", "chart_of_account_id": "classifications.chart_of_account_id"},
    more=[*_PARTS, "to_print_check"],
)
_options = answering(
    schemas.ProcessingOptions,
    Payment,
    {
        "pay_faster": "request_pay_faster",
        "created_bill": "create_bill",
        "check_delivery_type": "request_check_delivery_type",
    },
)
_void = answering(schemas.VoidAsked, VoidRequest)
# No credit is applied yet.
_bill_paid = answering(schemas.BillPaid, BillPayment, absent=["vendor_credits"])


def payment_answers(ctx: Context, listed: Sequence[Payment]) -> list[schemas.PaymentAnswer]:
    """Payments with their parts, in the order given: one more statement, two when one of them is void."""
    parts, voids = parts_of(ctx, listed), voids_of(ctx, listed)
    return [payment_answer(payment, parts[payment.id], voids.get(payment.id, ())) for payment in listed]


def payment_answer(
    payment: Payment, parts: Sequence[BillPayment], voids: Sequence[VoidRequest] = ()
) -> schemas.PaymentAnswer:
    return _online(
        payment,
        bill_id=_only_bill(parts),
        bill_payments=_bills_paid(parts),
        processing_options=_options(payment) if payment.online else None,
        void_info=[_void(request) for request in voids] or None,
        disbursement_info=_disbursement(payment),
    )


def offline_answer(payment: Payment, parts: Sequence[BillPayment]) -> schemas.OfflinePaymentAnswer:
    """A recorded payment, as record-payment answers it."""
    return _offline(
        payment,
        bill_id=_only_bill(parts),
        bill_payments=_bills_paid(parts),
        to_print_check=bool(payment.to_print_check),
    )


def tell(
    ctx: Context,
    payment: Payment,
    parts: Sequence[BillPayment],
    account: OrganizationBankAccount | None,
) -> None:
    """Append payment.updated, and payment.failed after a failure; `account` is where the money comes from."""
    payload = _event(payment, parts, account)
    events.emit(ctx, "payment.updated", payment.id, payload)
    if payment.single_status in rules.FAILURES:
        events.emit(ctx, "payment.failed", payment.id, payload)


def _event(
    payment: Payment, parts: Sequence[BillPayment], account: OrganizationBankAccount | None
) -> schemas.PaymentEvent:
    return schemas.PaymentEvent(
        id=payment.id,
        bill_ids=[part.bill_id for part in parts],
        transaction_number=payment.transaction_number,
        status=payment.single_status,
        process_date=payment.process_date,
        funding=schemas.FundingTold(
            amount=payment.funding_amount / 1000,
            currency="USD",
            funding_account=None if account is None else _account_told(account),
        ),
        disbursement=schemas.DisbursementTold(
            amount=payment.amount / 1000,
            currency=payment.currency,
            arrives_by_date=payment.arrives_by_date,
            disbursement_account=_payee_told(payment),
        ),
        vendor=schemas.PaidVendorTold(id=payment.vendor_id, name=payment.vendor_name),
        billing_type=BILLING_TYPE,
        created_by=payment.created_by,
        created_time=timestamp(payment.created_time),
        updated_time=timestamp(payment.updated_time),
    )


def _account_told(account: OrganizationBankAccount) -> schemas.FundingAccountTold:
    return schemas.FundingAccountTold(
        id=account.id,
        type="BANK_ACCOUNT",
        name=account.bank_name,
        account_number=masked(account.last_four, account.account_length),
        last4=account.last_four,
    )


def _payee_told(payment: Payment) -> schemas.DisbursementAccountTold | None:
    """Where the money went, once it has moved."""
    if rules.STATES[payment.single_status].books != "paid out":
        return None
    return schemas.DisbursementAccountTold(type=payment.method, account_number=payment.vendor_account_number)


def _only_bill(parts: Sequence[BillPayment]) -> str | None:
    return parts[0].bill_id if len(parts) == 1 else None


def _bills_paid(parts: Sequence[BillPayment]) -> list[schemas.BillPaid]:
    return [_bill_paid(part) for part in parts]


def _disbursement(payment: Payment) -> schemas.DisbursementInfo:
    voidable = rules.may("void", payment.single_status, payment.method)
    match payment.method:
        case "CHECK":
            check = schemas.CheckDisbursement(
                sent_date=payment.sent_date,
                arrives_by_date=payment.arrives_by_date,
                check_number=payment.check_number,
                tracking_information=payment.tracking_number,
            )
            return schemas.DisbursementInfo(is_voidable=voidable, check_disbursement=check)
        case "ACH":
            ach = schemas.AchDisbursement(
                sent_date=payment.sent_date, arrives_by_date=payment.arrives_by_date
            )
            return schemas.DisbursementInfo(is_voidable=voidable, ach_disbursement=ach)
        case "WALLET":
            wallet = schemas.WalletDisbursement(arrives_by_date=payment.arrives_by_date)
            return schemas.DisbursementInfo(is_voidable=voidable, wallet_disbursement=wallet)
        case "RPPS":
            rpps = schemas.RppsDisbursement(
                sent_date=payment.sent_date, arrives_by_date=payment.arrives_by_date
            )
            return schemas.DisbursementInfo(is_voidable=voidable, rpps_disbursement=rpps)
        case "OFFLINE":
            return schemas.DisbursementInfo(is_voidable=voidable)
