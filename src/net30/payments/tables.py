"""What is stored of payments: orders to pay vendors, their split over bills, and requests to void them."""

from typing import Annotated, Literal, get_args

from net30.store.record import RANGE, CreatedTime, Record, UpdatedTime, listed, table

SingleStatus = Literal[
    "DISBURSEMENT_FAILED_ACTION_NEEDED",
    "DISBURSEMENT_FAILED_VENDOR_BANK_REJECTED",
    "FUNDING_FAILED_ACTION_NEEDED",
    "EXPIRING",
    "FUNDS_ESCHEATED",
    "CANCELED",
    "FUNDING_FAILED_VOIDED",
    "VOIDED",
    "CLEARED",
    "DELIVERED",
    "DISBURSEMENT_ON_HOLD",
    "VOID_PENDING",
    "SENT",
    "DISBURSEMENT_ON_HOLD_PAYER_IN_REVIEW",
    "PROCESSED",
    "FUNDING_STARTED",
    "FUNDING_ON_HOLD",
    "WAITING_ON_APPROVAL",
    "SCHEDULED",
    "READY_TO_FUND",
    "CANCELLATION_IN_PROGRESS",
    "PARTIALLY_CLAIMED",
    "PAID_OFFLINE",
]
PaymentStatus = Literal["APPROVING", "SCHEDULED", "PAID", "CANCELLED", "VOID", "ESCHEATED"]
DisbursementStatus = Literal["SCHEDULE", "DONE", "FAILED", "VOID", "HOLD", "FXHOLD", "ESCHEATED"]
DisbursementType = Literal["CHECK", "ACH", "WALLET", "RPPS", "OFFLINE"]
CheckDeliveryType = Literal["STANDARD", "UPS_1DAY", "UPS_2DAY", "UPS_3DAY", "RTP_DELIVERY"]
FundingType = Literal["BANK_ACCOUNT", "CARD_ACCOUNT", "WALLET", "AP_CARD"]
VoidType = Literal["VOID_AND_CREDIT", "VOID_AND_REISSUE", "VOID_ONLY"]
VoidStatus = Literal["TO_BE_PROCESSED", "ACCEPTED", "REJECTED", "NO_OP", "ARCHIVED"]

SINGLE_STATUSES: tuple[str, ...] = get_args(SingleStatus)
DISBURSEMENT_STATUSES: tuple[str, ...] = get_args(DisbursementStatus)
PAYMENT_STATUSES: tuple[str, ...] = get_args(PaymentStatus)
DISBURSEMENT_TYPES = (
    "CHECK",
    "ACH",
    "RPPS",
    "PAYPAL",
    "OFFLINE",
    "INTERNATIONAL_E_PAYMENT",
    "AMEX",
    "VIRTUAL_CARD",
    "WALLET",
    "CREDIT_CARD",
)

_TEXT = ("eq", "ne", "in", "nin")


class Payment(Record, frozen=True):
    """One payment to one vendor. Amounts are thousandths of `currency`, `funding_amount` of USD at `exchange_rate`.

    `disbursement_type` is what was decided when the payment was made, `method` what is really used: they part
    when the vendor's bank account is gone by the process date. What concerns the vendor (`vendor_name`, the name and
    address that a check is made out and sent to, `remittance_email`, the account and its masked number) is settled
    when processing begins, and stays. `payee_address` has its lines as an envelope has them.
    `chart_of_account_id` is the ledger's account that the money leaves.
    """

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=("eq", "ne", "in"))]
    vendor_id: Annotated[str, listed("vendorId", kind="id", operators=("eq", "in"))]
    vendor_name: str
    payee_name: str
    payee_address: str
    currency: str
    amount: Annotated[int, listed("amount", kind="amount", operators=("eq", "ne", *RANGE))]
    funding_amount: int
    exchange_rate: str | None
    description: Annotated[str | None, listed("description", kind="words", operators=())]
    process_date: Annotated[str, listed("processDate", kind="date", operators=("eq", *RANGE))]
    funding_type: FundingType | None
    funding_account_id: str | None
    chart_of_account_id: str | None
    pay_faster: int
    check_delivery_type: CheckDeliveryType | None
    created_bill: int
    transaction_number: Annotated[str, listed("transactionNumber", operators=("eq", "in", "sw"))]
    confirmation_number: Annotated[str, listed("confirmationNumber", operators=())]
    single_status: Annotated[SingleStatus, listed("singleStatus", values=SINGLE_STATUSES, operators=_TEXT)]
    status: Annotated[PaymentStatus, listed("status", values=PAYMENT_STATUSES, operators=_TEXT)]
    disbursement_status: Annotated[
        DisbursementStatus, listed("disbursementStatus", values=DISBURSEMENT_STATUSES, operators=())
    ]
    online: Annotated[int, listed("onlinePayment", kind="flag", operators=("eq", "ne"))]
    disbursement_type: Annotated[
        DisbursementType, listed("disbursementType", values=DISBURSEMENT_TYPES, operators=_TEXT)
    ]
    method: DisbursementType
    vendor_bank_account_id: str | None
    vendor_account_number: str | None
    remittance_email: str | None
    sent_date: str | None
    arrives_by_date: str | None
    check_number: int | None
    tracking_number: str | None
    cancel_requested: int
    reissue_of: str | None
    to_print_check: int | None
    sync_reference: str | None
    allow_export: int | None
    created_by: str
    created_time: CreatedTime
    updated_time: UpdatedTime


class BillPayment(Record, frozen=True):
    """The part of a payment that pays one bill, in thousandths of the payment's currency.

    `usd_amount` is what the books take off the bill for it: its share of what the bill was entered at in USD.
    """

    organization_id: str
    payment_id: str
    position: int
    id: str
    bill_id: str
    amount: int
    usd_amount: int


class VoidRequest(Record, frozen=True):
    """Someone's wish that a payment be undone, and what became of it."""

    organization_id: str
    id: str
    payment_id: str
    type: VoidType
    status: VoidStatus
    reason: str | None
    requested_by: str
    created_time: int
    updated_time: int


payments = table(
    "payment",
    Payment,
    key=["organization_id", "id"],
    unique=[("organization_id", "transaction_number")],
    indexes=[("organization_id", "check_number")],
    references={"vendor_id": "vendor"},
)
bill_payments = table(
    "bill_payment",
    BillPayment,
    key=["organization_id", "payment_id", "position"],
    indexes=[("organization_id", "bill_id")],
    references={"payment_id": "payment", "bill_id": "bill"},
)
void_requests = table(
    "void_request",
    VoidRequest,
    key=["organization_id", "id"],
    indexes=[("organization_id", "payment_id")],
    references={"payment_id": "payment"},
)
