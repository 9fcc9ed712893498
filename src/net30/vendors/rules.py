"""What decides over vendors: what may be said of one, how it is paid, and what of its numbers is shown."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from net30.kernel import money, secrets
from net30.kernel.banking_days import add_business_days
from net30.kernel.refusal import Fault
from net30.store.statements import Value
from net30.vendors import international
from net30.vendors.international_countries import LOCAL_CURRENCY
from net30.vendors.schemas import (
    AutoPay,
    PayBySubType,
    PayByType,
    VendorBankAccountCreate,
    VendorCreate,
    VendorPaymentPurpose,
    VendorUpdate,
)
from net30.vendors.tables import Vendor, VendorBankAccount
from net30.wire.wording import ONE_LINE, given, is_unprintable, line_fault

PAYEE_NAME_CHARACTERS = (3, 100)
PHONE_MAX_CHARACTERS = 20
VERIFICATION_BUSINESS_DAYS = 2

# The columns that a request fills as they stand: {part of the request: {its property: column}}.
_PARTS: Mapping[str, Mapping[str, str]] = {
    "": {
        name: name
        for name in (
            "name",
            "short_name",
            "account_number",
            "account_type",
            "email",
            "phone",
            "bill_currency",
        )
    },
    "address": {
        "line1": "address_line1",
        "line2": "address_line2",
        "city": "address_city",
        "state_or_province": "address_state_or_province",
        "zip_or_postal_code": "address_zip_or_postal_code",
        "country": "address_country",
    },
    "payment_information": {"payee_name": "payee_name", "email": "remittance_email"},
    "additional_info": {
        name: name
        for name in (
            "tax_id_type",
            "track_1099",
            "lead_time_in_days",
            "combine_payments",
            "payment_term_id",
            "company_name",
        )
    },
}
_NEVER_EMPTY = frozenset({"name", "address_line1", "address_city", "address_zip_or_postal_code"})
_EMAILS = frozenset({"email", "remittance_email"})

# Where a column's text stands on the wire.
_PATH: Mapping[str, str] = {
    "name": "name",
    "short_name": "shortName",
    "account_number": "accountNumber",
    "email": "email",
    "phone": "phone",
    "address_line1": "address.line1",
    "address_line2": "address.line2",
    "address_city": "address.city",
    "address_state_or_province": "address.stateOrProvince",
    "address_zip_or_postal_code": "address.zipOrPostalCode",
    "payee_name": "paymentInformation.payeeName",
    "remittance_email": "paymentInformation.email",
    "payment_purpose_text": "paymentInformation.paymentPurpose.text",
    "company_name": "additionalInfo.companyName",
}

# What the choice of bank details depends on, and where it stands on the wire.
BANK_DEPENDS_ON: Mapping[str, str] = {
    "address_country": "address.country",
    "bill_currency": "billCurrency",
    "account_type": "accountType",
}


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


def revised(vendor: Vendor, body: VendorCreate | VendorUpdate, user_id: str) -> tuple[Vendor, list[Fault]]:
    """The vendor as a request wants it, all but the tax id, and what is wrong with it as (path, sentence).

    `user_id` is who asks: the one who set autoPay up when this request turns it on.
    """
    said: dict[str, Value] = {}
    for part, columns in _PARTS.items():
        said |= given(getattr(body, part) if part else body, columns, _NEVER_EMPTY)
    wanted = msgspec.structs.replace(vendor, **said)
    purpose = body.payment_information.payment_purpose if body.payment_information else None
    wanted = _with_purpose(vendor, wanted, purpose)
    wanted, faults = _with_auto_pay(wanted, body.auto_pay, user_id)
    return wanted, [*_faults(wanted), *faults]


def _with_purpose(old: Vendor, wanted: Vendor, purpose: VendorPaymentPurpose | None) -> Vendor:
    """A purpose that was sent takes the place of the old one, which goes too where it no longer fits."""
    if purpose is not None and (purpose.text is not None or purpose.code is not None):
        text, code = purpose.text or None, purpose.code.name if purpose.code else None
    elif any(getattr(old, column) != getattr(wanted, column) for column in BANK_DEPENDS_ON) and list(
        _purpose_faults(wanted)
    ):
        text = code = None
    else:
        return wanted
    return msgspec.structs.replace(wanted, payment_purpose_text=text, payment_purpose_code=code)


def _with_auto_pay(vendor: Vendor, wanted: AutoPay | None, user_id: str) -> tuple[Vendor, list[Fault]]:
    auto_pay = wanted or AutoPay()
    enabled = vendor.auto_pay_enabled if auto_pay.enabled is None else int(auto_pay.enabled)
    changes: dict[str, Value] = {"auto_pay_enabled": enabled}
    faults: list[Fault] = []
    if enabled and not vendor.auto_pay_enabled:
        changes["auto_pay_created_by"] = user_id
    if auto_pay.bank_account_id is not None:
        changes["auto_pay_bank_account_id"] = auto_pay.bank_account_id or None
    if auto_pay.days_before_due_date is not None:
        changes["auto_pay_days_before_due_date"] = auto_pay.days_before_due_date
    max_amount = auto_pay.max_amount
    if max_amount is None and vendor.auto_pay_max_amount is not None:
        # The bill currency may have changed, and with it how many decimals an amount has.
        max_amount = money.on_wire(vendor.auto_pay_max_amount)
    if max_amount is not None:
        try:
            changes["auto_pay_max_amount"] = money.thousandths(max_amount, vendor.bill_currency)
        except money.MoneyError as error:
            faults.append(("autoPay.maxAmount", str(error)))
        if max_amount <= 0:
            faults.append(("autoPay.maxAmount", "must be more than 0"))
    revised = msgspec.structs.replace(vendor, **changes)
    if revised.auto_pay_enabled and revised.auto_pay_bank_account_id is None:
        faults.append(("autoPay.bankAccountId", "must not be null when autoPay is enabled"))
    return revised, faults


def _faults(vendor: Vendor) -> Iterator[Fault]:
    for column, path in _PATH.items():
        value = getattr(vendor, column)
        if value is not None and (fault := _text_fault(column, value)):
            yield path, fault
    for path, sentence in _purpose_faults(vendor):
        yield ".".join(("paymentInformation.paymentPurpose", path)).rstrip("."), sentence


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
    path = "additionalInfo.taxId"
    if is_unprintable(tax_id):
        return [(path, ONE_LINE)]
    if "*" in tax_id:
        return [(path, "must be the tax id itself, not the stars that answers show")]
    return []


def auto_pay_differs(old: Vendor, new: Vendor) -> bool:
    """Whether a request changed anything of autoPay."""
    return any(
        getattr(old, column) != getattr(new, column)
        for column in Vendor.__struct_fields__
        if column.startswith("auto_pay_")
    )


# ---- bank accounts --------------------------------------------------------------------------------------


def bank_account_faults(vendor: Vendor, body: VendorBankAccountCreate) -> list[Fault]:
    """What is wrong with a bank account for this vendor, as (path from the account, sentence)."""
    fields = body.regulatory_fields or []
    faults = [
        (path, ONE_LINE)
        for path, text in (
            ("nameOnAccount", body.name_on_account),
            ("accountNumber", body.account_number),
            ("routingNumber", body.routing_number),
            *((f"regulatoryFields[{i}].name", field.name) for i, field in enumerate(fields)),
            *((f"regulatoryFields[{i}].value", field.value) for i, field in enumerate(fields)),
        )
        if text is not None and is_unprintable(text)
    ]
    for i, field in enumerate(fields):
        if not field.name:
            faults.append((f"regulatoryFields[{i}].name", "must not be blank"))
        if field.value is None:
            faults.append((f"regulatoryFields[{i}].value", "must not be null"))
    return faults or fitting_faults(vendor, as_bank_account(body))


def as_bank_account(body: VendorBankAccountCreate) -> international.BankAccount:
    """The account as the rules of its country read it."""
    return international.BankAccount(
        account_number=body.account_number,
        routing_number=body.routing_number or "",
        type=body.type or "",
        payment_currency=body.payment_currency or "",
        regulatory_fields=[(field.name or "", field.value or "") for field in body.regulatory_fields or []],
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


def pay_by_sub_type(vendor: Vendor, account: VendorBankAccount | None) -> PayBySubType:
    """How a payment abroad travels: its own currency by the country's clearing system, others by wire."""
    if account is None or international.is_domestic(vendor.address_country):
        return "NONE"
    own = LOCAL_CURRENCY.get(vendor.address_country)
    return "LOCAL" if account.payment_currency == own != "USD" else "WIRE"


# ---- what is shown of secret numbers --------------------------------------------------------------------


def shown_digits(number: str) -> str:
    """The last four characters, which may be shown; none of a number that has no more than these."""
    return number[-4:] if len(number) > 4 else ""


def masked(number: str) -> str:
    """A secret number as it is answered: stars, and its last four characters when it has more than four."""
    return secrets.last_four(number) if len(number) > 4 else "*" * len(number)
