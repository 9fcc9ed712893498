"""The worker: what became due while nobody was there is done late and once, and one bad job holds up no other."""

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from clients import Api, FreshDatabase, World
from prove.books import Rows, require_sound
from prove.served import Served, ServedWorld
from prove_size import FULL

from net30.app import server
from net30.kernel import jobs
from net30.kernel.context import Context, Server, system_actor, writing
from net30.kernel.tables import Job
from net30.settings import Settings
from net30.store.database import Database
from net30.store.schema import migrate
from net30.worker import run_once

DAY_MS = 86_400_000
MANY = 2_000 if FULL else 600

ran: list[str] = []


@pytest.fixture(autouse=True, scope="module")
def _kinds() -> Iterator[None]:
    """Two kinds of jobs of the tests' own: one that notes its subject, one that always fails."""

    def note(ctx: Context, one: Job) -> None:
        ran.append(one.subject_id)

    def fail(ctx: Context, one: Job) -> None:
        raise ValueError("it does not work")

    jobs.HANDLERS |= {"worker.note": note, "worker.fail": fail}
    yield
    del jobs.HANDLERS["worker.note"], jobs.HANDLERS["worker.fail"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def api(request: pytest.FixtureRequest, fresh_database: FreshDatabase) -> Iterator[Api]:
    """The application on a database in which only these tests have work."""
    running = server(Settings(database=fresh_database(request.param), secret_key="a key of the tests"))
    migrate(running.database)
    yield Api(running)
    running.database.close()


@pytest.fixture
def ticking(api: Api) -> World:
    """A world whose clock ticks from a Tuesday morning in Los Angeles."""
    return World(api, {"now": "2026-03-03T17:00:00Z"})


def later(running: Server, ms: int) -> Server:
    """The same server, as it is found when so much machine time has passed."""
    return dataclasses.replace(running, machine_now=lambda: running.machine_now() + ms)


def work(running: Server) -> int:
    """Let the worker run until it finds nothing; how many rounds it took."""
    rounds = 0
    while run_once(running):
        rounds += 1
        assert rounds < 100, "the worker finds no end"
    return rounds


def schedule(world: World, kind: str, *subjects: str, after_ms: int = 0) -> None:
    with writing(world.api.running, system_actor(world.id)) as ctx:
        for position, subject in enumerate(subjects):
            jobs.schedule(ctx, kind, subject, ctx.now + after_ms + position)


def pay(world: World, count: int) -> list[str]:
    """Ids of payments of as many bills, which begin on the next day."""
    address = {"line1": "1 Main Street", "city": "Austin", "zipOrPostalCode": "78701", "country": "US"}
    vendor = world.post("/vendors", {"name": "Happy Music Supplies", "address": address}).ok()["id"]
    made = []
    for number in range(count):
        bill = {
            "vendorId": vendor,
            "dueDate": "2026-03-31",
            "invoice": {"invoiceNumber": f"{number}", "invoiceDate": "2026-03-01"},
            "billLineItems": [{"amount": 10}],
        }
        body = {
            "billId": world.post("/bills", bill).ok()["id"],
            "amount": 10,
            "fundingAccount": {"type": "BANK_ACCOUNT", "id": world.bank_account_id},
            "processingOptions": {},
        }
        made.append(str(world.post("/payments", body).ok()["id"]))
    return made


def test_payments_that_fell_due_in_a_downtime_are_made_late_and_once(ticking: World) -> None:
    payments = pay(ticking, 3)
    assert work(ticking.api.running) == 0
    work(later(ticking.api.running, 40 * DAY_MS))
    assert {ticking.get(f"/payments/{one}").ok()["singleStatus"] for one in payments} == {"CLEARED"}
    rows = require_sound(ticking.database, ticking.id)
    assert sum(posting.account == "bank" for posting in rows.postings) == len(payments)
    assert work(later(ticking.api.running, 41 * DAY_MS)) == 0


def test_a_standing_clock_has_nothing_done(world: World) -> None:
    (payment,) = pay(world, 1)
    assert work(later(world.api.running, 40 * DAY_MS)) == 0
    assert world.get(f"/payments/{payment}").ok()["singleStatus"] == "SCHEDULED"


def test_more_than_a_batch_is_done_in_order(ticking: World) -> None:
    subjects = [f"{number:05}" for number in range(MANY)]
    schedule(ticking, "worker.note", *subjects)
    ran.clear()
    assert work(later(ticking.api.running, DAY_MS)) >= -(-MANY // jobs.BATCH)
    assert ran == subjects


def test_who_has_more_than_a_batch_due_does_not_hide_who_has_one_job(ticking: World) -> None:
    other = World(ticking.api, {"now": "2026-03-03T17:00:00Z"})
    schedule(ticking, "worker.note", *[f"{number:05}" for number in range(MANY)])
    schedule(other, "worker.note", "the other's", after_ms=MANY)
    ran.clear()
    assert run_once(later(ticking.api.running, DAY_MS))
    assert ran[-1] == "the other's"
    assert 0 < len(ran) - 1 <= jobs.BATCH
    work(later(ticking.api.running, DAY_MS))


def test_a_job_that_fails_is_tried_again_later_and_then_given_up(ticking: World) -> None:
    schedule(ticking, "worker.fail", "bad")
    schedule(ticking, "worker.note", "good", after_ms=1_000)
    ran.clear()
    passed_ms = 60_000
    work(later(ticking.api.running, passed_ms))
    assert ran == ["good"]
    assert _states(ticking)["bad"] == ("WAITING", 1)
    for _ in range(jobs.MOST_ATTEMPTS):
        passed_ms = 2 * passed_ms + 60_000
        work(later(ticking.api.running, passed_ms))
    assert _states(ticking)["bad"] == ("FAILED", jobs.MOST_ATTEMPTS)
    assert _states(ticking)["good"] == ("DONE", 1)


def test_a_job_that_this_version_does_not_know_holds_up_no_other(ticking: World) -> None:
    schedule(ticking, "worker.note", "of tomorrow")
    with ticking.database.write() as tx:
        (job,) = (one for one in _jobs(ticking) if one.subject_id == "of tomorrow")
        tx.update(job, msgspec.structs.replace(job, kind="a kind of tomorrow"))
    schedule(ticking, "worker.note", "of today")
    ran.clear()
    run_once(later(ticking.api.running, DAY_MS))
    assert ran == ["of today"]
    assert _states(ticking)["of tomorrow"] == ("WAITING", 1)


def _jobs(world: World) -> list[Job]:
    return Rows(world.database, world.id).jobs


def _states(world: World) -> dict[str, tuple[str, int]]:
    return {job.subject_id: (job.state, job.attempts) for job in _jobs(world)}


def test_the_worker_of_a_restarted_server_does_what_was_left(tmp_path: Path) -> None:
    """Jobs come due in the moment in which everything is killed; after the next start they are done unasked."""
    url = f"sqlite:///{tmp_path}/net30.db"
    served = Served(url, tmp_path)
    try:
        world = ServedWorld(served, now="2026-03-03T17:00:00Z", frozen=True)
        bill_id = world.bill(served, world.vendor(served, "Happy Music Supplies"), "1")
        payment = world.call(served, "POST", "/payments", world.payment_body(bill_id, 100)).ok()["id"]
        world.control(served, "PUT", "/clock", {"now": "2026-04-30T17:00:00Z", "frozen": False}).ok()
        served.kill()
        served = Served(url, tmp_path)
        deadline = time.monotonic() + 20
        status = ""
        while status != "CLEARED" and time.monotonic() < deadline:
            time.sleep(0.1)
            status = world.call(served, "GET", f"/payments/{payment}").ok()["singleStatus"]
        assert status == "CLEARED"
        database = Database(url, 1)
        require_sound(database, world.id)
        database.close()
    finally:
        served.kill()
