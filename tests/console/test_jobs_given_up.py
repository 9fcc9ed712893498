"""Work that was given up is seen by the operator, who has it done again."""

from collections.abc import Iterator

import pytest
from console.conftest import Company, Shell

from net30.kernel import jobs
from net30.kernel.context import Context, Server, system_actor, writing
from net30.kernel.tables import Job

works: list[bool] = []


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    def print_paper(ctx: Context, one: Job) -> None:
        if not works:
            raise RuntimeError("out of paper")

    jobs.HANDLERS["console.print"] = print_paper
    yield
    del jobs.HANDLERS["console.print"]
    works.clear()


@pytest.fixture
def given_up(company: Company, production: Server) -> str:
    """The id of a job that failed for the last time."""
    with writing(production, system_actor(company.id)) as ctx:
        jobs.schedule(ctx, "console.print", "paper", ctx.now)
    ran: list[Job] = []
    with writing(production, system_actor(company.id)) as ctx:
        (job,) = jobs._due(ctx)
        for _ in range(jobs.MOST_ATTEMPTS):
            job = jobs._run_one(ctx, job)
            ran.append(job)
    assert ran[-1].state == "FAILED"
    return ran[-1].id


def rows(shell: Shell, company: Company, *flags: str) -> list[str]:
    return [line for line in shell.run("jobs", "list", *flags).splitlines() if company.id in line]


def test_what_was_given_up_is_listed(shell: Shell, company: Company, given_up: str) -> None:
    (row,) = rows(shell, company)
    assert given_up in row
    assert "console.print" in row
    assert "RuntimeError: out of paper" in row
    assert rows(shell, company, "--organization", company.id) == [row]


def test_it_is_done_again_once_that_helps(
    shell: Shell, company: Company, given_up: str, production: Server
) -> None:
    again = ("jobs", "retry", "--organization", company.id, "--job", given_up)
    assert "WAITING" in shell.run(*again)
    assert ("Job", "RETRY") in [(one.entity, one.action) for one in shell.trail(company.id)]
    assert rows(shell, company) == []
    works.append(True)
    assert company.id in jobs.awake(production)
    done = [one for one in jobs.run_due(production, company.id) if one.id == given_up]
    assert [(one.state, one.attempts) for one in done] == [("DONE", 1)]
    assert "it is DONE" in shell.refuses(*again)


def test_only_what_was_given_up_is_retried(shell: Shell, company: Company) -> None:
    assert "no such job" in shell.refuses("jobs", "retry", "--organization", company.id, "--job", "jbsnone")
