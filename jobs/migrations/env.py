"""How does alembic reach the database? On the connection that `jobs.migrate` hands it."""

from __future__ import annotations

from alembic import context

from jobs import (  # noqa: F401  (of the same metadata)
    audit_tables,
    batch_tables,
    request_batch_tables,
    schedule_tables,
    tuning_tables,
    webhook_tables,
)
from jobs.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
