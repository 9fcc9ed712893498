"""Cards as the wire has them."""

from net30.funding.cards import tables
from net30.funding.cards.schemas import ApCard, CardAccount
from net30.wire.answers import answering

NAMES = {
    "expiration_year": "expiration.year",
    "expiration_month": "expiration.month",
    "default_payables": "default.payables",
    "default_receivables": "default.receivables",
    "default_funding": "default.funding",
    "default_disbursement": "default.disbursement",
}

shown = answering(CardAccount, tables.CardAccount, NAMES)
ap_card_shown = answering(ApCard, tables.ApCard)
