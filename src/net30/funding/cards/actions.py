"""The verbs of cards: add one, find those that a person may pay with, and say what for."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import and_, bindparam, select

from net30.funding.cards.events import tell
from net30.funding.cards.tables import (
    ApCard,
    ApCardStatus,
    BankCard,
    CardAccount,
    CardAccountUser,
    CardStatus,
    CardUserStatus,
    ap_cards,
    card_account_users,
    card_accounts,
)
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.entity import Change, Entity
from net30.kernel.owned import Owned
from net30.kernel.refusal import Refusal
from net30.store.statements import Statement, by_key

_cards = card_accounts.c
_users = card_account_users.c
_KEY = ("organization_id", "id")
_USER_KEY = ("organization_id", "card_account_id", "user_id")


def _tell(ctx: Context, changes: Sequence[Change[CardAccount]]) -> None:
    for change in changes:
        tell(ctx, "card-account.created" if change.old is None else "card-account.updated", change.new)


CARD_ACCOUNT = Entity("CardAccount", CardAccount, follow=_tell)
CARD_ACCOUNT_USER = Entity("CardAccountUser", CardAccountUser, of="card_account_id")
AP_CARD = Entity("ApCard", ApCard)
CARDS = Owned(CardAccount, "card", "GET /v3/funding-accounts/cards")
AP_CARDS = Owned(ApCard, "AP card", "GET /v3/funding-accounts/ap-cards")

_CARDS_OF_USER = Statement(
    select(card_accounts)
    .join(
        card_account_users,
        and_(_users.organization_id == _cards.organization_id, _users.card_account_id == _cards.id),
    )
    .where(
        _cards.organization_id == bindparam("organization_id"),
        _cards.archived == 0,
        _users.user_id == bindparam("user_id"),
        _users.verification_status == bindparam("verification_status"),
    )
    .order_by(_cards.created_time, _cards.id)
)
_USABLE_CARD = Statement(
    select(_cards.id)
    .where(
        _cards.organization_id == bindparam("organization_id"),
        _cards.archived == 0,
        _cards.status == "VERIFIED",
    )
    .limit(1)
)
_CARD_USER = Statement(select(card_account_users).where(by_key(card_account_users, _USER_KEY)))
_USERS_OF_CARD = Statement(
    select(card_account_users).where(by_key(card_account_users, ["organization_id", "card_account_id"]))
)
_AP_CARDS = Statement(
    select(ap_cards)
    .where(ap_cards.c.organization_id == bindparam("organization_id"))
    .order_by(ap_cards.c.created_time, ap_cards.c.id)
)


# ---- cards of other banks -------------------------------------------------------------------------------


def add_card_account(
    ctx: Context, wanted: BankCard, user_id: str, user_status: CardUserStatus
) -> CardAccount:
    """Add a card and the person who may pay with it. The organization's first is the default for payables."""
    first = not may_pay_by_card(ctx)
    card = CardAccount(
        organization_id=ctx.organization_id,
        id=ids.new(ids.PREFIX["card_account"]),
        archived=0,
        created_by=user_id,
        **msgspec.structs.asdict(wanted),
        default_payables=int(first),
        default_receivables=0,
        default_funding=int(first),
        default_disbursement=0,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    CARD_ACCOUNT.enter(ctx, card)
    user = CardAccountUser(ctx.organization_id, card.id, user_id, 0, user_status, ctx.now, ctx.now)
    CARD_ACCOUNT_USER.enter(ctx, user)
    return card


require_card_account = CARDS.require


def require_payable_card_account(
    ctx: Context, card_account_id: str, user_id: str | None = None
) -> CardAccount:
    """A card that a person may pay with: `user_id`, or else who acts.

    BDC_1205 (404) for an unknown id, BDC_1151 (422) when the card is not VERIFIED or is archived, BDC_1150
    (403) when the person is not VERIFIED on it.
    """
    card = require_card_account(ctx, card_account_id)
    if card.archived or card.status != "VERIFIED":
        raise Refusal(
            "BDC_1151",
            detail=f"the card {card.id} is {'archived' if card.archived else card.status}",
            help="choose a VERIFIED card",
        )
    payer = user_id or ctx.actor.user_id
    key = {"card_account_id": card.id, "user_id": payer}
    user = ctx.tx.record(CardAccountUser, _CARD_USER, key)
    if user is None or user.verification_status != "VERIFIED":
        raise Refusal(
            "BDC_1150",
            detail=f"the user {payer} is {'only NOMINATED on' if user else 'not a user of'} the card "
            f"{card.id}, and must be VERIFIED on it",
            help="choose a card that GET /v3/funding-accounts/cards?cardUserStatus=VERIFIED lists",
        )
    return card


def change_card_account(
    ctx: Context,
    card_account_id: str,
    *,
    status: CardStatus | None = None,
    archived: bool | None = None,
    user_status: CardUserStatus | None = None,
) -> CardAccount:
    """Move a card, or those who pay with it, to another state; None leaves a part as it is."""
    card = require_card_account(ctx, card_account_id)
    for user in ctx.tx.records(CardAccountUser, _USERS_OF_CARD, {"card_account_id": card.id}):
        changed_user = msgspec.structs.replace(
            user,
            archived=user.archived if archived is None else int(archived),
            verification_status=user_status or user.verification_status,
        )
        CARD_ACCOUNT_USER.revise(ctx, user, changed_user)
    changed_card = msgspec.structs.replace(
        card,
        status=status or card.status,
        archived=card.archived if archived is None else int(archived),
    )
    return CARD_ACCOUNT.revise(ctx, card, changed_card)


def cards_of_user(ctx: Context, status: CardUserStatus) -> list[CardAccount]:
    """Cards on which who acts has a status, oldest first; archived ones are left out."""
    return ctx.tx.records(
        CardAccount,
        _CARDS_OF_USER,
        {
            "user_id": ctx.actor.user_id,
            "verification_status": status,
        },
    )


def may_pay_by_card(ctx: Context) -> bool:
    """Whether the organization has a card that can pay."""
    return ctx.tx.row(_USABLE_CARD, {}) is not None


# ---- cards issued to pay bills --------------------------------------------------------------------------


def add_ap_card(ctx: Context, status: ApCardStatus, name_on_account: str, balance: int, limit: int) -> ApCard:
    """Issue a card; balance and limit in thousandths of USD."""
    card = ApCard(
        ctx.organization_id,
        ids.new(ids.PREFIX["ap_card"]),
        status,
        name_on_account,
        balance,
        limit,
        ctx.now,
        ctx.now,
    )
    AP_CARD.enter(ctx, card)
    return card


def list_ap_cards(ctx: Context) -> list[ApCard]:
    """All of them, oldest first."""
    return ctx.tx.records(ApCard, _AP_CARDS, {})


def require_payable_ap_card(ctx: Context, ap_card_id: str, amount: int) -> ApCard:
    """A card that is ACTIVE and has `amount` thousandths of USD left; BDC_1205 (404), BDC_1151 (422)."""
    card = AP_CARDS.require(ctx, ap_card_id)
    if card.status != "ACTIVE":
        raise Refusal(
            "BDC_1151", detail=f"the AP card {card.id} is {card.status}", help="choose an ACTIVE card"
        )
    if card.balance < amount:
        raise Refusal(
            "BDC_1151",
            detail=f"the AP card {card.id} has {card.balance / 1000:.2f} USD left, "
            f"less than {amount / 1000:.2f}",
            help="pay less, or from another account",
        )
    return card


def draw_from_ap_card(ctx: Context, ap_card_id: str, amount: int) -> ApCard:
    """Spend `amount` thousandths of USD on a card; BDC_1151 when it has less left."""
    card = require_payable_ap_card(ctx, ap_card_id, amount)
    return AP_CARD.revise(ctx, card, msgspec.structs.replace(card, balance=card.balance - amount))


def return_to_ap_card(ctx: Context, ap_card_id: str, amount: int) -> ApCard:
    """Give `amount` thousandths of USD back to the card it was drawn from."""
    card = AP_CARDS.require(ctx, ap_card_id)
    return AP_CARD.revise(ctx, card, msgspec.structs.replace(card, balance=card.balance + amount))
