"""A partner subscribes once, and is told of all organizations that it has made and makes."""

import uuid
from typing import Any

import pytest
from clients import Api
from partners.test_partners import Partner
from webhooks.receiver import Receiver

from net30.kernel.context import Server
from net30.webhooks.delivery import deliver_some


@pytest.fixture
def partner(api: Api) -> Partner:
    return Partner(api)


def subscribe(partner: Partner, url: str) -> Any:
    body = {
        "name": "Books",
        "status": {"enabled": True},
        "events": [{"type": "vendor.created", "version": "1"}],
        "notificationUrl": url,
    }
    headers = {**partner.headers, "X-Idempotent-Key": str(uuid.uuid4())}
    return partner.api.call("POST", "/connect-events/v3/subscriptions", body, headers=headers).ok()


def vendor(partner: Partner, organization_id: str, name: str) -> None:
    user = partner.user(organization_id, username=f"u{uuid.uuid4().hex[:8]}")
    session = partner.as_user(organization_id, user).ok()["sessionId"]
    address = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
    headers = {"sessionId": session, "devKey": partner.made["devKey"]}
    partner.api.call("POST", "/connect/v3/vendors", {"name": name, "address": address}, headers=headers).ok()


def test_a_partner_is_told_of_its_organizations(
    partner: Partner, receiver: Receiver, running: Server, api: Api
) -> None:
    before = partner.organization(name="Before")
    vendor(partner, before, "Unheard")
    subscription = subscribe(partner, receiver.url)
    after = partner.organization(name="After")
    stranger = Partner(api)
    elsewhere = stranger.organization()
    vendor(partner, before, "First")
    vendor(partner, after, "Second")
    vendor(stranger, elsewhere, "Nobody's business")
    deliver_some(running, f"{subscription['organizationId']} {subscription['id']}")
    told = {(one.told["metadata"]["organizationId"], one.told["vendor"]["name"]) for one in receiver.arrived}
    assert told == {(before, "First"), (after, "Second")}
    mine = partner.api.call("GET", "/connect-events/v3/subscriptions", headers=partner.headers).ok()
    assert [one["id"] for one in mine["results"]] == [subscription["id"]]
    other = stranger.api.call("GET", "/connect-events/v3/subscriptions", headers=stranger.headers).ok()
    assert other == {"results": []}
