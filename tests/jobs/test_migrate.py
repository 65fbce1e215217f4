from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from jobs.database import Database
from jobs.migrate import check_current, upgrade
from jobs.tables import Table, TenantRecord
from schemas.errors import Unavailable
from schemas.settings import Settings
from tests.jobs.conftest import settings_of_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Of a database without any table."""
    if request.param == "sqlite":
        return settings_of_url(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    return settings_of_url(request.getfixturevalue("postgres_url"), tmp_path)


@pytest.fixture
def connected(empty: Settings) -> Iterator[Database]:
    database = Database.of(empty)
    yield database
    database.dispose()


def test_the_upgraded_schema_is_the_one_of_the_tables(empty: Settings, connected: Database) -> None:
    upgrade(empty)
    with connected.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_upgrading_twice_changes_nothing(empty: Settings, connected: Database) -> None:
    upgrade(empty)
    upgrade(empty)
    with connected.reading() as session:
        assert session.scalars(select(TenantRecord.id)).all() == ["default"]


def test_upgrades_at_the_same_time_wait_for_each_other(
    empty: Settings, connected: Database
) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: upgrade(empty), range(4)))
    with connected.reading() as session:
        assert session.scalars(select(TenantRecord.id)).all() == ["default"]


def test_an_empty_database_is_not_current(empty: Settings) -> None:
    with pytest.raises(Unavailable, match="run needlepoint db upgrade"):
        check_current(empty)


def test_an_upgraded_one_is(empty: Settings) -> None:
    upgrade(empty)
    check_current(empty)


def test_a_database_of_a_later_version_is_told_apart(empty: Settings, connected: Database) -> None:
    upgrade(empty)
    with connected.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'z999'"))
    with pytest.raises(Unavailable, match="later version"):
        check_current(empty)
