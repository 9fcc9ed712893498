"""`net30 listen`, as a developer runs it beside a server."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from clients import FreshDatabase
from prove.served import ServedWorld, serving
from webhooks.receiver import Receiver

EVENTS = "/connect-events/v3"


@pytest.mark.parametrize("status", [200, 500])
def test_events_are_shown_and_handed_on(
    fresh_database: FreshDatabase, tmp_path: Path, receiver: Receiver, status: int
) -> None:
    receiver.answer = lambda arrived: status
    with serving(fresh_database("sqlite"), tmp_path) as served:
        world = ServedWorld(served)
        command = [sys.executable, "-m", "net30", "listen", "--server", f"http://127.0.0.1:{served.port}"]
        # A key may begin with a hyphen.
        command += [f"--session-id={world.headers['sessionId']}", f"--dev-key={world.headers['devKey']}"]
        command += ["--forward", receiver.url, "--events", "vendor.created"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as listening:
            assert listening.stdout is not None
            begun = listening.stdout.readline()
            assert listening.stderr is not None
            assert begun.startswith("listening to 1 types of events; the key is "), listening.stderr.read()
            vendor_id = world.vendor(served, "Bass")
            said, told = listening.stdout.readline(), listening.stdout.readline()
            assert said.startswith("vendor.created  ")
            assert said.endswith(f"→ {status}\n")
            assert f'"id": "{vendor_id}"' in told
            assert receiver.arrived[0].headers["x-bill-sha-signature"]
            listening.send_signal(signal.SIGTERM)
            listening.wait(10)
        assert served.call("GET", f"{EVENTS}/subscriptions", headers=world.headers).ok() == {"results": []}


def test_a_refusal_is_said(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    with serving(fresh_database("sqlite"), tmp_path) as served:
        command = [sys.executable, "-m", "net30", "listen", "--server", f"http://127.0.0.1:{served.port}"]
        done = subprocess.run(
            [*command, "--session-id", "none", "--dev-key", "none"], capture_output=True, text=True
        )
        assert done.returncode == 1
        assert "BDC_1109" in done.stderr


def test_a_clock_waits_for_deliveries(
    fresh_database: FreshDatabase, tmp_path: Path, receiver: Receiver
) -> None:
    with serving(fresh_database("sqlite"), tmp_path) as served:
        world = ServedWorld(served, now="2026-03-03T16:00:00Z")
        world.control(served, "PUT", "/clock", {"now": "2026-03-03T17:00:00Z", "frozen": True}).ok()
        body = {
            "name": "Payments",
            "status": {"enabled": True},
            "events": [{"type": "payment.updated", "version": "1"}],
            "notificationUrl": receiver.url,
        }
        key = {"X-Idempotent-Key": "5b2c9b1e-7e0b-4f7e-9d3c-0a4c6d9f1a12"}
        served.call("POST", f"{EVENTS}/subscriptions", body, {**world.headers, **key}).ok()
        vendor_id = world.vendor(served, "Bass", ach=True)
        bill_id = world.bill(served, vendor_id, "1")
        account = {"type": "BANK_ACCOUNT", "id": world.bank_account_id}
        pay = {
            "billId": bill_id,
            "amount": 100,
            "fundingAccount": account,
            "processingOptions": {"requestPayFaster": False},
        }
        world.call(served, "POST", "/payments", pay).ok()
        world.control(served, "POST", "/clock/advance", {"by": "P14D", "awaitWebhooks": True}).ok()
        statuses = [one.told["payment"]["status"] for one in receiver.arrived]
        assert statuses[0] == "SCHEDULED"
        assert statuses[-1] == "CLEARED"
        assert len(statuses) == len(set(statuses))
