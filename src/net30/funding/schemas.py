"""What crosses the wire of the organization's bank accounts, and of what one may pay with."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.funding.tables import BankAccountOwnerType, BankAccountType
from net30.wire.types import SECRET, Amount, Timestamp, Wire

BankAccountStatus = Literal[
    "NOT_VERIFIED", "VERIFIED", "PENDING", "BLOCKED", "EXPIRED", "INVALID", "UNDEFINED"
]


class BankAccountDefaults(Wire):
    """Whether the account is the one that payables are paid from and receivables are paid to."""

    payables: bool
    receivables: bool


class BankAccountDefaultsChange(Wire):
    """Making an account the default takes that away from the one that was it before."""

    payables: bool | None = None
    receivables: bool | None = None


class BankAccount(Wire):
    """A bank account of the organization. The account number shows its last four digits only."""

    id: str
    archived: bool
    status: BankAccountStatus
    created_by: str
    routing_number: str
    account_number: str
    name_on_account: str
    type: BankAccountType
    owner_type: BankAccountOwnerType
    bank_name: str
    access_to_admins: bool
    default: BankAccountDefaults
    created_time: Timestamp
    updated_time: Timestamp
    chart_of_account_id: str | None = None


class BankAccountCreate(Wire):
    """A bank account to add. `routingNumber` and `accountNumber` must be given; `bankName` is a nickname."""

    name_on_account: Annotated[str, Meta(min_length=1)]
    routing_number: str | None = None
    account_number: Annotated[str, SECRET] | None = None
    type: BankAccountType
    owner_type: BankAccountOwnerType
    bank_name: Annotated[str, Meta(min_length=1, max_length=100)]
    access_to_admins: bool | None = None
    chart_of_account_id: str | None = None


class BankAccountUpdate(Wire):
    """What to change of a bank account; what is left out stays."""

    name_on_account: str | None = None
    owner_type: BankAccountOwnerType | None = None
    bank_name: Annotated[str, Meta(max_length=100)] | None = None
    access_to_admins: bool | None = None
    default: BankAccountDefaultsChange | None = None
    chart_of_account_id: str | None = None


class DepositAnswer(Wire):
    """The amount of the test deposit; in the sandbox 0.50."""

    deposit_amount: Annotated[Amount, Meta(ge=0.01, le=0.99), SECRET]


class Verified(Wire):
    """Whether the amount was right."""

    verified: bool


class CardPermission(Wire):
    """Whether the organization may pay by card, add cards, and pay by American Express."""

    pay_by_card: bool
    funding_enabled: bool
    amex_allowed: bool


class WalletPermission(Wire):
    """Whether the organization may pay from its balance."""

    funding_enabled: bool


class OrganizationPermission(Wire):
    card: CardPermission
    wallet: WalletPermission


class UserPermission(Wire):
    """Whether the signed-in user may pay online."""

    pay_online: bool


class FundingPermissions(Wire):
    """What the organization and the signed-in user may pay with."""

    organization: OrganizationPermission
    user: UserPermission
