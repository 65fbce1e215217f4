"""Documents that came attached to another one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UPLOADED = sa.text("parent_id IS NULL")


def upgrade() -> None:
    """In words of SQL that both databases know: to add a foreign key, Alembic would make SQLite's
    table anew, and with the old one go what points at it."""
    op.execute(
        "ALTER TABLE documents ADD COLUMN parent_id VARCHAR(64) "
        "CONSTRAINT fk_documents_parent_id REFERENCES documents (id)"
    )
    op.drop_index("uq_documents_content", "documents")
    op.create_index(
        "uq_documents_content",
        "documents",
        ["tenant_id", "sha256", "name"],
        unique=True,
        sqlite_where=_UPLOADED,
        postgresql_where=_UPLOADED,
    )
    op.create_index(
        "uq_documents_attached", "documents", ["parent_id", "sha256", "name"], unique=True
    )
