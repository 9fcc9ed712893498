"""What decides over customers: what may be said of one and of its bank accounts, and when these are verified."""

import datetime
from collections.abc import Iterator, Mapping

import msgspec

from net30.customers.schemas import CustomerBankAccountCreate, CustomerCreate, CustomerUpdate
from net30.customers.tables import Customer
from net30.funding.rules import number_faults
from net30.kernel.banking_days import add_business_days, instant, local_date
from net30.kernel.refusal import Fault
from net30.store.statements import Value
from net30.vendors.rules import VERIFICATION_BUSINESS_DAYS
from net30.wire import addresses
from net30.wire.addresses import AddressUpdate
from net30.wire.operation import camel
from net30.wire.wording import given, line_fault

# The columns that a request fills as they stand.
_OWN: Mapping[str, str] = {
    name: name
    for name in (
        "name",
        "company_name",
        "email",
        "phone",
        "fax",
        "description",
        "invoice_currency",
        "account_type",
        "payment_term_id",
        "account_number",
    )
}
_CONTACT: Mapping[str, str] = {"first_name": "contact_first_name", "last_name": "contact_last_name"}
_NEVER_EMPTY = frozenset({"name", "email"})

# Where a column that holds one line of text stands on the wire; a description may have several lines.
_PATH: Mapping[str, str] = {
    **{name: camel(name) for name in ("name", "company_name", "email", "phone", "fax", "account_number")},
    "contact_first_name": "contact.firstName",
    "contact_last_name": "contact.lastName",
}


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


def revised(customer: Customer, body: CustomerCreate | CustomerUpdate) -> tuple[Customer, list[Fault]]:
    """The customer as a request wants it, and what is wrong with it as (path, sentence)."""
    said = given(body, _OWN, _NEVER_EMPTY) | given(body.contact, _CONTACT)
    faults: list[Fault] = []
    for column, part in (
        ("billing_address", body.billing_address),
        ("shipping_address", body.shipping_address),
    ):
        if part is not None and part != AddressUpdate():
            kept, wrong = _address(camel(column), getattr(customer, column), part)
            faults += wrong
            said[column] = kept
    wanted = msgspec.structs.replace(customer, **said)
    return wanted, [*_faults(wanted), *faults]


def _address(path: str, old: str | None, part: addresses.Parts) -> tuple[Value, list[Fault]]:
    wanted = addresses.revised(addresses.read(old) if old else None, part)
    if wanted is None:
        return None, [(f"{path}.country", "must not be null")]
    return addresses.kept(wanted), list(addresses.address_faults(path, wanted))


def _faults(customer: Customer) -> Iterator[Fault]:
    for column, path in _PATH.items():
        text = getattr(customer, column)
        if text is None:
            continue
        if fault := line_fault(text, needed=column in _NEVER_EMPTY, email=column == "email"):
            yield path, fault


# ---- bank accounts --------------------------------------------------------------------------------------


def bank_account_faults(body: CustomerBankAccountCreate) -> list[Fault]:
    """What is wrong with a bank account that a request wants to add."""
    name = line_fault(body.name_on_account, needed=True)
    faults = [("nameOnAccount", name)] if name else []
    return [
        *faults,
        *nickname_faults(body.nickname),
        *number_faults(body.routing_number, body.account_number),
    ]


def nickname_faults(nickname: str | None) -> list[Fault]:
    fault = line_fault(nickname) if nickname else None
    return [("nickname", fault)] if fault else []


def verified_at(now: int, zone: str) -> int:
    """When an account that is added `now` has been verified (both ms UTC): as the second business day after begins."""
    day = add_business_days(local_date(now, zone), VERIFICATION_BUSINESS_DAYS)
    return instant(day, datetime.time(), zone)
