"""Cards on the wire."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.funding.cards import actions, rules, tables
from net30.funding.cards.answers import ap_card_shown, shown
from net30.funding.cards.schemas import (
    ApCard,
    CardAccount,
    CardAccounts,
    CardAccountUser,
    CardRate,
    CardRates,
)
from net30.kernel.context import Context
from net30.wire.listing import Condition, ListAnswer, page
from net30.wire.operation import operation
from net30.wire.types import ListRequest

AREA = "funding accounts"
Given = Annotated[str, Meta(min_length=1)]


@operation("GET /connect/v3/funding-accounts/cards", area=AREA, needs="cards:read")
def list_card_accounts(ctx: Context, card_user_status: Literal["VERIFIED", "NOMINATED"]) -> CardAccounts:
    """List the cards that the signed-in user may pay with.

    `cardUserStatus` says on which cards: those on which the user is VERIFIED, or those on which they are
    NOMINATED and have still to prove their identity. The answer is not paged and tells the rates of paying
    by card.
    """
    cards = actions.cards_of_user(ctx, card_user_status)
    default = next((card.id for card in cards if card.default_payables), None)
    rates = CardRates(
        default_card_account_id=default,
        funding=CardRate(credit_card_rate=rules.CREDIT_CARD_RATE, debit_card_rate=rules.DEBIT_CARD_RATE),
    )
    return CardAccounts(rates=rates, cards=[shown(card) for card in cards])


@operation("GET /connect/v3/funding-accounts/cards/{cardAccountId}", area=AREA, needs="cards:read")
def get_card_account(ctx: Context, card_account_id: Given) -> CardAccount:
    """Read a card.

    Of its number the last four digits are known.
    """
    return shown(actions.require_card_account(ctx, card_account_id))


@operation("GET /connect/v3/funding-accounts/cards/users", area=AREA, needs="cards:read")
def list_card_account_users(
    ctx: Context, listing: ListRequest, current_user: bool = False
) -> ListAnswer[CardAccountUser]:
    """List who may pay with which card.

    `currentUser=true` keeps to the signed-in user. Filter and sort by `cardAccountId`, `userId`, `archived`,
    `verificationStatus`, `createdTime` and `updatedTime`.
    """
    mine = [Condition("userId", "eq", (ctx.actor.user_id,))] if current_user else []
    found = page(ctx, tables.CardAccountUser, listing, mine)
    results = [
        CardAccountUser(
            card_account_id=user.card_account_id,
            user_id=user.user_id,
            archived=bool(user.archived),
            verification_status=user.verification_status,
        )
        for user in found.rows
    ]
    return found.of(results)


@operation("GET /connect/v3/funding-accounts/ap-cards", area=AREA, needs="cards:read")
def list_ap_cards(ctx: Context) -> list[ApCard]:
    """List the organization's AP cards.

    An AP card pays bills of vendors that take virtual cards. The answer is a plain array, oldest card first.
    """
    return [ap_card_shown(card) for card in actions.list_ap_cards(ctx)]
