"""Bank account users on the wire."""

from typing import Annotated

from msgspec import Meta

from net30.funding import tables
from net30.funding.account_users import actions
from net30.funding.account_users.schemas import BankAccountUser, Nomination, Status
from net30.kernel.context import Context
from net30.wire.listing import Condition, ListAnswer, page
from net30.wire.operation import operation
from net30.wire.types import ListRequest, timestamp

AREA = "funding accounts"


def shown(user: tables.BankAccountUser) -> BankAccountUser:
    """A bank account user as the wire has it."""
    return BankAccountUser(
        id=user.id,
        bank_account_id=user.bank_account_id,
        user_id=user.user_id,
        archived=bool(user.archived),
        verification_status=user.verification_status,
        created_time=timestamp(user.created_time),
        updated_time=timestamp(user.updated_time),
    )


@operation("GET /connect/v3/funding-accounts/banks/users", area=AREA, needs="banks:read")
def list_bank_account_users(
    ctx: Context, listing: ListRequest, current_user: bool = False
) -> ListAnswer[BankAccountUser]:
    """List who may pay from which bank account.

    `currentUser=true` keeps to the signed-in user. A user who is NOMINATED has still to prove their
    identity. Filter and sort by `id`, `bankAccountId`, `userId`, `archived`, `verificationStatus`,
    `createdTime` and `updatedTime`.
    """
    mine = [Condition("userId", "eq", (ctx.actor.user_id,))] if current_user else []
    found = page(ctx, tables.BankAccountUser, listing, mine)
    return found.of([shown(user) for user in found.rows])


@operation("POST /connect/v3/funding-accounts/banks/users/nominate", area=AREA, needs="banks:update")
def nominate_bank_account_user(ctx: Context, body: Nomination) -> Status:
    """Nominate a user to pay from a bank account.

    The account must be VERIFIED. The user becomes NOMINATED and gets a mail; once their identity is
    verified they are VERIFIED and may pay. In the sandbox `POST
    /sandbox/v1/organizations/{id}/bank-users/{bankAccountUserId}/verify` stands for that. Nominating who is
    NOMINATED or VERIFIED already changes nothing.
    """
    actions.nominate_user(ctx, body.bank_account_id, body.user_id)
    return Status(status="SUCCESS")


@operation(
    "POST /connect/v3/funding-accounts/banks/users/{bankAccountUserId}/archive",
    area=AREA,
    needs="banks:update",
)
def archive_bank_account_user(
    ctx: Context, bank_account_user_id: Annotated[str, Meta(min_length=1)]
) -> BankAccountUser:
    """Take a user off a bank account.

    The bank account user becomes archived and UNVERIFIED, and pays from the account no more. To let the
    person pay again, nominate them again: that makes a new bank account user. Archiving twice changes
    nothing.
    """
    return shown(actions.archive_user(ctx, bank_account_user_id))
