"""How stored payments are written on the wire and told to subscribers."""

from collections.abc import Sequence

import msgspec

from net30.funding.rules import masked
from net30.funding.tables import OrganizationBankAccount
from net30.kernel import events
from net30.kernel.clock import timestamp
from net30.kernel.context import Context
from net30.kernel.money import number
from net30.payments import rules, schemas
from net30.payments.reading import parts_of, voids_of
from net30.payments.tables import BillPayment, Payment, VoidRequest

BILLING_TYPE = "BILL"


def payment_answers(ctx: Context, listed: Sequence[Payment]) -> list[schemas.PaymentAnswer]:
    """Payments with their parts, in the order given: one more statement, two when one of them is void."""
    parts, voids = parts_of(ctx, listed), voids_of(ctx, listed)
    return [payment_answer(payment, parts[payment.id], voids.get(payment.id, ())) for payment in listed]


def payment_answer(
    payment: Payment, parts: Sequence[BillPayment], voids: Sequence[VoidRequest] = ()
) -> schemas.PaymentAnswer:
    return schemas.PaymentAnswer(
        **msgspec.structs.asdict(_of_any(payment, parts)),
        vendor_name=payment.vendor_name,
        funding_account=_paid_from(payment),
        processing_options=_options(payment),
        void_info=[_void(request) for request in voids] or None,
        disbursement_info=_disbursement(payment),
        cancel_request_submitted=bool(payment.cancel_requested),
    )


def offline_answer(payment: Payment, parts: Sequence[BillPayment]) -> schemas.OfflinePaymentAnswer:
    """A recorded payment, as record-payment answers it."""
    account = payment.chart_of_account_id
    return schemas.OfflinePaymentAnswer(
        **msgspec.structs.asdict(_of_any(payment, parts)),
        to_print_check=bool(payment.to_print_check),
        classifications=schemas.OfflineClassifications(chart_of_account_id=account) if account else None,
        sync_reference=payment.sync_reference,
        allow_export=None if payment.allow_export is None else bool(payment.allow_export),
    )


def _of_any(payment: Payment, parts: Sequence[BillPayment]) -> schemas.AnyPaymentAnswer:
    return schemas.AnyPaymentAnswer(
        id=payment.id,
        vendor_id=payment.vendor_id,
        bill_id=_only_bill(parts),
        bill_payments=_bills_paid(parts),
        description=payment.description,
        process_date=payment.process_date,
        amount=payment.amount / 1000,
        transaction_number=payment.transaction_number,
        confirmation_number=payment.confirmation_number,
        status=payment.status,
        exchange_rate=number(payment.exchange_rate),
        funding_amount=payment.funding_amount / 1000,
        online_payment=bool(payment.online),
        disbursement_type=payment.disbursement_type,
        remittance_email=payment.remittance_email,
        created_time=timestamp(payment.created_time),
        updated_time=timestamp(payment.updated_time),
        created_by=payment.created_by,
        disbursement_status=payment.disbursement_status,
        single_status=payment.single_status,
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
    return [schemas.BillPaid(id=part.id, bill_id=part.bill_id, amount=part.amount / 1000) for part in parts]


def _paid_from(payment: Payment) -> schemas.PaidFrom | None:
    if payment.funding_type is None:
        return None
    return schemas.PaidFrom(type=payment.funding_type, id=payment.funding_account_id)


def _options(payment: Payment) -> schemas.ProcessingOptions | None:
    if not payment.online:
        return None
    return schemas.ProcessingOptions(
        request_pay_faster=bool(payment.pay_faster),
        create_bill=bool(payment.created_bill),
        request_check_delivery_type=payment.check_delivery_type,
    )


def _void(request: VoidRequest) -> schemas.VoidAsked:
    return schemas.VoidAsked(
        id=request.id,
        requested_by=request.requested_by,
        type=request.type,
        status=request.status,
        reason=request.reason,
        created_time=timestamp(request.created_time),
        updated_time=timestamp(request.updated_time),
    )


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
