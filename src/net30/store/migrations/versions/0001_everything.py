"""Everything, as the rooms declare it. Until the first release this migration is rewritten instead of followed."""

from alembic import op

import net30.rooms  # noqa: F401  (declares every table)
from net30.store import planner
from net30.store.record import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table and index."""
    connection = op.get_bind()
    metadata.create_all(connection)
    if connection.dialect.name == "sqlite":
        planner.teach(connection, metadata)
