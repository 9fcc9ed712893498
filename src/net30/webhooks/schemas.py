"""What crosses the wire of webhooks."""

from typing import Annotated

import msgspec
from msgspec import Meta

from net30.webhooks.payloads import (
    BankAccountTold,
    BillTold,
    CardAccountTold,
    InvoiceTold,
    PaymentTold,
    ReimbursementTold,
    RiskVerificationTold,
    ThreeDsChallengeTold,
    TransactionTold,
    VendorTold,
)
from net30.webhooks.tables import StatusActor
from net30.wire.types import SECRET, Timestamp, Wire

Given = Annotated[str, Meta(min_length=1)]


class EventCatalogEntry(Wire):
    """A type of event and the versions in which it is told."""

    type: str
    versions: list[str]


class SubscribedEvent(Wire):
    """A type of event in a version, as the catalog has them."""

    type: Given
    version: Given


class SubscriptionStatusGiven(Wire):
    """Whether events are delivered, and why."""

    enabled: bool | None = None
    reason: str | None = None


class SubscriptionStatus(Wire):
    """Whether events are delivered, why, and who decided it; SYSTEM after too many failures."""

    enabled: bool
    reason: str | None = None
    actor: StatusActor


class SubscriptionCreate(Wire):
    """Who is told of which events, at which address."""

    name: Given
    status: SubscriptionStatusGiven
    events: Annotated[list[SubscribedEvent], Meta(min_length=1)]
    notification_url: Given


class SubscriptionUpdate(Wire):
    """What is left out stays as it is."""

    name: str | None = None
    status: SubscriptionStatusGiven | None = None
    events: list[SubscribedEvent] | None = None
    notification_url: str | None = None


class SubscriptionAnswer(Wire):
    id: str
    name: str
    organization_id: str
    status: SubscriptionStatus
    events: list[SubscribedEvent]
    notification_url: str
    created_time: Timestamp
    updated_time: Timestamp


class SubscriptionWithKey(SubscriptionAnswer):
    """A new subscription. The key that signs what is delivered is shown here, and never again."""

    security_key: Annotated[str, SECRET]


class SecurityKey(Wire):
    """A new key; what is delivered from now on is signed with it."""

    security_key: Annotated[str, SECRET]


class EventTold(Wire):
    """An event as it is, or will be, delivered: `payload` is the body as a text. No `statusCode` before the first
    answer."""

    id: str
    type: str
    version: str
    subscription_id: str
    payload: str
    created_time: Timestamp
    status_code: int | None = None


class EventRetry(Wire):
    """A try of a delivery. No `statusCode` where nobody answered."""

    attempt_number: int
    created_time: Timestamp
    status_code: int | None = None


class EventWithRetries(EventTold):
    retries: list[EventRetry]


class Subscriptions(Wire):
    results: list[SubscriptionAnswer]
    next_page: str | None = None


class EventsOfSubscription(Wire):
    results: list[EventWithRetries]
    next_page: str | None = None


class StandardWebhooks(Wire):
    """Whether a Standard Webhooks signature stands beside the API's own."""

    enabled: bool


class TestEvent(Wire):
    """What to tell, for a try. Without an object, values are made up."""

    event_type: str | None = None
    version: str | None = None
    vendor: VendorTold | None = None
    bill: BillTold | None = None
    bank_account: BankAccountTold | None = msgspec.field(name="bank-account", default=None)
    card_account: CardAccountTold | None = msgspec.field(name="card-account", default=None)
    payment: PaymentTold | None = None
    risk_verification: RiskVerificationTold | None = msgspec.field(name="risk-verification", default=None)
    invoice: InvoiceTold | None = None
    transaction: TransactionTold | None = None
    three_ds_challenge: ThreeDsChallengeTold | None = None
    reimbursement: ReimbursementTold | None = None
