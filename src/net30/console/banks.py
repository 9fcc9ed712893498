"""Bank accounts and who pays from them, on the operator's word."""

from net30.console.answers import BankAccount, BankUser
from net30.console.commands import BankAdd, BankUserVerify, BankVerify
from net30.console.people import read_secret, require_person
from net30.funding.actions import Opening
from net30.funding.tables import OrganizationBankAccount
from net30.funding.vouching import add_verified_account, vouch_for_account, vouch_for_user
from net30.kernel.context import Server, system_actor, writing
from net30.kernel.refusal import Refusal


def add(server: Server, asked: BankAdd) -> BankAccount:
    """A bank account that the operator has verified."""
    if not asked.verified:
        raise Refusal(
            None,
            field="verified",
            detail="an account that is added here gets no test deposit, so you have to vouch for it",
            help="check that it is the organization's and say --verified, or add it by the API",
        )
    account_number = read_secret("account number").strip()
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        opening = Opening(
            name_on_account=asked.name_on_account or ctx.organization.name,
            routing_number=asked.routing_number,
            account_number=account_number,
            type=asked.type,
            owner_type=asked.owner_type,
            bank_name=asked.bank_name,
            access_to_admins=True,
        )
        account = add_verified_account(ctx, opening, require_person(ctx, asked.username))
    return _shown(account)


def verify(server: Server, asked: BankVerify) -> BankAccount:
    """An account that was added by the API, without the test deposit that it waits for."""
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        return _shown(vouch_for_account(ctx, asked.bank_account))


def verify_user(server: Server, asked: BankUserVerify) -> BankUser:
    """Somebody who may pay from an account from now on."""
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        user = vouch_for_user(ctx, asked.bank_account, require_person(ctx, asked.username))
    return BankUser(
        bank_account_user_id=user.id,
        bank_account_id=user.bank_account_id,
        user_id=user.user_id,
        verification_status=user.verification_status,
    )


def _shown(account: OrganizationBankAccount) -> BankAccount:
    return BankAccount(bank_account_id=account.id, status=account.status, last_four=account.last_four)
