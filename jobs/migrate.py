"""Is the database's schema the one that this code knows, and how does it become it?"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from jobs.database import Database
from schemas.errors import Unavailable
from schemas.settings import Settings

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_301_953  # of PostgreSQL's advisory locks: any number that nobody else takes


def upgrade(settings: Settings) -> None:
    """To the newest revision, all of it or nothing. Two at the same time: the second one waits,
    and finds nothing to do."""
    database = Database.of(settings)
    try:
        with database.transaction() as session:
            if not database.is_sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            config = _config()
            config.attributes["connection"] = session.connection()
            command.upgrade(config, "head")
    finally:
        database.dispose()


def check_current(settings: Settings) -> None:
    """Raises `Unavailable` where the schema is older or newer than this code."""
    database = Database.of(settings)
    try:
        with database.reading() as session:
            found = _revision(session.connection())
    finally:
        database.dispose()
    if found == ScriptDirectory.from_config(_config()).get_current_head():
        return
    if found is None or found in _known_revisions():
        raise Unavailable("the database's schema is not up to date: run needlepoint db upgrade")
    raise Unavailable(f"the database's schema ({found}) is of a later version of needlepoint")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known_revisions() -> set[str]:
    scripts = ScriptDirectory.from_config(_config())
    return {script.revision for script in scripts.walk_revisions()}
