"""Everything, as the rooms declare it. Until the first release this migration is rewritten instead of followed."""

from alembic import context, op

from net30.store import planner

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table and index."""
    connection = op.get_bind()
    metadata = context.config.attributes["metadata"]
    metadata.create_all(connection)
    if connection.dialect.name == "sqlite":
        planner.teach(connection, metadata)
