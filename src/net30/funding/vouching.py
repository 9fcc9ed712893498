"""What the operator of a server vouches for: that a bank account is the organization's, and who a person is."""

import msgspec

from net30.access.tables import User
from net30.funding import actions
from net30.funding.account_users.actions import verify_user
from net30.funding.tables import BankAccountUser, OrganizationBankAccount
from net30.kernel.context import Context


def add_verified_account(ctx: Context, opening: actions.Opening, user: User) -> OrganizationBankAccount:
    """A bank account in a user's name, VERIFIED and without a test deposit; the first one is the default.

    Nobody may pay from it before somebody is VERIFIED on it. Refusals: 400 for numbers that are none.
    """
    actions.require_numbers(opening)
    is_first = int(not actions.default_accounts(ctx))
    account = msgspec.structs.replace(
        actions.new_account(ctx, opening, user.id),
        status="VERIFIED",
        default_payables=is_first,
        default_receivables=is_first,
    )
    actions.BANK_ACCOUNT.enter(ctx, account)
    return account


def vouch_for_account(ctx: Context, bank_account_id: str) -> OrganizationBankAccount:
    """Make an account that waits for the answer to its test deposit VERIFIED, as the right answer would.

    Refusals: BDC_1205 for an unknown account, BDC_1119 (422) for one that does not wait.
    """
    account = actions.require_bank_account(ctx, bank_account_id)
    if account.status != "PENDING":
        actions.refuse_status(account, account.status)
    actions.become_verified(ctx, account)
    return actions.require_bank_account(ctx, bank_account_id)


def vouch_for_user(ctx: Context, bank_account_id: str, user: User) -> BankAccountUser:
    """Make a person VERIFIED on a bank account, whether or not they were nominated.

    Refusals: BDC_1205 for an unknown account, BDC_1119 (422) for an account that cannot be used.
    """
    account = actions.require_bank_account(ctx, bank_account_id)
    actions.require_usable(account)
    known = actions.find_user(ctx, account.id, user.id)
    if known is not None:
        return verify_user(ctx, known.id)
    return actions.add_user(ctx, account.id, user.id, "VERIFIED")
