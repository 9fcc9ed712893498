"""What can be subscribed to is what is recorded, and a test event has what a real one has."""

import msgspec
import pytest
from docs.test_docs_are_whole import events_in_code

from net30.webhooks.catalogue import CATALOGUE, PAYLOADS, key_of
from net30.webhooks.operations import TOLD
from net30.wire.types import Wire


def names(payload: type[Wire]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(payload)}


def test_every_event_that_is_recorded_is_in_the_catalogue() -> None:
    recorded = {event.replace("{change.verb}", "updated") for event in events_in_code()}
    assert {event for event in recorded if "{" not in event} <= set(CATALOGUE) | {"payment.failed"}
    assert {key_of(event) for event in CATALOGUE} == PAYLOADS.keys()


@pytest.mark.parametrize("key", sorted(PAYLOADS))
def test_a_test_event_may_have_what_a_real_one_has(key: str) -> None:
    # A card's issuing bank is left out of its events.
    assert names(PAYLOADS[key]) - {"issuingBankName"} <= names(TOLD[key])
