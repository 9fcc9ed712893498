"""What is stored of the organization's own bank accounts, who may use them, and its balance held with us."""

from typing import Annotated, Literal

from net30.store.record import ENCRYPTED, Archived, CreatedTime, Record, UpdatedTime, listed, table

BankAccountStatus = Literal["NOT_VERIFIED", "VERIFIED", "PENDING", "BLOCKED", "EXPIRED", "INVALID"]
BankAccountType = Literal["CHECKING", "SAVINGS"]
BankAccountOwnerType = Literal["BUSINESS", "PERSONAL"]
BankAccountUserStatus = Literal["UNVERIFIED", "NOMINATED", "VERIFIED"]

ENUMERATED = ("eq", "ne", "in", "nin")
IDENTIFIED = ("eq", "ne", "in")
VERIFICATION = listed(
    "verificationStatus", operators=ENUMERATED, values=("UNVERIFIED", "NOMINATED", "VERIFIED", "UNDEFINED")
)
STATUS = listed(
    "status",
    operators=ENUMERATED,
    values=("NOT_VERIFIED", "VERIFIED", "PENDING", "BLOCKED", "EXPIRED", "INVALID", "UNDEFINED"),
)
TYPE = listed("type", operators=ENUMERATED, values=("CHECKING", "SAVINGS", "UNDEFINED"))
OWNER_TYPE = listed("ownerType", operators=ENUMERATED, values=("BUSINESS", "PERSONAL", "UNDEFINED"))


class OrganizationBankAccount(Record, frozen=True):
    """A bank account the organization pays from and is paid to.

    The account number and the amount of the test deposit are stored encrypted; `last_four` and
    `account_length` may be shown. `verify_until` is the business time (ms UTC) when an unanswered
    deposit expires.
    """

    organization_id: str
    id: Annotated[str, listed("id", "bankAccountId", kind="id", operators=IDENTIFIED)]
    archived: Archived
    status: Annotated[BankAccountStatus, STATUS]
    created_by: str
    routing_number: str
    account_number_secret: Annotated[str, ENCRYPTED]
    last_four: str
    account_length: int
    name_on_account: Annotated[str, listed("nameOnAccount", kind="words", operators=())]
    type: Annotated[BankAccountType, TYPE]
    owner_type: Annotated[BankAccountOwnerType, OWNER_TYPE]
    bank_name: Annotated[str, listed("bankName", kind="words", operators=())]
    access_to_admins: Annotated[int, listed("accessToAdmins", kind="flag", operators=("eq", "ne"))]
    default_payables: int
    default_receivables: int
    chart_of_account_id: str | None
    deposit_amount_secret: Annotated[str, ENCRYPTED] | None
    wrong_tries: int
    verify_until: int | None
    created_time: CreatedTime
    updated_time: UpdatedTime


class BankAccountUser(Record, frozen=True):
    """That one person may pay from one bank account, once their identity is verified."""

    organization_id: str
    id: Annotated[str, listed("id", kind="id", operators=IDENTIFIED)]
    bank_account_id: Annotated[str, listed("bankAccountId", kind="id", operators=IDENTIFIED)]
    user_id: Annotated[str, listed("userId", kind="id", operators=IDENTIFIED)]
    archived: Archived
    verification_status: Annotated[BankAccountUserStatus, VERIFICATION]
    created_time: CreatedTime
    updated_time: UpdatedTime


class Wallet(Record, frozen=True):
    """The balance that the organization keeps with the payment service, in thousandths of USD."""

    organization_id: str
    balance: int
    enabled: int
    created_time: int
    updated_time: int


organization_bank_accounts = table(
    "organization_bank_account",
    OrganizationBankAccount,
    key=["organization_id", "id"],
)
bank_account_users = table(
    "bank_account_user",
    BankAccountUser,
    key=["organization_id", "id"],
    references={"bank_account_id": "organization_bank_account"},
)
wallets = table(
    "wallet",
    Wallet,
    key=["organization_id"],
)
