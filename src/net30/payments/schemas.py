"""What crosses the wire about payments."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.payments import tables
from net30.wire.types import LINES, Amount, Date, DateText, Timestamp, Wire

Given = Annotated[str, Meta(min_length=1)]
Description = Annotated[str, Meta(max_length=70, description="The check's memo or the bank's descriptor.")]
TransactionNumber = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=50,
        pattern="^[A-Za-z0-9]+$",
        description="The caller's own reference, unique in the organization; made up when left out.",
    ),
]
PositiveOrZero = Annotated[float, Meta(ge=0, description="An amount of money: a finite JSON number.")]

SingleStatus = Literal[tables.SingleStatus, "UNDEFINED"]
PaymentStatus = Literal[tables.PaymentStatus, "UNDEFINED"]
DisbursementStatus = Literal[tables.DisbursementStatus, "UNDEFINED"]
DisbursementType = Literal[
    tables.DisbursementType,
    "RPPS",
    "PAYPAL",
    "INTERNATIONAL_E_PAYMENT",
    "AMEX",
    "VIRTUAL_CARD",
    "WALLET",
    "CREDIT_CARD",
    "UNDEFINED",
]
DisbursementSubType = Literal["NONE", "WIRE", "IACH", "LOCAL", "MULTIPLE", "ACH", "UNDEFINED"]
CheckDeliveryType = Literal[tables.CheckDeliveryType, "UNDEFINED"]
FundingAccountType = Literal[tables.FundingType, "UNDEFINED"]
VoidType = Literal[tables.VoidType, "VOID_AND_REISSUE_VCARD"]


# ---- requests -------------------------------------------------------------------------------------------


class PayFrom(Wire):
    """Where the money comes from. Only BANK_ACCOUNT is paid from; a WALLET has no id."""

    type: tables.FundingType
    id: str | None = None


class BulkOptions(Wire):
    """How fast to pay. Delivery but STANDARD needs requestPayFaster; UPS is for checks, RTP_DELIVERY is not."""

    request_pay_faster: bool | None = None
    request_check_delivery_type: tables.CheckDeliveryType | None = None


class PaymentOptions(BulkOptions):
    """`createBill` makes a bill for this payment instead of paying one that exists."""

    create_bill: bool | None = None


class PaymentPurposeCode(Wire):
    name: str


class PaymentPurposeGiven(Wire):
    """Why money goes abroad: a text or a code."""

    text: Annotated[str, Meta(max_length=250)] | None = None
    code: PaymentPurposeCode | None = None


class CreditToApply(Wire):
    """A vendor credit and how much of it to apply."""

    id: Given
    amount: PositiveOrZero


class PaymentCreate(Wire):
    """A payment of one bill. `processingOptions` may be empty, but must be there."""

    amount: Amount
    funding_account: PayFrom
    processing_options: PaymentOptions
    vendor_id: str | None = None
    bill_id: str | None = None
    description: Description | None = None
    process_date: Date | None = None
    exchange_rate_batch_id: int | None = None
    payment_purpose: PaymentPurposeGiven | None = None
    transaction_number: TransactionNumber | None = None
    card_funding_purpose: str | None = None
    vendor_credits: list[CreditToApply] | None = None


class BillToPay(Wire):
    bill_id: Given
    amount: PositiveOrZero
    vendor_credits: list[CreditToApply] | None = None


class BulkPaymentCreate(Wire):
    """Payments of up to 50 bills, all or none. Leave `vendorId` out when they are of several vendors."""

    funding_account: PayFrom
    # Not in the contract's list of required properties, and yet at least one is needed.
    payments: Annotated[list[BillToPay], Meta(min_length=1, max_length=50)] | None = None
    vendor_id: str | None = None
    description: Description | None = None
    process_date: Date | None = None
    exchange_rate_batch_id: int | None = None
    processing_options: BulkOptions | None = None
    transaction_number: TransactionNumber | None = None
    card_funding_purpose: str | None = None


class PaymentVoid(Wire):
    """Whether the bill is open again (VOID_AND_CREDIT) or paid anew at once (VOID_AND_REISSUE), and why."""

    type: Literal["VOID_AND_CREDIT", "VOID_AND_REISSUE"]
    reason: Annotated[str, Meta(min_length=1, max_length=4000), LINES]


class OfflineClassifications(Wire):
    chart_of_account_id: str | None = None


class OfflineBillToPay(Wire):
    bill_id: Given
    amount: Amount
    vendor_credits: list[CreditToApply] | None = None


class OfflinePaymentCreate(Wire):
    """A payment that was made elsewhere, to one vendor for one bill or several."""

    vendor_id: Given
    process_date: Date
    to_print_check: bool
    payments: Annotated[list[OfflineBillToPay], Meta(min_length=1, max_length=1000)]
    classifications: OfflineClassifications | None = None
    description: str | None = None
    sync_reference: str | None = None
    allow_export: bool | None = None


class OfflinePaymentAtRate(OfflinePaymentCreate):
    """A payment that was made elsewhere, and the rate that it was made at."""

    exchange_rate: Annotated[
        float,
        Meta(gt=0, description="Units of the vendor's bill currency for one US dollar.", examples=[1]),
    ]


# ---- answers --------------------------------------------------------------------------------------------


class CreditApplied(Wire):
    id: str
    amount: Amount


class BillPaid(Wire):
    """The part of a payment that pays one bill."""

    id: str
    bill_id: str
    amount: Amount
    vendor_credits: list[CreditApplied] | None = None


class PaidFrom(Wire):
    type: FundingAccountType
    id: str | None = None


class ProcessingOptions(Wire):
    request_pay_faster: bool | None = None
    create_bill: bool | None = None
    request_check_delivery_type: CheckDeliveryType | None = None


class VoidAsked(Wire):
    """A request to void a payment and what became of it."""

    id: str
    requested_by: str
    type: VoidType
    status: tables.VoidStatus
    reason: str | None = None
    created_time: Timestamp
    updated_time: Timestamp


class Disbursement(Wire):
    sent_date: DateText | None = None
    arrives_by_date: DateText | None = None


class CheckDisbursement(Disbursement):
    check_number: int | None = None
    tracking_information: str | None = None


class AchDisbursement(Disbursement):
    """A transfer to the vendor's bank account."""


class RppsDisbursement(Disbursement):
    trace_number: int | None = None
    batch_number: int | None = None


class InternationalDisbursement(Disbursement):
    amount: Amount | None = None
    disbursement_sub_type: DisbursementSubType | None = None


class VirtualCardDisbursement(Wire):
    arrives_by_date: DateText | None = None
    valid_until: DateText | None = None
    last4_card_number: str | None = None


class WalletDisbursement(Wire):
    arrives_by_date: DateText | None = None


class DisbursementInfo(Wire):
    """How the vendor is really paid; one of the methods is there."""

    is_voidable: bool | None = None
    check_disbursement: CheckDisbursement | None = None
    ach_disbursement: AchDisbursement | None = None
    rpps_disbursement: RppsDisbursement | None = None
    international_disbursement: InternationalDisbursement | None = None
    vcard_disbursement: VirtualCardDisbursement | None = None
    wallet_disbursement: WalletDisbursement | None = None


class PaymentPurposeCodeAnswer(Wire):
    name: str | None = None
    value: str | None = None


class PaymentPurposeAnswer(Wire):
    text: str | None = None
    code: PaymentPurposeCodeAnswer | None = None


class AnyPaymentAnswer(Wire):
    """What is answered of every payment. `billId` is there when it pays one bill; `billPayments` always is."""

    id: str
    vendor_id: str
    bill_id: str | None = None
    bill_payments: list[BillPaid]
    description: str | None = None
    process_date: DateText
    amount: Amount
    transaction_number: str
    confirmation_number: str
    status: PaymentStatus
    exchange_rate: float | None = None
    funding_amount: Amount
    online_payment: bool
    disbursement_type: DisbursementType
    remittance_email: str | None = None
    created_time: Timestamp
    updated_time: Timestamp
    created_by: str
    disbursement_status: DisbursementStatus
    single_status: SingleStatus


class PaymentAnswer(AnyPaymentAnswer):
    """A payment. `billId` is there when it pays one bill; `billPayments` always is."""

    vendor_name: str
    funding_account: PaidFrom | None = None
    processing_options: ProcessingOptions | None = None
    void_info: list[VoidAsked] | None = None
    disbursement_info: DisbursementInfo
    payment_purpose: PaymentPurposeAnswer | None = None
    card_funding_purpose: str | None = None
    cancel_request_submitted: bool


class BulkPaymentAnswer(Wire):
    payments: list[PaymentAnswer]


class OfflinePaymentAnswer(AnyPaymentAnswer):
    """A payment that was made elsewhere, as it was recorded."""

    to_print_check: bool
    classifications: OfflineClassifications | None = None
    sync_reference: str | None = None
    allow_export: bool | None = None


class FundingOption(Wire):
    """Whether an account can pay, why not, and when the money would leave and arrive."""

    available: bool | None = None
    delivery_date: DateText | None = None
    process_date: DateText | None = None
    reason: str | None = None
    conditions: list[str] | None = None


class BankFundingOption(FundingOption):
    id: str
    name: str
    fee: Amount


class CardFee(Wire):
    amount: Amount | None = None
    rate: float | None = None


class CardFundingOption(FundingOption):
    id: str
    name: str
    brand: str | None = None
    fee_info: CardFee | None = None


class FundingOptions(Wire):
    banks: list[BankFundingOption]
    cards: list[CardFundingOption]


class PaymentOptionsAnswer(Wire):
    vendor_id: str
    amount: Amount
    funding_options: FundingOptions


# ---- events ---------------------------------------------------------------------------------------------


class FundingAccountTold(Wire):
    id: str
    type: str
    name: str
    account_number: str
    last4: str


class FundingTold(Wire):
    amount: Amount
    currency: str
    funding_account: FundingAccountTold | None = None


class DisbursementAccountTold(Wire):
    type: str
    account_number: str | None = None


class DisbursementTold(Wire):
    """`disbursementAccount` is left out until money moves."""

    amount: Amount
    currency: str
    arrives_by_date: DateText | None = None
    disbursement_account: DisbursementAccountTold | None = None


class PaidVendorTold(Wire):
    id: str
    name: str


class PaymentEvent(Wire):
    """The payment in payment.updated and payment.failed; `status` is the single status."""

    id: str
    bill_ids: list[str]
    transaction_number: str
    status: SingleStatus
    process_date: DateText
    funding: FundingTold
    disbursement: DisbursementTold
    vendor: PaidVendorTold
    billing_type: str
    created_by: str
    created_time: Timestamp
    updated_time: Timestamp
