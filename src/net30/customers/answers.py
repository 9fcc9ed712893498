"""Stored customers as the wire reads them."""

from net30.customers import rules
from net30.customers.schemas import (
    CustomerAnswer,
    CustomerBalance,
    CustomerBankAccountAnswer,
    CustomerContact,
)
from net30.customers.tables import Customer, CustomerBankAccount
from net30.funding.rules import masked
from net30.kernel import money
from net30.wire import addresses
from net30.wire.types import timestamp


def customer_answer(customer: Customer) -> CustomerAnswer:
    """The customer with what it owes, and with what the network says of it where it is connected."""
    customer = rules.as_connected(customer)
    contact = CustomerContact(first_name=customer.contact_first_name, last_name=customer.contact_last_name)
    billing, shipping = customer.billing_address, customer.shipping_address
    return CustomerAnswer(
        id=customer.id,
        archived=bool(customer.archived),
        name=customer.name,
        company_name=customer.company_name,
        contact=contact if contact != CustomerContact() else None,
        email=customer.email,
        phone=customer.phone,
        fax=customer.fax,
        description=customer.description,
        invoice_currency=customer.invoice_currency,
        account_type=customer.account_type,
        payment_term_id=customer.payment_term_id,
        account_number=customer.account_number,
        billing_address=addresses.read(billing) if billing else None,
        shipping_address=addresses.read(shipping) if shipping else None,
        balance=CustomerBalance(amount=money.on_wire(customer.balance)),
        has_bank_account=bool(customer.has_bank_account),
        authorized_to_charge=bool(customer.authorized_to_charge),
        created_time=timestamp(customer.created_time),
        updated_time=timestamp(customer.updated_time),
    )


def bank_account_answer(account: CustomerBankAccount) -> CustomerBankAccountAnswer:
    """The bank account of a customer, its number masked."""
    return CustomerBankAccountAnswer(
        id=account.id,
        archived=bool(account.archived),
        status=account.status,
        name_on_account=account.name_on_account,
        nickname=account.nickname,
        routing_number=account.routing_number,
        account_number=masked(account.last_four, account.account_length),
        type=account.type,
        owner_type=account.owner_type,
        created_time=timestamp(account.created_time),
        updated_time=timestamp(account.updated_time),
    )
