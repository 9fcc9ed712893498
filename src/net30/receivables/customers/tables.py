"""What is stored of customers: who owes the organization, and the bank accounts it may charge."""

from typing import Annotated, Literal

from net30.kernel.currencies import CurrencyCode
from net30.store.record import EQUALITY, RANGE, Record, listed, table

CustomerAccountType = Literal["NONE", "BUSINESS", "PERSON"]


class Customer(Record, frozen=True):
    """A customer. `balance` is what it owes, in thousandths of its invoice currency: invoices less what was paid.

    `balance_updated_time` is null until anything was entered that the customer owes or has paid. The two
    addresses are JSON (see wire/addresses.py). `has_bank_account` is true while it has one that is not archived.
    """

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=("eq", "ne", "in"))]
    name: Annotated[str, listed("name", operators=("eq", "sw"))]
    company_name: str | None
    contact_first_name: str | None
    contact_last_name: str | None
    email: str
    phone: str | None
    fax: str | None
    description: str | None
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
    balance: int
    balance_updated_time: int | None
    archived: Annotated[int, listed("archived", kind="flag", operators=("eq", "ne"))]
    created_by: str
    created_time: Annotated[int, listed("createdTime", kind="time", operators=RANGE)]
    updated_time: Annotated[int, listed("updatedTime", kind="time", operators=RANGE)]


customers = table(
    "customer",
    Customer,
    key=["organization_id", "id"],
    references=[(("organization_id",), ("organization.id",))],
)
