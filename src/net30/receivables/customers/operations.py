"""The operations of customers."""

from net30.kernel.context import Context
from net30.receivables.customers import actions
from net30.receivables.customers.answers import customer_answer
from net30.receivables.customers.schemas import CustomerAnswer, CustomerCreate, CustomerUpdate
from net30.receivables.customers.tables import Customer
from net30.wire.listing import ListAnswer, page
from net30.wire.operation import operation
from net30.wire.types import ListRequest

AREA = "customers"


@operation("GET /connect/v3/customers", area=AREA, needs="customers:read")
def list_customers(ctx: Context, listing: ListRequest) -> ListAnswer[CustomerAnswer]:
    """List customers.

    Ordered by `createdTime` unless `sort` says otherwise. Filters: `id` (eq, ne, in), `name` (eq, sw),
    `archived` (eq, ne), `accountType` and `invoiceCurrency` (eq, ne, in, nin), `createdTime` and `updatedTime`
    (gt, gte, lt, lte). Archived customers are listed too.
    """
    found = page(ctx, Customer, listing)
    return ListAnswer(
        results=[customer_answer(customer) for customer in found.rows],
        next_page=found.next_page,
        prev_page=found.prev_page,
    )


@operation("POST /connect/v3/customers", area=AREA, status=201, needs="customers:create")
def create_customer(ctx: Context, body: CustomerCreate) -> CustomerAnswer:
    """Create a customer.

    A name and an email address are enough. The organization may not charge a new customer: that takes a bank
    account, for which there must be a billing address, and the customer's consent, which is recorded by
    `POST /v3/customers/{customerId}/charge-authorization`.
    """
    return customer_answer(actions.create_customer(ctx, body))


@operation("GET /connect/v3/customers/{customerId}", area=AREA, needs="customers:read")
def get_customer(ctx: Context, customer_id: str) -> CustomerAnswer:
    """Read a customer.

    `balance` is what it owes, in its invoice currency.
    """
    return customer_answer(actions.require_customer(ctx, customer_id))


@operation("PATCH /connect/v3/customers/{customerId}", area=AREA, needs="customers:update")
def update_customer(ctx: Context, customer_id: str, body: CustomerUpdate) -> CustomerAnswer:
    """Change a customer.

    What is absent or null stays; an empty text clears a property that may be absent. Addresses change part by
    part. `invoiceCurrency` can change only while the customer has no invoices.
    """
    return customer_answer(actions.update_customer(ctx, customer_id, body))


@operation("POST /connect/v3/customers/{customerId}/archive", area=AREA, needs="customers:archive")
def archive_customer(ctx: Context, customer_id: str) -> CustomerAnswer:
    """Archive a customer.

    It keeps its invoices and can be restored. Archiving an archived customer changes nothing.
    """
    return customer_answer(actions.archive_customer(ctx, customer_id))


@operation("POST /connect/v3/customers/{customerId}/restore", area=AREA, needs="customers:archive")
def restore_customer(ctx: Context, customer_id: str) -> CustomerAnswer:
    """Restore an archived customer.

    Restoring a customer that is not archived changes nothing.
    """
    return customer_answer(actions.restore_customer(ctx, customer_id))
