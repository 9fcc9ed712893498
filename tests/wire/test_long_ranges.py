"""A range that holds many rows: the pages come in the order of the range, both ways, also when rows come and go."""

from itertools import pairwise

import pytest
from stock import NOON_MS, blank, organization

from net30.accounting.tables import Department
from net30.kernel.clock import timestamp
from net30.kernel.context import Server, reading, system_actor
from net30.wire.listing import Page, page
from net30.wire.paging import MOST_SORTED
from net30.wire.types import ListRequest

FROM_NOON = f'updatedTime:gte:"{timestamp(NOON_MS)}"'


def departments(running: Server, count: int) -> tuple[str, list[Department]]:
    """An organization with so many departments of the afternoon and one of the morning, each changed at odd times."""
    owner = organization(running)
    made = [
        blank(
            Department,
            organization_id=owner.id,
            id=f"0de{i:017}",
            name=f"D{i % 7} {i}",
            created_time=NOON_MS + i // 3,
            updated_time=NOON_MS + (i * 7919) % 1013 if i else NOON_MS - 1,
        )
        for i in range(count + 1)
    ]
    with running.database.write() as tx:
        tx.insert(*made)
    return owner.id, made


def one_page(running: Server, owner: str, request: ListRequest) -> Page[Department]:
    with reading(running, system_actor(owner)) as ctx:
        return page(ctx, Department, request)


def walk(running: Server, owner: str, filters: str, sort: str | None = None) -> list[Department]:
    """All rows, forward; every page of which the way back shows the same."""
    request = ListRequest(max=100, filters=filters, sort=sort)
    pages = [one_page(running, owner, request)]
    while token := pages[-1].next_page:
        pages.append(one_page(running, owner, ListRequest(max=100, filters=filters, sort=sort, page=token)))
    for before, behind in pairwise(pages):
        back = ListRequest(max=100, filters=filters, sort=sort, page=behind.prev_page)
        assert one_page(running, owner, back).rows == before.rows
    return [one for found in pages for one in found.rows]


@pytest.mark.parametrize("more", [0, 1])
def test_many_rows_come_in_the_order_of_the_range(running: Server, more: int) -> None:
    owner, made = departments(running, MOST_SORTED + more)
    wanted = made[1:]
    if more:
        wanted.sort(key=lambda one: (one.updated_time, one.created_time, one.id))
    assert walk(running, owner, FROM_NOON) == wanted
    # What was sorted by anything stays so.
    wanted.sort(key=lambda one: (one.created_time, one.id), reverse=True)
    assert walk(running, owner, FROM_NOON, "createdTime:desc") == wanted


def test_many_names_that_begin_alike_come_by_name(running: Server) -> None:
    owner, made = departments(running, MOST_SORTED + 1)
    assert walk(running, owner, "name:sw:D3") == [one for one in made if one.name.startswith("D3")]
    wanted = sorted(made, key=lambda one: (one.name, one.created_time, one.id))
    assert walk(running, owner, "name:sw:D") == wanted
    fifth = [one for one in made[1:] if one.name.startswith("D5")]
    assert walk(running, owner, f"name:sw:D5,{FROM_NOON}") == fifth


def test_a_page_goes_on_as_the_first_one_began(running: Server) -> None:
    owner, made = departments(running, MOST_SORTED - 1)
    first = one_page(running, owner, ListRequest(max=100, filters=FROM_NOON))
    later = {"created_time": NOON_MS * 2, "updated_time": NOON_MS * 2}
    with running.database.write() as tx:
        tx.insert(*(blank(Department, organization_id=owner, id=f"0de{i}", **later) for i in range(10)))
    second = one_page(running, owner, ListRequest(max=100, filters=FROM_NOON, page=first.next_page))
    assert [*first.rows, *second.rows] == made[1:201]
