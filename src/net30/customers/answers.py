"""Stored customers as the wire reads them."""

from net30.customers import rules
from net30.customers.schemas import NAMES, CustomerAnswer, CustomerBankAccountAnswer
from net30.customers.tables import Customer, CustomerBankAccount
from net30.funding.rules import masked
from net30.wire import addresses
from net30.wire.answers import answering

_answer = answering(
    CustomerAnswer,
    Customer,
    {**NAMES, "balance": "balance.amount"},
    more=["billing_address", "shipping_address"],
)
_bank_account = answering(CustomerBankAccountAnswer, CustomerBankAccount, more=["account_number"])


def customer_answer(customer: Customer) -> CustomerAnswer:
    """The customer with what it owes, and with what the network says of it where it is connected."""
    customer = rules.as_connected(customer)
    billing, shipping = customer.billing_address, customer.shipping_address
    return _answer(
        customer,
        billing_address=addresses.read(billing) if billing else None,
        shipping_address=addresses.read(shipping) if shipping else None,
    )


def bank_account_answer(account: CustomerBankAccount) -> CustomerBankAccountAnswer:
    """The bank account of a customer, its number masked."""
    return _bank_account(account, account_number=masked(account.last_four, account.account_length))
