"""Stored customers as the wire reads them."""

from net30.kernel import money
from net30.receivables.customers.schemas import CustomerAnswer, CustomerBalance, CustomerContact
from net30.receivables.customers.tables import Customer
from net30.wire import addresses
from net30.wire.types import timestamp


def customer_answer(customer: Customer) -> CustomerAnswer:
    """The customer with what it owes."""
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
