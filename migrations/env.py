"""How Alembic runs: always on a connection handed in by `monitor.store.database`."""

from __future__ import annotations

from alembic import context

from monitor.store.tables import metadata

connection = context.config.attributes["connection"]
is_file = connection.dialect.name == "sqlite"
# SQLite alters tables by copying them, which is what batch mode does.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=is_file)
with context.begin_transaction():
    context.run_migrations()
