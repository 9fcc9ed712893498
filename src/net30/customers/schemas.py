"""What crosses the wire about customers."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.customers.tables import CustomerAccountType
from net30.funding.schemas import BankAccountStatus
from net30.funding.tables import BankAccountOwnerType, BankAccountType
from net30.kernel.currencies import CurrencyCode
from net30.membership.rules import LONGEST_EMAIL
from net30.wire.addresses import Address, AddressAnswer, AddressUpdate
from net30.wire.types import LINES, SECRET, Amount, Timestamp, Wire, said_if_absent

CustomerAccountTypeShown = Literal["NONE", "BUSINESS", "PERSON", "UNDEFINED"]

# Where the contract leaves a length open, something has to bound it.
Text = Annotated[str, Meta(max_length=1000)]
CompanyName = Annotated[str, Meta(max_length=250)]
AccountNumber = Annotated[str, Meta(max_length=100)]
Description = Annotated[str, Meta(max_length=4000), LINES]
Phone = Annotated[str, Meta(pattern="^.{0,20}$")]


# ---- requests -------------------------------------------------------------------------------------------


# Where a customer's draft has what its body has elsewhere.
NAMES = {"contact_first_name": "contact.first_name", "contact_last_name": "contact.last_name"}


class CustomerContact(Wire):
    """The person to whom invoices are written."""

    first_name: Annotated[str, Meta(max_length=100)] | None = None
    last_name: Annotated[str, Meta(max_length=100)] | None = None


class CustomerSaid(Wire):
    """What may be said of a customer, in whatever request."""

    company_name: CompanyName | None = None
    contact: CustomerContact | None = None
    phone: Phone | None = None
    fax: Phone | None = None
    description: Description | None = None
    invoice_currency: CurrencyCode | None = None
    account_type: CustomerAccountType | None = None
    payment_term_id: Text | None = None
    account_number: AccountNumber | None = None


class CustomerCreate(CustomerSaid):
    """A new customer. Invoices are in `invoiceCurrency`, which is USD unless said, and go to `email`."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    email: Annotated[str, Meta(min_length=1, max_length=LONGEST_EMAIL), said_if_absent("must not be blank")]
    billing_address: Address | None = None
    shipping_address: Address | None = None


class CustomerUpdate(CustomerSaid):
    """What changes; absent and null mean unchanged, an empty text clears a property that may be absent."""

    name: Annotated[str, Meta(max_length=100)] | None = None
    email: Annotated[str, Meta(max_length=LONGEST_EMAIL)] | None = None
    billing_address: AddressUpdate | None = None
    shipping_address: AddressUpdate | None = None


class CustomerBankAccountCreate(Wire):
    """A bank account in the United States that may be charged for the customer's invoices."""

    name_on_account: Annotated[str, Meta(min_length=1, max_length=1000)]
    routing_number: Annotated[str, Meta(min_length=1)]
    account_number: Annotated[str, Meta(min_length=1), SECRET]
    type: BankAccountType
    owner_type: BankAccountOwnerType
    nickname: Text | None = None


class CustomerBankAccountUpdate(Wire):
    """What changes of a bank account; an empty nickname clears it."""

    nickname: Text | None = None
    owner_type: BankAccountOwnerType | None = None


class ChargeAuthorization(Wire):
    """Whether the organization may charge the customer for invoices."""

    authorized_to_charge: bool


# ---- answers --------------------------------------------------------------------------------------------


class CustomerBalance(Wire):
    """What the customer owes, in its invoice currency."""

    amount: Amount


class CustomerAnswer(Wire):
    """A customer: who owes the organization."""

    id: str
    archived: bool
    name: str
    email: str
    invoice_currency: CurrencyCode
    account_type: CustomerAccountTypeShown
    balance: CustomerBalance
    has_bank_account: bool
    authorized_to_charge: bool
    created_time: Timestamp
    updated_time: Timestamp
    company_name: str | None = None
    contact: CustomerContact | None = None
    phone: str | None = None
    fax: str | None = None
    description: str | None = None
    payment_term_id: str | None = None
    account_number: str | None = None
    billing_address: AddressAnswer | None = None
    shipping_address: AddressAnswer | None = None


class CustomerBankAccountAnswer(Wire):
    """A bank account of a customer; all but the last four digits of its number are stars."""

    id: str
    archived: bool
    status: BankAccountStatus
    name_on_account: str
    routing_number: str
    account_number: str
    type: BankAccountType
    owner_type: BankAccountOwnerType
    created_time: Timestamp
    updated_time: Timestamp
    nickname: str | None = None
