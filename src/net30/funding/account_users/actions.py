"""The verbs of bank account users: nominate, verify, archive."""

import msgspec
from sqlalchemy import bindparam, select

from net30.access import users
from net30.funding.actions import (
    BANK_ACCOUNT_USER,
    add_user,
    find_user,
    mail,
    require_access,
    require_bank_account,
    require_usable,
)
from net30.funding.tables import BankAccountUser, bank_account_users
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal
from net30.store.statements import Statement

BANK_ACCOUNT_USERS = Owned(BankAccountUser, "bank account user", "GET /v3/funding-accounts/banks/users")

_FIRST = Statement(
    select(bank_account_users.c.user_id)
    .where(bank_account_users.c.organization_id == bindparam("organization_id"))
    .order_by(bank_account_users.c.created_time, bank_account_users.c.id)
    .limit(1)
)


def nominate_user(ctx: Context, bank_account_id: str, user_id: str) -> BankAccountUser:
    """Ask a person, once, to prove their identity, so that they may pay from an account."""
    ctx.require_trust_for_people("nominating who may pay from a bank account")
    account = require_bank_account(ctx, bank_account_id)
    require_access(ctx, account)
    require_usable(account)
    if ids.has_prefix(user_id, "sync_token_user"):
        raise Refusal(
            "BDC_1302",
            id=user_id,
            detail=f"{user_id} is the system user of a sync token, which cannot pay",
            help="nominate a person, whose id begins with 006",
        )
    user = users.require_user(ctx, user_id)
    if user.archived:
        raise Refusal(
            "BDC_1111",
            status=422,
            detail=f"the user {user_id} is archived",
            help="restore the user first, or nominate another",
        )
    known = find_user(ctx, account.id, user_id)
    if known is not None and known.verification_status != "UNVERIFIED":
        return known
    mail(
        ctx,
        user_id,
        f"You were nominated to pay from {account.bank_name}",
        f"You may pay from the account ending in {account.last_four} once you have proved your identity.",
    )
    return add_user(ctx, account.id, user_id, "NOMINATED")


def verify_user(ctx: Context, bank_account_user_id: str) -> BankAccountUser:
    """A NOMINATED person has proved their identity; VERIFIED already is no fault."""
    ctx.require_trust_for_people("verifying who may pay from a bank account")
    user = require_bank_account_user(ctx, bank_account_user_id)
    if user.archived:
        raise Refusal(
            "BDC_1119",
            field="archived",
            value=True,
            detail=f"the bank account user {user.id} is archived",
            help="nominate the person again and verify the new bank account user",
        )
    return BANK_ACCOUNT_USER.revise(ctx, user, msgspec.structs.replace(user, verification_status="VERIFIED"))


def archive_user(ctx: Context, bank_account_user_id: str) -> BankAccountUser:
    """Take a person off an account: archived and UNVERIFIED. Doing it again changes nothing."""
    user = require_bank_account_user(ctx, bank_account_user_id)
    require_access(ctx, require_bank_account(ctx, user.bank_account_id))
    return BANK_ACCOUNT_USER.revise(
        ctx, user, msgspec.structs.replace(user, archived=1, verification_status="UNVERIFIED")
    )


def first_user_id(ctx: Context) -> str | None:
    """Who was the first that could pay from a bank account: in a sandbox world, its administrator."""
    row = ctx.tx.row(_FIRST, {})
    return None if row is None else str(row[0])


require_bank_account_user = BANK_ACCOUNT_USERS.require
