"""What crosses the wire about vendors."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from net30.kernel.currencies import CurrencyCode
from net30.vendors.international import Configuration
from net30.wire.addresses import Address, AddressAnswer, AddressUpdate
from net30.wire.types import SECRET, Amount, Timestamp, Wire

AccountType = Literal["NONE", "BUSINESS", "PERSON"]
TaxIdType = Literal["EIN", "SSN"]
BankAccountType = Literal["CHECKING", "SAVINGS"]
BankAccountOwnerType = Literal["BUSINESS", "PERSONAL"]
BankAccountStatus = Literal["NO_ACCOUNT", "NO_NET_LINKED_ACCOUNT", "NET_LINKED_ACCOUNT", "UNDEFINED"]
NetworkStatus = Literal["NOT_CONNECTED", "PENDING", "CONNECTED", "CONNECTED_RPPS"]
TransferMethod = Literal["WIRE", "LOCAL", "UNDEFINED"]
PayBySubType = Literal["NONE", "WIRE", "IACH", "LOCAL", "MULTIPLE", "ACH", "UNDEFINED"]
PayByType = Literal[
    "CHECK", "ACH", "RPPS", "OFFLINE", "INTERNATIONAL_E_PAYMENT", "VIRTUAL_CARD", "WALLET", "UNDEFINED"
]
# fmt: off
VirtualCardStatus = Literal[
    "UNDEFINED", "OPEN", "PENDING", "REQUIRE_MORE_INFO", "PAY_FOR_YOUR_OPPORTUNITY", "PHONE_NUMBER_NEEDED",
    "ENROLLED", "DECLINED", "CONFIRMED", "RECRUITING", "VERBAL_COMMITMENT", "PAYER_ASSIST", "ON_HOLD",
    "UNKNOWN",
]
DisbursementType = Literal[
    "CHECK", "ACH", "RPPS", "PAYPAL", "OFFLINE", "INTERNATIONAL_E_PAYMENT", "AMEX", "VIRTUAL_CARD", "WALLET",
    "CREDIT_CARD", "UNDEFINED",
]
# fmt: on

# Where the contract leaves a length open, something has to bound it.
Text = Annotated[str, Meta(max_length=1000)]
ShortName = Annotated[str, Meta(max_length=40)]
PayeeName = Annotated[str, Meta(pattern="^.{3,100}$")]
Phone = Annotated[str, Meta(pattern="^.{0,20}$")]
Days = Annotated[int, Meta(ge=0, le=2**31 - 1)]


# ---- requests -------------------------------------------------------------------------------------------


class RegulatoryField(Wire):
    """A value that the law of the vendor's country asks for."""

    name: Text | None = None
    value: Annotated[Text, SECRET] | None = None


class VendorBankAccountCreate(Wire):
    """Where the vendor is paid electronically. `routingNumber` is empty when `accountNumber` is an IBAN.

    What an account outside the United States needs is told by the vendor's configuration.
    """

    account_number: Annotated[str, Meta(min_length=1, max_length=1000), SECRET]
    name_on_account: Text | None = None
    routing_number: Text | None = None
    type: BankAccountType | None = None
    owner_type: BankAccountOwnerType | None = None
    regulatory_fields: Annotated[list[RegulatoryField], Meta(max_length=100)] | None = None
    payment_currency: CurrencyCode | None = None


class PurposeCode(Wire):
    name: Text


class VendorPaymentPurpose(Wire):
    """Why the vendor is paid, where its country asks: either text or code."""

    text: Annotated[str, Meta(max_length=250)] | None = None
    code: PurposeCode | None = None


class PaymentInformation(Wire):
    """How the vendor is paid: `payeeName` stands on checks, `email` is told of payments."""

    payee_name: PayeeName
    email: Text | None = None
    bank_account: VendorBankAccountCreate | None = None
    payment_purpose: VendorPaymentPurpose | None = None


class PaymentInformationUpdate(Wire):
    payee_name: Text | None = None
    email: Text | None = None
    payment_purpose: VendorPaymentPurpose | None = None


class AdditionalInformation(Wire):
    """Tax and bookkeeping. `leadTimeInDays` is how many days ahead of its due date a bill is paid."""

    tax_id: Annotated[Text, SECRET] | None = None
    tax_id_type: TaxIdType | None = None
    track_1099: bool | None = None
    lead_time_in_days: Days | None = None
    combine_payments: bool | None = None
    payment_term_id: Text | None = None
    company_name: Text | None = None


class AutoPay(Wire):
    """Whether every new bill is paid by itself, from which bank account and up to which amount of the bill.

    `daysBeforeDueDate` says when the payment is submitted. `createdBy` is set by the server.
    """

    enabled: bool | None = None
    bank_account_id: Text | None = None
    created_by: Text | None = None
    max_amount: Amount | None = None
    days_before_due_date: Annotated[int, Meta(ge=0, le=60)] | None = None


class VendorCreate(Wire):
    """A new vendor. Bills are in `billCurrency`, which is USD unless said."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    address: Address
    short_name: ShortName | None = None
    account_number: Text | None = None
    account_type: AccountType | None = None
    email: Text | None = None
    phone: Phone | None = None
    payment_information: PaymentInformation | None = None
    additional_info: AdditionalInformation | None = None
    bill_currency: CurrencyCode | None = None
    auto_pay: AutoPay | None = None


class VendorUpdate(Wire):
    """What changes; absent and null mean unchanged, an empty text clears a property that may be absent."""

    name: Annotated[str, Meta(max_length=100)] | None = None
    address: AddressUpdate | None = None
    short_name: ShortName | None = None
    account_number: Text | None = None
    account_type: AccountType | None = None
    email: Text | None = None
    phone: Text | None = None
    payment_information: PaymentInformationUpdate | None = None
    additional_info: AdditionalInformation | None = None
    bill_currency: CurrencyCode | None = None
    auto_pay: AutoPay | None = None


# ---- answers --------------------------------------------------------------------------------------------


class VirtualCard(Wire):
    """Whether the vendor takes virtual cards; UNKNOWN until it was asked."""

    status: VirtualCardStatus
    remit_email: str | None = None
    enroll_date: Timestamp | None = None
    decline_date: Timestamp | None = None
    alternate_pay_by_type: DisbursementType | None = None


class BankAddress(Wire):
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state_or_province: str | None = None
    zip_or_postal_code: str | None = None
    country: str | None = None


class BankInfo(Wire):
    """What the account's numbers tell of the bank."""

    swift_bic: str | None = msgspec.field(default=None, name="swiftBIC")
    branch_name: str | None = None
    country_iso: str | None = msgspec.field(default=None, name="countryISO")
    national_bank_code: str | None = None
    institution_name: str | None = None
    primary_key: str | None = None
    address: BankAddress | None = None


class RegulatoryFieldAnswer(Wire):
    """A regulatory field; all but the last four characters of its value are stars."""

    name: str
    value: str


class VendorBankAccountAnswer(Wire):
    """The vendor's bank account; all but the last four characters of its number are stars."""

    account_number: str
    name_on_account: str | None = None
    routing_number: str | None = None
    type: BankAccountType | None = None
    owner_type: BankAccountOwnerType | None = None
    regulatory_fields: list[RegulatoryFieldAnswer] | None = None
    payment_currency: CurrencyCode | None = None
    bank_info: BankInfo | None = None


class PurposeCodeAnswer(Wire):
    """A purpose code and what it stands for."""

    name: str
    value: str | None = None


class VendorPaymentPurposeAnswer(Wire):
    text: str | None = None
    code: PurposeCodeAnswer | None = None


class PaymentInformationAnswer(Wire):
    """How the vendor is paid. `payeeName` is the vendor's name until it is given."""

    payee_name: str
    pay_by_type: PayByType
    pay_by_sub_type: PayBySubType
    virtual_card: VirtualCard
    email: str | None = None
    last_payment_date: str | None = None
    transfer_method: TransferMethod | None = None
    bank_account: VendorBankAccountAnswer | None = None
    payment_purpose: VendorPaymentPurposeAnswer | None = None


class AdditionalInformationAnswer(Wire):
    """Tax and bookkeeping; all but the last four characters of the tax id are stars."""

    track_1099: bool
    combine_payments: bool
    tax_id: str | None = None
    tax_id_type: Literal["EIN", "SSN", "UNDEFINED"] | None = None
    lead_time_in_days: int | None = None
    payment_term_id: str | None = None
    company_name: str | None = None


class Balance(Wire):
    """What the vendor is owed, in its bill currency, and when that last changed."""

    amount: Amount
    last_updated_date: Timestamp


class AutoPayAnswer(Wire):
    enabled: bool
    bank_account_id: str | None = None
    created_by: str | None = None
    max_amount: Amount | None = None
    days_before_due_date: int | None = None


class VendorAnswer(Wire):
    """A vendor: whom the organization owes."""

    id: str
    archived: bool
    name: str
    account_type: Literal["NONE", "BUSINESS", "PERSON", "UNDEFINED"]
    address: AddressAnswer
    payment_information: PaymentInformationAnswer
    additional_info: AdditionalInformationAnswer
    bank_account_status: BankAccountStatus
    recurring_payments: bool
    bill_currency: CurrencyCode
    balance: Balance
    auto_pay: AutoPayAnswer
    created_time: Timestamp
    updated_time: Timestamp
    short_name: str | None = None
    account_number: str | None = None
    email: str | None = None
    phone: str | None = None
    rpps_id: str | None = None
    network_status: NetworkStatus | None = None
    payment_network_id: str | None = None


class BulkVendorAnswer(Wire):
    """The vendors in the order of the request."""

    vendors: list[VendorAnswer]


class VendorConfiguration(Wire):
    """What paying this vendor abroad asks for; nothing is asked for a vendor in the United States."""

    international_payments: Configuration
