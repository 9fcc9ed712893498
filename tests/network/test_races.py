"""Two organizations that reach for each other at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

from clients import Answered, Api, World
from network.office import connected, customer_of, invite, organization, path, status, vendor_of

ROUNDS = 6


def at_once(*calls: tuple[World, str, World]) -> list[Answered]:
    """Invitations that are sent at one moment, their answers in the same order."""
    gate = threading.Barrier(len(calls))

    def run(call: tuple[World, str, World]) -> Answered:
        world, record_id, other = call
        gate.wait(timeout=30)
        return invite(world, record_id, other)

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_two_invite_each_other_at_once(api: Api) -> None:
    """Whoever comes second finds the other's invitation: both are connected, and neither waits for ever."""
    one, other = organization(api, "One"), organization(api, "Other")
    for turn in range(ROUNDS):
        payer, payee = (one, other) if turn % 2 else (other, one)
        vendor_id, customer_id = vendor_of(payer), customer_of(payee)
        answers = at_once((payer, vendor_id, payee), (payee, customer_id, payer))
        assert [answer.status for answer in answers] == [200, 200]
        assert status(payer, vendor_id) == status(payee, customer_id) == "CONNECTED"
        assert payer.delete(path(vendor_id)).status == 200


def test_one_of_two_invitations_to_one_organization_wins(api: Api) -> None:
    payer, payee = organization(api, "One"), organization(api, "Other", autoConnect=True)
    vendors = [vendor_of(payer), vendor_of(payer)]
    answers = at_once(*((payer, vendor_id, payee) for vendor_id in vendors))
    assert sorted(answer.status for answer in answers) == [200, 422]
    assert sorted(status(payer, vendor_id) for vendor_id in vendors) == ["CONNECTED", "NOT_CONNECTED"]
    assert len(payee.get("/customers").ok()["results"]) == 1


def test_both_sides_part_at_once(api: Api) -> None:
    payer, payee = organization(api, "One"), organization(api, "Other")
    vendor_id, customer_id = connected(payer, payee)
    gate = threading.Barrier(2)

    def part(side: tuple[World, str]) -> int:
        gate.wait(timeout=30)
        return side[0].delete(path(side[1])).status

    with ThreadPoolExecutor(2) as threads:
        statuses = sorted(threads.map(part, [(payer, vendor_id), (payee, customer_id)]))
    assert statuses == [200, 404]
    assert status(payer, vendor_id) == status(payee, customer_id) == "NOT_CONNECTED"
