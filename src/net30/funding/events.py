"""What subscribers are told of bank accounts."""

from net30.funding.rules import masked
from net30.funding.tables import OrganizationBankAccount
from net30.kernel import events
from net30.kernel.context import Context
from net30.wire.types import Timestamp, Wire, timestamp


class BankAccountDefaults(Wire):
    payables: bool
    receivables: bool


class BankAccountPayload(Wire):
    """The bank account in bank-account.created and bank-account.updated, its number masked."""

    id: str
    archived: bool
    account_number: str
    name_on_account: str
    routing_number: str
    bank_name: str
    status: str
    created_by: str
    type: str
    owner_type: str
    default: BankAccountDefaults
    created_time: Timestamp
    updated_time: Timestamp


TOLD = frozenset(BankAccountPayload.__struct_fields__) | {"default_payables", "default_receivables"}
"""The columns whose change subscribers are told."""


def tell(ctx: Context, event_type: str, account: OrganizationBankAccount) -> None:
    """Append bank-account.created or bank-account.updated."""
    payload = BankAccountPayload(
        id=account.id,
        archived=bool(account.archived),
        account_number=masked(account.last_four, account.account_length),
        name_on_account=account.name_on_account,
        routing_number=account.routing_number,
        bank_name=account.bank_name,
        status=account.status,
        created_by=account.created_by,
        type=account.type,
        owner_type=account.owner_type,
        default=BankAccountDefaults(
            payables=bool(account.default_payables), receivables=bool(account.default_receivables)
        ),
        created_time=timestamp(account.created_time),
        updated_time=timestamp(account.updated_time),
    )
    events.emit(ctx, event_type, account.id, payload)
