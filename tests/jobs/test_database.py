from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobs import database as databases
from jobs.database import Database, url_of
from jobs.tables import TenantRecord
from schemas.errors import InvalidInput, Unavailable
from schemas.settings import Settings


def tenant(name: str) -> TenantRecord:
    return TenantRecord(id=name, created_at=datetime.now(UTC))


def names(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(TenantRecord.id)))


def test_what_is_written_is_there_at_the_end(database: Database) -> None:
    with database.transaction() as session:
        session.add(tenant("a"))
    assert names(database) == {"default", "a"}


def test_an_error_takes_back_what_was_written(database: Database) -> None:
    def write_and_fail() -> None:
        with database.transaction() as session:
            session.add(tenant("a"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert names(database) == {"default"}


def test_what_was_read_is_still_so_when_it_writes(database: Database) -> None:
    """A counter that many threads raise loses none."""

    def raise_counter(_: int) -> None:
        with database.transaction() as session:
            record = session.scalars(select(TenantRecord).with_for_update()).one()
            record.created_at += timedelta(days=1)

    with database.reading() as session:
        before = session.scalars(select(TenantRecord.created_at)).one()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(raise_counter, range(40)))
    with database.reading() as session:
        assert session.scalars(select(TenantRecord.created_at)).one() == before + timedelta(40)


def test_a_reader_waits_for_no_writer(database: Database) -> None:
    with database.transaction() as session:
        session.add(tenant("a"))
        session.flush()
        assert names(database) == {"default"}


def test_the_one_who_is_late_finds_what_was_written(database: Database) -> None:
    together = threading.Barrier(4, timeout=10)
    first_look = threading.local()

    def write(session: Session) -> bool:
        found = session.get(TenantRecord, "a")
        if not database.is_sqlite and not hasattr(first_look, "done"):
            first_look.done = True
            together.wait()
        if found is None:
            session.add(tenant("a"))
        return found is None

    with ThreadPoolExecutor(4) as pool:
        is_new = list(pool.map(lambda _: database.settle(write), range(4)))
    assert sorted(is_new) == [False, False, False, True]


def test_what_can_never_be_written_is_raised_at_last(database: Database) -> None:
    with pytest.raises(IntegrityError):
        database.settle(lambda session: session.add(tenant("default")))


def test_times_have_a_zone_and_are_near_to_ours(database: Database) -> None:
    with database.reading() as session:
        assert abs(database.now(session) - datetime.now(UTC)) < timedelta(seconds=5)
        found = session.scalars(select(TenantRecord.created_at)).one()
    assert found.tzinfo == UTC


def test_a_database_that_is_held_by_another_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_WAIT_SECONDS", 0.1)
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE t (i INTEGER)"))
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="does not answer"), database.transaction():
        pass
    other.close()
    database.dispose()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(Unavailable), database.reading():
        pass
    database.dispose()


def test_sqlite_puts_a_commit_on_the_disk_before_it_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with database.transaction() as session:
        found = [
            session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    database.dispose()
    assert found == ["wal", 2, 1]


def test_who_opens_a_new_file_beside_another_waits_for_it(tmp_path: Path) -> None:
    """Without a timeout of SQLite's own, which does not hold for this lock everywhere."""
    path = tmp_path / "new.db"
    with (
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as ours,
    ):
        other.execute("BEGIN EXCLUSIVE")
        release = threading.Timer(0.2, other.execute, ("COMMIT",))
        release.start()
        databases._prepare_sqlite(ours, None)
        release.join()
        assert ours.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("url", ["mysql://host/name", "no url", "sqlite://"])
def test_a_url_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        Database(url)


def test_without_a_url_the_database_lies_in_the_data_directory(tmp_path: Path) -> None:
    settings = Settings(data_directory=tmp_path / "new")
    assert url_of(settings) == f"sqlite:///{tmp_path / 'new' / 'needlepoint.db'}"
    assert (tmp_path / "new").is_dir()
