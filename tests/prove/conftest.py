"""Databases of the proofs' own: what is killed, raced and worked on there is nobody else's."""

from collections.abc import Callable
from itertools import count

import psycopg
import pytest
from sqlalchemy import make_url

FreshDatabase = Callable[[str], str]


@pytest.fixture(scope="session")
def fresh_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FreshDatabase:
    """Makes an empty database, on "sqlite" or "postgresql"; its URL."""
    numbers = count(1)

    def make(dialect: str) -> str:
        if dialect == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/net30.db"
        server: str = request.getfixturevalue("postgres_url")
        name = f"proof_{next(numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    return make
