"""What is stored of vendors: whom the organization owes."""

from typing import Annotated

from net30.kernel.countries import CountryCode
from net30.kernel.currencies import CurrencyCode
from net30.store.record import ENCRYPTED, Archived, CreatedTime, Record, UpdatedTime, listed, table


class Vendor(Record, frozen=True):
    """A vendor. `balance` is what it is owed: bills less credits and released payments, in thousandths.

    `network_facts` are the columns that the network overrides while the vendor is connected: JSON, value by name.
    """

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=("eq", "ne", "in"))]
    name: Annotated[str, listed("name", operators=("eq", "sw"))]
    short_name: Annotated[str | None, listed("shortName", kind="words", operators=())]
    account_number: str | None
    account_type: Annotated[
        str, listed("accountType", values=("NONE", "BUSINESS", "PERSON"), operators=("eq", "ne", "in", "nin"))
    ]
    email: Annotated[str | None, listed("email", kind="words", operators=())]
    phone: Annotated[str | None, listed("phone", kind="words", operators=())]
    address_line1: str
    address_line2: str | None
    address_city: str
    address_state_or_province: str | None
    address_zip_or_postal_code: str
    address_country: Annotated[CountryCode, listed("address.country", operators=("eq", "ne"))]
    payee_name: str | None
    remittance_email: str | None
    payment_purpose_text: str | None
    payment_purpose_code: str | None
    tax_id_secret: Annotated[str, ENCRYPTED] | None
    tax_id_type: str | None
    track_1099: int
    lead_time_in_days: int | None
    combine_payments: int
    payment_term_id: str | None
    company_name: str | None
    bill_currency: Annotated[CurrencyCode, listed("billCurrency", operators=("eq", "ne", "in", "nin"))]
    auto_pay_enabled: int
    auto_pay_bank_account_id: str | None
    auto_pay_created_by: str | None
    auto_pay_max_amount: int | None
    auto_pay_days_before_due_date: int | None
    network_status: str | None
    payment_network_id: str | None
    rpps_id: str | None
    network_facts: str | None
    virtual_card_status: str | None
    balance: int
    balance_updated_time: int
    last_payment_date: str | None
    archived: Archived
    created_time: CreatedTime
    updated_time: UpdatedTime


class VendorBankAccount(Record, frozen=True):
    """Where a vendor is paid electronically. One account of a vendor is active; the others are archived.

    `usable_from` is the first process date (yyyy-MM-dd) that may pay to it. The account number and the
    regulatory fields (JSON pairs of name and value) are encrypted. `last_four` is what may be shown of the
    number: nothing when it has no more than four characters.
    """

    organization_id: str
    id: str
    vendor_id: str
    name_on_account: str | None
    account_number_secret: Annotated[str, ENCRYPTED]
    last_four: str
    account_length: int
    routing_number: str | None
    type: str | None
    owner_type: str | None
    payment_currency: str | None
    regulatory_fields_secret: Annotated[str, ENCRYPTED] | None
    usable_from: str
    archived: int
    created_by: str
    created_time: int
    updated_time: int


vendors = table("vendor", Vendor, key=["organization_id", "id"])
vendor_bank_accounts = table(
    "vendor_bank_account",
    VendorBankAccount,
    key=["organization_id", "id"],
    indexes=[("organization_id", "vendor_id", "archived")],
    references={"vendor_id": "vendor"},
)
