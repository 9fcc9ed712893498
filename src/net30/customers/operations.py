"""The operations of customers."""

from net30.customers import actions
from net30.customers.answers import bank_account_answer, customer_answer
from net30.customers.rules import BankAccountDraft, CustomerDraft
from net30.customers.schemas import (
    NAMES,
    ChargeAuthorization,
    CustomerAnswer,
    CustomerBankAccountAnswer,
    CustomerBankAccountCreate,
    CustomerBankAccountUpdate,
    CustomerCreate,
    CustomerUpdate,
)
from net30.customers.tables import Customer, CustomerBankAccount
from net30.kernel.context import Context
from net30.wire.listing import Condition, ListAnswer, page
from net30.wire.naming import drafted
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
    return found.of([customer_answer(customer) for customer in found.rows])


@operation("POST /connect/v3/customers", area=AREA, status=201, needs="customers:create", names=NAMES)
def create_customer(ctx: Context, body: CustomerCreate) -> CustomerAnswer:
    """Create a customer.

    A name and an email address are enough. The organization may not charge a new customer: that takes a bank
    account, for which there must be a billing address, and the customer's consent, which is recorded by
    `POST /v3/customers/{customerId}/charge-authorization`.
    """
    return customer_answer(actions.create_customer(ctx, drafted(CustomerDraft, body, NAMES)))


@operation("GET /connect/v3/customers/{customerId}", area=AREA, needs="customers:read")
def get_customer(ctx: Context, customer_id: str) -> CustomerAnswer:
    """Read a customer.

    `balance` is what it owes, in its invoice currency.
    """
    return customer_answer(actions.require_customer(ctx, customer_id))


@operation("PATCH /connect/v3/customers/{customerId}", area=AREA, needs="customers:update", names=NAMES)
def update_customer(ctx: Context, customer_id: str, body: CustomerUpdate) -> CustomerAnswer:
    """Change a customer.

    What is absent or null stays; an empty text clears a property that may be absent. Addresses change part by
    part. `invoiceCurrency` can change only while the customer has no invoices.
    """
    draft = drafted(CustomerDraft, body, NAMES)
    return customer_answer(actions.update_customer(ctx, customer_id, draft))


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


@operation(
    "POST /connect/v3/customers/{customerId}/charge-authorization", area=AREA, needs="customers:update"
)
def authorize_to_charge_customer(
    ctx: Context, customer_id: str, body: ChargeAuthorization
) -> ChargeAuthorization:
    """Record whether a customer may be charged.

    False until it is set. The organization sets it true once the customer has agreed to be charged for its
    invoices, and false when it no longer does. Setting it true takes an approved risk verification (BDC_1151).
    """
    customer = actions.authorize_to_charge(ctx, customer_id, body.authorized_to_charge)
    return ChargeAuthorization(authorized_to_charge=bool(customer.authorized_to_charge))


@operation("GET /connect/v3/customers/{customerId}/bank-accounts", area=AREA, needs="customers:read")
def list_customer_bank_accounts(
    ctx: Context, customer_id: str, listing: ListRequest
) -> ListAnswer[CustomerBankAccountAnswer]:
    """List the bank accounts of a customer.

    Oldest first. Filter and sort by `id`, `archived`, `status`, `type`, `ownerType`, `createdTime` and
    `updatedTime`. Archived ones are listed too.
    """
    owner = Condition("customerId", "eq", (actions.require_customer(ctx, customer_id).id,))
    found = page(ctx, CustomerBankAccount, listing, [owner])
    return found.of([bank_account_answer(account) for account in found.rows])


@operation(
    "POST /connect/v3/customers/{customerId}/bank-accounts",
    area=AREA,
    status=201,
    needs="customers:update",
)
def create_customer_bank_account(
    ctx: Context, customer_id: str, body: CustomerBankAccountCreate
) -> CustomerBankAccountAnswer:
    """Add a bank account to a customer.

    The customer must have a billing address (422 BDC_1117). The account is PENDING while it is verified, and
    VERIFIED when the second business day after begins. The routing number must be a US one with the right
    check digit.
    """
    return bank_account_answer(actions.create_bank_account(ctx, customer_id, drafted(BankAccountDraft, body)))


@operation(
    "GET /connect/v3/customers/{customerId}/bank-accounts/{bankAccountId}", area=AREA, needs="customers:read"
)
def get_customer_bank_account(
    ctx: Context, customer_id: str, bank_account_id: str
) -> CustomerBankAccountAnswer:
    """Read a bank account of a customer.

    Its number shows the last four digits only.
    """
    return bank_account_answer(actions.require_customer_bank_account(ctx, customer_id, bank_account_id))


@operation(
    "PATCH /connect/v3/customers/{customerId}/bank-accounts/{bankAccountId}",
    area=AREA,
    needs="customers:update",
)
def update_customer_bank_account(
    ctx: Context, customer_id: str, bank_account_id: str, body: CustomerBankAccountUpdate
) -> CustomerBankAccountAnswer:
    """Change a bank account of a customer.

    Only nickname and owner type can change, and only until the account is archived; for other numbers another
    account is added.
    """
    changed = actions.update_bank_account(ctx, customer_id, bank_account_id, body.nickname, body.owner_type)
    return bank_account_answer(changed)


@operation(
    "POST /connect/v3/customers/{customerId}/bank-accounts/{bankAccountId}/archive",
    area=AREA,
    needs="customers:update",
)
def archive_customer_bank_account(
    ctx: Context, customer_id: str, bank_account_id: str
) -> CustomerBankAccountAnswer:
    """Archive a bank account of a customer.

    For good: it cannot be restored, only added again. Archiving it again changes nothing.
    """
    return bank_account_answer(actions.archive_bank_account(ctx, customer_id, bank_account_id))
