"""What the organization does with its customers, and what other rooms ask of them."""

import msgspec

from net30.accounting.actions import unknown_payment_term
from net30.kernel import audit, balances, ids
from net30.kernel.context import Context
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal, require_faultless
from net30.receivables.customers import rules
from net30.receivables.customers.schemas import CustomerCreate, CustomerUpdate
from net30.receivables.customers.tables import Customer, customers

CUSTOMERS = Owned(Customer, "customer", "GET /v3/customers")

_BALANCE = balances.adding_to(customers)


# ---- what other rooms ask -------------------------------------------------------------------------------


require_customer = CUSTOMERS.require
require_customers = CUSTOMERS.require_all


def change_balance(ctx: Context, customer: Customer, by: int) -> Customer:
    """Add `by` thousandths of its invoice currency to what the customer owes; the customer as it is then.

    What a customer owes follows from invoices and payments, which have their own trail: this is no edit of the
    customer. From the first call on, even by 0, the invoice currency stays as it is.
    """
    balances.add(ctx, _BALANCE, customer.id, by)
    return msgspec.structs.replace(customer, balance=customer.balance + by, balance_updated_time=ctx.now)


# ---- creating and changing ------------------------------------------------------------------------------


def create_customer(ctx: Context, body: CustomerCreate) -> Customer:
    """Enter a customer."""
    blank = rules.unsaid(ctx.organization_id, ids.new(ids.PREFIX["customer"]), ctx.actor.user_id, ctx.now)
    customer = _revised(ctx, blank, body)
    ctx.tx.insert(customer)
    audit.created(ctx, "Customer", customer, customer.id)
    return customer


def update_customer(ctx: Context, customer_id: str, body: CustomerUpdate) -> Customer:
    """Change what the request names; nothing is recorded when nothing differs.

    BDC_1119 for another invoice currency than the one in which the customer was invoiced.
    """
    old = require_customer(ctx, customer_id)
    new = _revised(ctx, old, body)
    if new.invoice_currency != old.invoice_currency and old.balance_updated_time is not None:
        raise Refusal(
            "BDC_1119",
            field="invoiceCurrency",
            value=new.invoice_currency,
            detail=f"the customer already has invoices in {old.invoice_currency}",
            help="create another customer for invoices in another currency",
        )
    return _store(ctx, old, new)


def archive_customer(ctx: Context, customer_id: str) -> Customer:
    """Put a customer away; nothing happens when it already is."""
    known = require_customer(ctx, customer_id)
    return _store(ctx, known, msgspec.structs.replace(known, archived=1))


def restore_customer(ctx: Context, customer_id: str) -> Customer:
    """Take an archived customer back; nothing happens when it is not archived."""
    known = require_customer(ctx, customer_id)
    return _store(ctx, known, msgspec.structs.replace(known, archived=0))


def _store(ctx: Context, old: Customer, new: Customer) -> Customer:
    if new == old:
        return old
    new = msgspec.structs.replace(new, updated_time=ctx.now)
    audit.edited(ctx, "Customer", old, new, new.id)
    return new


def _revised(ctx: Context, old: Customer, body: CustomerCreate | CustomerUpdate) -> Customer:
    new, faults = rules.revised(old, body)
    require_faultless(faults)
    if new.payment_term_id is not None and new.payment_term_id != old.payment_term_id:
        raise unknown_payment_term("paymentTermId", new.payment_term_id)
    return new
