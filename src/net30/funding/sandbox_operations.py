"""The sandbox's controls of what one pays with. In production they do not exist."""

from secrets import randbelow

from net30.access.users import require_user
from net30.funding import wallet
from net30.funding.account_users import actions as account_users
from net30.funding.account_users.operations import shown as account_user_shown
from net30.funding.account_users.schemas import BankAccountUser
from net30.funding.cards import actions as cards
from net30.funding.cards.answers import ap_card_shown
from net30.funding.cards.answers import shown as card_shown
from net30.funding.cards.schemas import ApCard, CardAccount
from net30.funding.cards.tables import BankCard
from net30.funding.sandbox_schemas import (
    ApCardCreate,
    CardChange,
    CardCreate,
    ExpirationGiven,
    WalletChange,
    WalletState,
)
from net30.kernel.clock import utc_date
from net30.kernel.context import Context
from net30.kernel.money import MoneyError, on_wire, thousandths
from net30.kernel.refusal import Refusal
from net30.wire.operation import operation

AREA = "sandbox"
WORLD = "/sandbox/v1/organizations/{id}"
AP_CARD_LIMIT = 10_000_000


@operation(f"POST {WORLD}/cards", area=AREA, status=201, credentials="control")
def add_card(ctx: Context, id: str, body: CardCreate | None = None) -> CardAccount:
    """Add a card to pay with.

    Every property may be left out; what comes of nothing is a VERIFIED Visa credit card with which the
    world's administrator may pay. `cardUserStatus` NOMINATED makes one whose user has still to prove their
    identity.
    """
    wanted = body or CardCreate()
    expiration = wanted.expiration or ExpirationGiven(year=str(utc_date(ctx.now).year + 3), month="12")
    user_id = _card_user(ctx, wanted.user_id)
    card = BankCard(
        issuing_bank_name=wanted.issuing_bank_name or "Sandbox Bank",
        name_on_account=wanted.name_on_account or ctx.organization.name,
        brand=wanted.brand or "VISA",
        type=wanted.type or "CREDIT_CARD",
        status=wanted.status or "VERIFIED",
        last4=wanted.last4 or f"{randbelow(10_000):04d}",
        expiration_year=expiration.year,
        expiration_month=expiration.month,
    )
    return card_shown(cards.add_card_account(ctx, card, user_id, wanted.card_user_status or "VERIFIED"))


@operation(f"PUT {WORLD}/cards/{{cardAccountId}}", area=AREA, credentials="control")
def change_card(ctx: Context, id: str, card_account_id: str, body: CardChange) -> CardAccount:
    """Move a card to another state.

    To see what a program makes of a card that is BLOCKED, EXPIRED or archived, or of a user who is
    NOMINATED only.
    """
    changed = cards.change_card_account(
        ctx,
        card_account_id,
        status=body.status,
        archived=body.archived,
        user_status=body.card_user_status,
    )
    return card_shown(changed)


@operation(f"POST {WORLD}/ap-cards", area=AREA, status=201, credentials="control")
def add_ap_card(ctx: Context, id: str, body: ApCardCreate | None = None) -> ApCard:
    """Issue an AP card.

    `balance` is what is left of `limit`, all of it unless given; both are US dollars.
    """
    wanted = body or ApCardCreate()
    limit = AP_CARD_LIMIT if wanted.limit is None else _dollars("limit", wanted.limit)
    balance = limit if wanted.balance is None else _dollars("balance", wanted.balance)
    if balance > limit:
        raise Refusal(None, field="balance", detail="is more than the limit", help="give at most the limit")
    name = wanted.name_on_account or ctx.organization.name
    return ap_card_shown(cards.add_ap_card(ctx, wanted.status or "ACTIVE", name, balance, limit))


@operation(f"PUT {WORLD}/wallet", area=AREA, credentials="control")
def set_wallet(ctx: Context, id: str, body: WalletChange) -> WalletState:
    """Give the organization a balance to pay from.

    Until it is given one it has none, and payments of type WALLET are refused. What is left out stays; a
    new balance is switched on.
    """
    balance = None if body.balance is None else _dollars("balance", body.balance)
    stored = wallet.set_wallet(ctx, balance, body.enabled)
    return WalletState(balance=on_wire(stored.balance), enabled=bool(stored.enabled))


@operation(f"POST {WORLD}/bank-users/{{bankAccountUserId}}/verify", area=AREA, credentials="control")
def verify_bank_account_user(ctx: Context, id: str, bank_account_user_id: str) -> BankAccountUser:
    """Let a nominated bank account user pass the identity check.

    They become VERIFIED and may pay from the account. It does nothing to who is VERIFIED already.
    """
    return account_user_shown(account_users.verify_user(ctx, bank_account_user_id))


def _card_user(ctx: Context, wanted: str | None) -> str:
    user_id = wanted or account_users.first_user_id(ctx)
    if user_id is None:
        raise Refusal(
            "BDC_1205",
            field="user_id",
            detail="nobody pays from a bank account yet",
            help="give the userId of one of the organization's users",
        )
    return require_user(ctx, user_id).id


def _dollars(field: str, value: float) -> int:
    try:
        return thousandths(value, "USD")
    except MoneyError as fault:
        raise Refusal(None, field=field, detail=str(fault), help="give dollars and cents") from None
