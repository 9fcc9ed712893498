"""What waits to be done outside of a transaction (mails, texts), whatever organization it belongs to."""

from typing import Any

from sqlalchemy import Column, bindparam, select

from net30.store.statements import Statement, by_key


def organizations_waiting(due: Column[int]) -> Statement:
    """At most 100 organizations with a row whose `due`, in machine ms, has come. It crosses organizations."""
    table = due.table
    return Statement(
        select(table.c.organization_id).where(due <= bindparam("machine_now")).distinct().limit(100)
    )


def waiting_anywhere(due: Column[int], most: int, *wanted: Column[Any]) -> Statement:
    """These columns of the rows of all organizations whose `due` has come, the longest waiting first, at most so many.

    It crosses organizations: each row is then dealt with in its own.
    """
    come = select(*wanted).where(due <= bindparam("machine_now"))
    return Statement(come.order_by(due).limit(most))


def waiting(due: Column[int], most: int) -> Statement:
    """An organization's rows whose `due` has come, the longest waiting first, at most so many."""
    table = due.table
    return Statement(
        select(table)
        .where(by_key(table, ["organization_id"]), due <= bindparam("machine_now"))
        .order_by(due, *table.primary_key.columns)
        .limit(most)
    )
