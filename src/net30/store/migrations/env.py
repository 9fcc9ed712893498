"""Alembic's entry: runs the migrations on the connection that net30.store.schema hands over."""

from alembic import context

from net30.store.record import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
