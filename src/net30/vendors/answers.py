"""Stored vendors as the wire and the subscribers read them."""

import re
from typing import cast

import msgspec

from net30.kernel import events
from net30.kernel.context import Context
from net30.kernel.countries import COUNTRY_NAMES, CountryCode
from net30.kernel.currencies import CurrencyCode
from net30.kernel.secrets import Secrets
from net30.vendors import rules
from net30.vendors.international import configuration
from net30.vendors.international_countries import BIC_PATTERN
from net30.vendors.schemas import (
    AdditionalInformationAnswer,
    AutoPayAnswer,
    Balance,
    BankAccountOwnerType,
    BankAccountType,
    BankInfo,
    PaymentInformationAnswer,
    PurposeCodeAnswer,
    RegulatoryFieldAnswer,
    TaxIdType,
    VendorAnswer,
    VendorBankAccountAnswer,
    VendorPaymentPurposeAnswer,
    VirtualCard,
    VirtualCardStatus,
)
from net30.vendors.tables import Vendor, VendorBankAccount
from net30.wire.addresses import AddressAnswer
from net30.wire.answers import answering
from net30.wire.types import Timestamp, Wire

# A bank's BIC is public; the other regulatory fields say who the vendor is.
_SHOWN_FIELDS = frozenset({"bic"})

_read_pairs = msgspec.json.Decoder(list[tuple[str, str]]).decode


class RegisteredVendor(msgspec.Struct, frozen=True):
    """A vendor and its active bank account, if it has one."""

    vendor: Vendor
    account: VendorBankAccount | None


def regulatory_fields(secrets: Secrets, account: VendorBankAccount) -> list[tuple[str, str]]:
    """The regulatory fields of an account as (name, value), in the order they were given."""
    secret = account.regulatory_fields_secret
    return _read_pairs(secrets.decrypt(secret)) if secret else []


_address = answering(
    AddressAnswer,
    Vendor,
    {f"address_{part}": part for part in AddressAnswer.__struct_fields__},
    more=["country_name"],
)
_answer = answering(
    VendorAnswer,
    Vendor,
    {
        **{f"auto_pay_{part}": f"auto_pay.{part}" for part in AutoPayAnswer.__struct_fields__},
        "balance": "balance.amount",
        "balance_updated_time": "balance.last_updated_date",
    },
    more=[
        "address",
        "payment_information",
        "additional_info",
        "bank_account_status",
        "recurring_payments",
    ],
)


# ---- answers --------------------------------------------------------------------------------------------


def vendor_answer(secrets: Secrets, registered: RegisteredVendor) -> VendorAnswer:
    """The vendor with what it is owed and how it is paid."""
    vendor = rules.as_connected(registered.vendor)
    # The bank account is overridden, too, by one that only the network knows.
    connected = rules.is_connected(vendor)
    account = None if connected else registered.account
    return _answer(
        vendor,
        address=_address(vendor, country_name=COUNTRY_NAMES[vendor.address_country]),
        payment_information=_payment_information(secrets, vendor, account),
        additional_info=_additional_information(secrets, vendor),
        bank_account_status="NET_LINKED_ACCOUNT"
        if connected
        else "NO_NET_LINKED_ACCOUNT"
        if account
        else "NO_ACCOUNT",
        recurring_payments=False,
    )


def _payment_information(
    secrets: Secrets, vendor: Vendor, account: VendorBankAccount | None
) -> PaymentInformationAnswer:
    bank = bank_account_answer(secrets, vendor.address_country, account) if account else None
    has_bic = bank is not None and bank.bank_info is not None and bank.bank_info.swift_bic is not None
    sub_type = rules.pay_by_sub_type(vendor, account, has_bic=has_bic)
    return PaymentInformationAnswer(
        payee_name=rules.payee_name(vendor),
        email=vendor.remittance_email,
        last_payment_date=vendor.last_payment_date,
        pay_by_type=rules.pay_by_type(vendor, account),
        pay_by_sub_type=sub_type,
        # Where both ways lead there, the country's own clearing is the one that is used.
        transfer_method="LOCAL" if sub_type == "MULTIPLE" else None,
        virtual_card=VirtualCard(status=cast(VirtualCardStatus, vendor.virtual_card_status or "UNKNOWN")),
        bank_account=bank,
        payment_purpose=_payment_purpose(vendor),
    )


def _payment_purpose(vendor: Vendor) -> VendorPaymentPurposeAnswer | None:
    text, code = vendor.payment_purpose_text, vendor.payment_purpose_code
    if text is None and code is None:
        return None
    if code is None:
        return VendorPaymentPurposeAnswer(text=text)
    wanted = configuration(vendor.address_country, vendor.bill_currency, vendor.account_type).payment_purpose
    meaning = next((known.value for known in wanted.codes if known.name == code), None)
    return VendorPaymentPurposeAnswer(code=PurposeCodeAnswer(name=code, value=meaning))


def _additional_information(secrets: Secrets, vendor: Vendor) -> AdditionalInformationAnswer:
    tax_id = vendor.tax_id_secret
    return AdditionalInformationAnswer(
        tax_id=rules.masked(secrets.decrypt(tax_id)) if tax_id else None,
        tax_id_type=cast(TaxIdType | None, vendor.tax_id_type),
        track_1099=bool(vendor.track_1099),
        lead_time_in_days=vendor.lead_time_in_days,
        combine_payments=bool(vendor.combine_payments),
        payment_term_id=vendor.payment_term_id,
        company_name=vendor.company_name,
    )


def bank_account_answer(
    secrets: Secrets, country: CountryCode, account: VendorBankAccount
) -> VendorBankAccountAnswer:
    """The bank account of a vendor in a country, its number masked."""
    fields = regulatory_fields(secrets, account)
    return VendorBankAccountAnswer(
        account_number=account.last_four.rjust(account.account_length, "*"),
        name_on_account=account.name_on_account,
        routing_number=account.routing_number,
        type=cast(BankAccountType | None, account.type),
        owner_type=cast(BankAccountOwnerType | None, account.owner_type),
        regulatory_fields=[
            RegulatoryFieldAnswer(name=name, value=value if name in _SHOWN_FIELDS else rules.masked(value))
            for name, value in fields
        ]
        or None,
        payment_currency=cast(CurrencyCode | None, account.payment_currency),
        bank_info=_bank_info(country, account.routing_number, dict(fields).get("bic")),
    )


def _bank_info(country: CountryCode, routing_number: str | None, bic: str | None) -> BankInfo:
    """A bank is known by its BIC, or by the number that its country's clearing system gave it."""
    if routing_number and re.fullmatch(BIC_PATTERN, routing_number):
        return BankInfo(country_iso=country, swift_bic=routing_number)
    return BankInfo(country_iso=country, swift_bic=bic, national_bank_code=routing_number)


# ---- what subscribers are told --------------------------------------------------------------------------


class AddressPayload(Wire):
    line1: str
    city: str
    zip_or_postal_code: str
    country: str
    line2: str | None = None
    state_or_province: str | None = None


class PaymentInformationPayload(Wire):
    pay_by_type: str
    virtual_card: VirtualCard
    payee_name: str
    email: str | None = None
    last_payment_date: Timestamp | None = None


class AutoPayPayload(Wire):
    enabled: bool


class VendorPayload(Wire):
    """The vendor in vendor.created, vendor.updated, vendor.archived and vendor.restored."""

    id: str
    name: str
    archived: bool
    address: AddressPayload
    payment_information: PaymentInformationPayload
    recurring_payments: bool
    bill_currency: str
    auto_pay: AutoPayPayload
    balance: Balance
    additional_info: AdditionalInformationAnswer
    created_time: Timestamp
    updated_time: Timestamp
    short_name: str | None = None
    payment_network_id: str | None = None
    rpps_id: str | None = None
    network_status: str | None = None
    account_number: str | None = None
    email: str | None = None
    phone: str | None = None


def tell(ctx: Context, event_type: str, registered: RegisteredVendor) -> None:
    """Append an event about the vendor."""
    answer = vendor_answer(ctx.server.secrets, registered)
    events.emit(ctx, event_type, answer.id, _payload(answer))


def _payload(answer: VendorAnswer) -> VendorPayload:
    payload = msgspec.convert(answer, VendorPayload, from_attributes=True)
    if paid_on := payload.payment_information.last_payment_date:
        payload.payment_information.last_payment_date = f"{paid_on}T00:00:00.000+00:00"
    return payload
