"""What decides over vendors: what may be said of one, how it is paid, and what of its numbers is shown."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from net30.kernel import money, secrets
from net30.kernel.banking_days import add_business_days
from net30.kernel.countries import CountryCode
from net30.kernel.currencies import CurrencyCode
from net30.kernel.refusal import Fault
from net30.kernel.wording import ONE_LINE, given, is_unprintable, line_fault
from net30.store.statements import Value
from net30.vendors import international
from net30.vendors.international_countries import LOCAL_CURRENCY
from net30.vendors.schemas import (
    AccountType,
    BankAccountOwnerType,
    BankAccountType,
    PayBySubType,
    PayByType,
    TaxIdType,
)
from net30.vendors.tables import Vendor, VendorBankAccount

PAYEE_NAME_CHARACTERS = (3, 100)
PHONE_MAX_CHARACTERS = 20
VERIFICATION_BUSINESS_DAYS = 2


class RegulatoryFieldDraft(msgspec.Struct, frozen=True):
    """A value that the law of the vendor's country asks for."""

    name: str | None = None
    value: str | None = None


class BankAccountDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Where a vendor is to be paid electronically."""

    account_number: str
    name_on_account: str | None = None
    routing_number: str | None = None
    type: BankAccountType | None = None
    owner_type: BankAccountOwnerType | None = None
    regulatory_fields: Sequence[RegulatoryFieldDraft] | None = None
    payment_currency: CurrencyCode | None = None


class VendorDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What someone says of a vendor; None leaves a column as it is, an empty text clears one that may be absent.

    `auto_pay_max_amount` is in units of the bill currency. A bank account is given with a new vendor only.
    """

    name: str | None = None
    short_name: str | None = None
    account_number: str | None = None
    account_type: AccountType | None = None
    email: str | None = None
    phone: str | None = None
    bill_currency: CurrencyCode | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_city: str | None = None
    address_state_or_province: str | None = None
    address_zip_or_postal_code: str | None = None
    address_country: CountryCode | None = None
    payee_name: str | None = None
    remittance_email: str | None = None
    tax_id_type: TaxIdType | None = None
    track_1099: bool | None = None
    lead_time_in_days: int | None = None
    combine_payments: bool | None = None
    payment_term_id: str | None = None
    company_name: str | None = None
    payment_purpose_text: str | None = None
    payment_purpose_code: str | None = None
    tax_id: str | None = None
    auto_pay_enabled: bool | None = None
    auto_pay_bank_account_id: str | None = None
    auto_pay_max_amount: float | None = None
    auto_pay_days_before_due_date: int | None = None
    bank_account: BankAccountDraft | None = None


# The columns that a draft fills as they stand: all until the purpose, which has rules of its own.
_OWN = {
    name: name
    for name in VendorDraft.__struct_fields__[: VendorDraft.__struct_fields__.index("payment_purpose_text")]
}
_NEVER_EMPTY = frozenset({"name", "address_line1", "address_city", "address_zip_or_postal_code"})
_EMAILS = frozenset({"email", "remittance_email"})
_ONE_LINE = (
    "name",
    "short_name",
    "account_number",
    "email",
    "phone",
    "address_line1",
    "address_line2",
    "address_city",
    "address_state_or_province",
    "address_zip_or_postal_code",
    "payee_name",
    "remittance_email",
    "payment_purpose_text",
    "company_name",
)

BANK_DEPENDS_ON = ("address_country", "bill_currency", "account_type")
"""What the choice of bank details depends on."""


# ---- the vendor itself ----------------------------------------------------------------------------------


def unsaid(organization_id: str, vendor_id: str, now: int) -> Vendor:
    """A vendor of whom nothing was said yet; `now` in milliseconds UTC."""
    return Vendor(
        organization_id=organization_id,
        id=vendor_id,
        name="",
        short_name=None,
        account_number=None,
        account_type="NONE",
        email=None,
        phone=None,
        address_line1="",
        address_line2=None,
        address_city="",
        address_state_or_province=None,
        address_zip_or_postal_code="",
        address_country="US",
        payee_name=None,
        remittance_email=None,
        payment_purpose_text=None,
        payment_purpose_code=None,
        tax_id_secret=None,
        tax_id_type=None,
        track_1099=0,
        lead_time_in_days=None,
        combine_payments=1,
        payment_term_id=None,
        company_name=None,
        bill_currency="USD",
        auto_pay_enabled=0,
        auto_pay_bank_account_id=None,
        auto_pay_created_by=None,
        auto_pay_max_amount=None,
        auto_pay_days_before_due_date=None,
        network_status=None,
        payment_network_id=None,
        rpps_id=None,
        network_facts=None,
        virtual_card_status=None,
        balance=0,
        balance_updated_time=now,
        last_payment_date=None,
        archived=0,
        created_time=now,
        updated_time=now,
    )


def revised(vendor: Vendor, draft: VendorDraft, user_id: str) -> tuple[Vendor, list[Fault]]:
    """The vendor as a draft wants it, all but the tax id, and what is wrong with it.

    `user_id` is who asks: the one who set autoPay up when this turns it on.
    """
    wanted = msgspec.structs.replace(vendor, **given(draft, _OWN, _NEVER_EMPTY))
    wanted = _with_purpose(vendor, wanted, draft)
    wanted, faults = _with_auto_pay(wanted, draft, user_id)
    return wanted, [*_faults(wanted), *faults]


def _with_purpose(old: Vendor, wanted: Vendor, draft: VendorDraft) -> Vendor:
    """A purpose that was given takes the place of the old one, which goes too where it no longer fits."""
    text, code = draft.payment_purpose_text, draft.payment_purpose_code
    if text is None and code is None:
        moved = any(getattr(old, column) != getattr(wanted, column) for column in BANK_DEPENDS_ON)
        if not (moved and _purpose_faults(wanted)):
            return wanted
    return msgspec.structs.replace(wanted, payment_purpose_text=text or None, payment_purpose_code=code)


def _with_auto_pay(vendor: Vendor, draft: VendorDraft, user_id: str) -> tuple[Vendor, list[Fault]]:
    enabled = vendor.auto_pay_enabled if draft.auto_pay_enabled is None else int(draft.auto_pay_enabled)
    changes: dict[str, Value] = {"auto_pay_enabled": enabled}
    faults: list[Fault] = []
    if enabled and not vendor.auto_pay_enabled:
        changes["auto_pay_created_by"] = user_id
    if draft.auto_pay_bank_account_id is not None:
        changes["auto_pay_bank_account_id"] = draft.auto_pay_bank_account_id or None
    if draft.auto_pay_days_before_due_date is not None:
        changes["auto_pay_days_before_due_date"] = draft.auto_pay_days_before_due_date
    max_amount = draft.auto_pay_max_amount
    if max_amount is None and vendor.auto_pay_max_amount is not None:
        # The bill currency may have changed, and with it how many decimals an amount has.
        max_amount = money.on_wire(vendor.auto_pay_max_amount)
    if max_amount is not None:
        try:
            changes["auto_pay_max_amount"] = money.thousandths(max_amount, vendor.bill_currency)
        except money.MoneyError as error:
            faults.append(("auto_pay_max_amount", str(error)))
        if max_amount <= 0:
            faults.append(("auto_pay_max_amount", "must be more than 0"))
    revised = msgspec.structs.replace(vendor, **changes)
    if revised.auto_pay_enabled and revised.auto_pay_bank_account_id is None:
        faults.append(("auto_pay_bank_account_id", "must not be null when autoPay is enabled"))
    return revised, faults


def _faults(vendor: Vendor) -> Iterator[Fault]:
    for column in _ONE_LINE:
        value = getattr(vendor, column)
        if value is not None and (fault := _text_fault(column, value)):
            yield column, fault
    for path, sentence in _purpose_faults(vendor):
        yield f"payment_purpose.{path}".rstrip("."), sentence


def _text_fault(column: str, text: str) -> str | None:
    needed = column in _NEVER_EMPTY or column == "payee_name"
    if fault := line_fault(text, needed=needed, email=column in _EMAILS):
        return fault
    low, high = PAYEE_NAME_CHARACTERS
    if column == "phone" and len(text) > PHONE_MAX_CHARACTERS:
        return f"size must be between 0 and {PHONE_MAX_CHARACTERS}"
    if column == "payee_name" and not low <= len(text) <= high:
        return f"size must be between {low} and {high}"
    return None


def _purpose_faults(vendor: Vendor) -> list[Fault]:
    return international.check_payment_purpose(
        vendor.address_country,
        vendor.bill_currency,
        vendor.account_type,
        text=vendor.payment_purpose_text,
        code=vendor.payment_purpose_code,
    )


def tax_id_faults(tax_id: str) -> list[Fault]:
    """What is wrong with a tax id that was sent."""
    if is_unprintable(tax_id):
        return [("tax_id", ONE_LINE)]
    if "*" in tax_id:
        return [("tax_id", "must be the tax id itself, not the stars that answers show")]
    return []


def auto_pay_differs(old: Vendor, new: Vendor) -> bool:
    """Whether a request changed anything of autoPay."""
    return any(
        getattr(old, column) != getattr(new, column)
        for column in Vendor.__struct_fields__
        if column.startswith("auto_pay_")
    )


# ---- bank accounts --------------------------------------------------------------------------------------


def bank_account_faults(vendor: Vendor, draft: BankAccountDraft) -> list[Fault]:
    """What is wrong with a bank account for this vendor, as (path from the account, sentence)."""
    fields = draft.regulatory_fields or []
    faults = [
        (path, ONE_LINE)
        for path, text in (
            ("name_on_account", draft.name_on_account),
            ("account_number", draft.account_number),
            ("routing_number", draft.routing_number),
            *((f"regulatory_fields[{i}].name", field.name) for i, field in enumerate(fields)),
            *((f"regulatory_fields[{i}].value", field.value) for i, field in enumerate(fields)),
        )
        if text is not None and is_unprintable(text)
    ]
    for i, field in enumerate(fields):
        if not field.name:
            faults.append((f"regulatory_fields[{i}].name", "must not be blank"))
        if field.value is None:
            faults.append((f"regulatory_fields[{i}].value", "must not be null"))
    return faults or fitting_faults(vendor, as_bank_account(draft))


# An IBAN as it stands on paper, in groups of four (ISO 13616-1, 6).
_PRINTED_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4})+", re.IGNORECASE)


def electronic(draft: BankAccountDraft) -> BankAccountDraft:
    """The account with its IBAN in electronic form, when it is given as it is printed."""
    number = draft.account_number.strip()
    if " " not in draft.account_number or not _PRINTED_IBAN.fullmatch(number):
        return draft
    return msgspec.structs.replace(draft, account_number=number.replace(" ", "").upper())


def as_bank_account(draft: BankAccountDraft) -> international.BankAccount:
    """The account as the rules of its country read it."""
    return international.BankAccount(
        account_number=draft.account_number,
        routing_number=draft.routing_number or "",
        type=draft.type or "",
        payment_currency=draft.payment_currency or "",
        regulatory_fields=[(field.name or "", field.value or "") for field in draft.regulatory_fields or []],
    )


def fitting_faults(vendor: Vendor, account: international.BankAccount) -> list[Fault]:
    """Why an account cannot be this vendor's; empty when it can."""
    return international.check_bank_account(
        vendor.address_country, vendor.bill_currency, vendor.account_type, account
    )


def usable_from(today: datetime.date, *, sandbox: bool) -> datetime.date:
    """The first process date that may pay to an account set up today, the organization's local date.

    In production its verification takes two business days; the sandbox does not wait.
    """
    return add_business_days(today, 1 if sandbox else VERIFICATION_BUSINESS_DAYS)


# ---- how a vendor is paid -------------------------------------------------------------------------------

PAID_THROUGH: Mapping[str | None, Literal["WALLET", "RPPS"]] = {
    "CONNECTED": "WALLET",
    "CONNECTED_RPPS": "RPPS",
}
"""How a vendor is paid who is connected, by its network status."""

_read_facts = msgspec.json.Decoder(dict[str, str | None]).decode


def is_connected(vendor: Vendor) -> bool:
    return vendor.network_status in PAID_THROUGH


def as_connected(vendor: Vendor) -> Vendor:
    """The vendor with what the network says in place of its own; itself when it is not connected."""
    if vendor.network_facts is None:
        return vendor
    return msgspec.structs.replace(vendor, **_read_facts(vendor.network_facts))


def payee_name(vendor: Vendor) -> str:
    """The name on checks and electronic payments."""
    return vendor.payee_name or vendor.name


def pay_by_type(vendor: Vendor, account: VendorBankAccount | None) -> PayByType:
    """By check until there is a bank account; then by ACH at home, and by the bank networks abroad.

    Who is connected is paid through the network, whatever account stands here.
    """
    if (through := PAID_THROUGH.get(vendor.network_status)) is not None:
        return through
    if account is None:
        return "CHECK"
    return "ACH" if international.is_domestic(vendor.address_country) else "INTERNATIONAL_E_PAYMENT"


def pay_by_sub_type(vendor: Vendor, account: VendorBankAccount | None, *, has_bic: bool) -> PayBySubType:
    """How a payment abroad travels: its own currency by the country's clearing system, others by wire.

    MULTIPLE where both reach the account, because the bank's BIC is known as well.
    """
    if account is None or international.is_domestic(vendor.address_country):
        return "NONE"
    own = LOCAL_CURRENCY.get(vendor.address_country)
    if not account.payment_currency == own != "USD":
        return "WIRE"
    return "MULTIPLE" if has_bic else "LOCAL"


# ---- what is shown of secret numbers --------------------------------------------------------------------


def shown_digits(number: str) -> str:
    """The last four characters, which may be shown; none of a number that has no more than these."""
    return number[-4:] if len(number) > 4 else ""


def masked(number: str) -> str:
    """A secret number as it is answered: stars, and its last four characters when it has more than four."""
    return secrets.last_four(number) if len(number) > 4 else "*" * len(number)
