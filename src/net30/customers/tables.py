"""What is stored of customers: who owes the organization, and the bank accounts it may charge."""

from typing import Annotated, Literal

from net30.funding.tables import (
    IDENTIFIED,
    OWNER_TYPE,
    STATUS,
    TYPE,
    BankAccountOwnerType,
    BankAccountStatus,
    BankAccountType,
)
from net30.kernel.currencies import CurrencyCode
from net30.store.record import ENCRYPTED, EQUALITY, Archived, CreatedTime, Record, UpdatedTime, listed, table

CustomerAccountType = Literal["NONE", "BUSINESS", "PERSON"]


class Customer(Record, frozen=True):
    """A customer. `balance` is what it owes, in thousandths of its invoice currency: invoices less what was paid.

    `balance_updated_time` is null until anything was entered that the customer owes or has paid. The two
    addresses are JSON (see wire/addresses.py). `network_facts` are the columns that the network overrides while
    the customer is connected: JSON, value by name. `has_bank_account` is true while it has one that is not archived.
    """

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=IDENTIFIED)]
    name: Annotated[str, listed("name", operators=("eq", "sw"))]
    company_name: Annotated[str | None, listed("companyName", kind="words", operators=())]
    contact_first_name: str | None
    contact_last_name: str | None
    email: Annotated[str, listed("email", kind="words", operators=())]
    phone: Annotated[str | None, listed("phone", kind="words", operators=())]
    fax: Annotated[str | None, listed("fax", kind="words", operators=())]
    description: Annotated[str | None, listed("description", kind="words", operators=())]
    account_type: Annotated[
        CustomerAccountType,
        listed("accountType", values=("NONE", "BUSINESS", "PERSON"), operators=EQUALITY),
    ]
    payment_term_id: str | None
    account_number: str | None
    invoice_currency: Annotated[CurrencyCode, listed("invoiceCurrency", operators=EQUALITY)]
    billing_address: str | None
    shipping_address: str | None
    authorized_to_charge: int
    has_bank_account: int
    network_facts: str | None
    balance: int
    balance_updated_time: int | None
    archived: Archived
    created_by: str
    created_time: CreatedTime
    updated_time: UpdatedTime


class CustomerBankAccount(Record, frozen=True):
    """A bank account that the organization may charge for the customer's invoices, once it is VERIFIED.

    The account number is encrypted; `last_four` and `account_length` may be shown.
    """

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=IDENTIFIED)]
    customer_id: Annotated[str, listed("customerId", kind="id", operators=("eq", "in"))]
    archived: Archived
    status: Annotated[BankAccountStatus, STATUS]
    name_on_account: str
    nickname: str | None
    routing_number: str
    account_number_secret: Annotated[str, ENCRYPTED]
    last_four: str
    account_length: int
    type: Annotated[BankAccountType, TYPE]
    owner_type: Annotated[BankAccountOwnerType, OWNER_TYPE]
    created_by: str
    created_time: CreatedTime
    updated_time: UpdatedTime


customers = table(
    "customer",
    Customer,
    key=["organization_id", "id"],
)
customer_bank_accounts = table(
    "customer_bank_account",
    CustomerBankAccount,
    key=["organization_id", "id"],
    references={"customer_id": "customer"},
)
