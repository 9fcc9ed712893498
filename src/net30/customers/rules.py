"""What decides over customers: what may be said of one and of its bank accounts, and when these are verified."""

import datetime
from collections.abc import Iterator

import msgspec

from net30.customers.tables import Customer, CustomerAccountType
from net30.funding.rules import number_faults
from net30.funding.tables import BankAccountOwnerType, BankAccountType
from net30.kernel.banking_days import add_business_days, instant, local_date
from net30.kernel.currencies import CurrencyCode
from net30.kernel.refusal import Fault
from net30.kernel.wording import given, line_fault
from net30.store.statements import Value
from net30.vendors.rules import VERIFICATION_BUSINESS_DAYS
from net30.wire import addresses
from net30.wire.addresses import AddressDraft


class CustomerDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What someone says of a customer; None leaves a column as it is, an empty text clears one that may be absent."""

    name: str | None = None
    company_name: str | None = None
    contact_first_name: str | None = None
    contact_last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    fax: str | None = None
    description: str | None = None
    invoice_currency: CurrencyCode | None = None
    account_type: CustomerAccountType | None = None
    payment_term_id: str | None = None
    account_number: str | None = None
    billing_address: AddressDraft | None = None
    shipping_address: AddressDraft | None = None


class BankAccountDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A bank account of a customer as someone wants it."""

    name_on_account: str
    routing_number: str
    account_number: str
    type: BankAccountType
    owner_type: BankAccountOwnerType
    nickname: str | None = None


_ADDRESSES = ("billing_address", "shipping_address")
# The columns that a draft fills as they stand.
_OWN = {name: name for name in CustomerDraft.__struct_fields__ if name not in _ADDRESSES}
_NEVER_EMPTY = frozenset({"name", "email"})
# A description may have several lines.
_ONE_LINE = (
    "name",
    "company_name",
    "email",
    "phone",
    "fax",
    "account_number",
    "contact_first_name",
    "contact_last_name",
)


def unsaid(organization_id: str, customer_id: str, user_id: str, now: int) -> Customer:
    """A customer of whom nothing was said yet; `now` in milliseconds UTC."""
    return Customer(
        organization_id=organization_id,
        id=customer_id,
        name="",
        company_name=None,
        contact_first_name=None,
        contact_last_name=None,
        email="",
        phone=None,
        fax=None,
        description=None,
        account_type="NONE",
        payment_term_id=None,
        account_number=None,
        invoice_currency="USD",
        billing_address=None,
        shipping_address=None,
        authorized_to_charge=0,
        has_bank_account=0,
        network_facts=None,
        balance=0,
        balance_updated_time=None,
        archived=0,
        created_by=user_id,
        created_time=now,
        updated_time=now,
    )


_read_facts = msgspec.json.Decoder(dict[str, str]).decode


def as_connected(customer: Customer) -> Customer:
    """The customer with what the network says in place of its own; itself when it is not connected."""
    if customer.network_facts is None:
        return customer
    return msgspec.structs.replace(customer, **_read_facts(customer.network_facts))


def revised(customer: Customer, draft: CustomerDraft) -> tuple[Customer, list[Fault]]:
    """The customer as a draft wants it, and what is wrong with it."""
    said = given(draft, _OWN, _NEVER_EMPTY)
    faults: list[Fault] = []
    for column in _ADDRESSES:
        part: AddressDraft | None = getattr(draft, column)
        if part is not None and part != AddressDraft():
            kept, wrong = _address(column, getattr(customer, column), part)
            faults += wrong
            said[column] = kept
    wanted = msgspec.structs.replace(customer, **said)
    return wanted, [*_faults(wanted), *faults]


def _address(path: str, old: str | None, part: AddressDraft) -> tuple[Value, list[Fault]]:
    wanted = addresses.revised(addresses.read(old) if old else None, part)
    if wanted is None:
        return None, [(f"{path}.country", "must not be null")]
    return addresses.kept(wanted), list(addresses.address_faults(path, wanted))


def _faults(customer: Customer) -> Iterator[Fault]:
    for column in _ONE_LINE:
        text = getattr(customer, column)
        if text is None:
            continue
        if fault := line_fault(text, needed=column in _NEVER_EMPTY, email=column == "email"):
            yield column, fault


# ---- bank accounts --------------------------------------------------------------------------------------


def bank_account_faults(draft: BankAccountDraft) -> list[Fault]:
    """What is wrong with a bank account that someone wants to add."""
    name = line_fault(draft.name_on_account, needed=True)
    faults = [("name_on_account", name)] if name else []
    return [
        *faults,
        *nickname_faults(draft.nickname),
        *number_faults(draft.routing_number, draft.account_number),
    ]


def nickname_faults(nickname: str | None) -> list[Fault]:
    fault = line_fault(nickname) if nickname else None
    return [("nickname", fault)] if fault else []


def verified_at(now: int, zone: str) -> int:
    """When an account that is added `now` has been verified (both ms UTC): as the second business day after begins."""
    day = add_business_days(local_date(now, zone), VERIFICATION_BUSINESS_DAYS)
    return instant(day, datetime.time(), zone)
