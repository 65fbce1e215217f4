"""Where is the database, and how is a transaction made?"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import URL, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from schemas.errors import InvalidInput, Unavailable
from schemas.settings import Settings

_PAUSE_SECONDS = 0.02
_WAIT_SECONDS = 30.0  # for the write lock of SQLite, or for a connection of the pool
_SETTLE_TIMES = 5
_POSTGRESQL = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

_PAGE_CACHE = "cache_size=-256"  # KiB a connection; the system keeps the file's pages anyway
_GIVEN_UP = ("40P01", "40001")  # PostgreSQL's deadlock_detected and serialization_failure

Result = TypeVar("Result")


class _GivenUp(Unavailable):
    """The database took this transaction back for the sake of another one."""


class Database:
    """One pool of connections a process. Threads may share it; forks may not."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.engine = _engine_of(url, pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> Database:
        return cls(url_of(settings), settings.database.pool_size)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Committed at the end, rolled back on any error; `Unavailable` when it cannot be had.

        On SQLite it takes the write lock at once (`reading` does not), so that what was read in
        it is still so when it writes. Threads of this process queue for it here, since SQLite
        itself lets those who wait sleep and try again.
        """
        with self._writer if self.is_sqlite else nullcontext(), self._session(False) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look at the records as they are, which waits for no writer."""
        with self._session(True) as session:
            yield session

    def settle(self, write: Callable[[Session], Result]) -> Result:
        """What `write` gives, in a transaction that is made again when another one wrote the same
        unique thing at the same time (then it is there, and `write` finds it), or when the two
        waited for each other and this one was given up."""
        for _ in range(_SETTLE_TIMES - 1):
            with suppress(IntegrityError, _GivenUp), self.transaction() as session:
                return write(session)
        with self.transaction() as session:
            return write(session)

    def now(self, session: Session) -> datetime:
        """The time by the one clock that all processes share: the database's."""
        if self.is_sqlite:
            return datetime.now(UTC)
        found = session.scalar(select(func.clock_timestamp()))
        assert isinstance(found, datetime)
        return found.astimezone(UTC)

    def dispose(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _session(self, is_read_only: bool) -> Iterator[Session]:
        session = Session(self.engine, expire_on_commit=False)
        try:
            with session.begin():
                session.connection(execution_options={"is_read_only": is_read_only})
                yield session
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            if _sqlstate(error) in _GIVEN_UP:
                raise _GivenUp("two writers waited for each other: try again") from error
            raise Unavailable("the database does not answer: try again") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable("the database went away: try again") from error
            raise
        finally:
            session.close()


def _sqlstate(error: Exception) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def url_of(settings: Settings) -> str:
    """PostgreSQL where one is set, else a file in the data directory, which is made."""
    if settings.database.url is not None:
        return settings.database.url.get_secret_value()
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{settings.data_directory.absolute() / 'needlepoint.db'}"


def _engine_of(url: str, pool_size: int) -> Engine:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend == "sqlite":
            return _sqlite(parsed, pool_size)
        if backend in ("postgresql", "postgres"):
            return _postgresql(parsed, pool_size)
    except ArgumentError as error:
        raise InvalidInput("the database's URL is not one", param="database.url") from error
    raise InvalidInput(
        f"no database {backend!r}: postgresql+psycopg://… or sqlite:///…", param="database.url"
    )


def _postgresql(url: URL, pool_size: int) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args=_POSTGRESQL,
        hide_parameters=True,  # an error in the log holds no schema and no quote
    )


def _sqlite(url: URL, pool_size: int) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise InvalidInput(
            "a database in memory cannot be shared: name a file", param="database.url"
        )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_WAIT_SECONDS,
        connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """A commit is on the disk before anyone is told of it, readers do not wait for writers, and
    what was deleted is overwritten."""
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # we say BEGIN ourselves
    _write_ahead(connection)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        _PAGE_CACHE,
    ):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Several that open a new file at once turn it over one after the other. SQLite does not wait
    for that lock, whatever its timeout: where the others have it, it says so at once."""
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            is_locked = error.sqlite_errorcode & 0xFF in (
                sqlite3.SQLITE_BUSY,
                sqlite3.SQLITE_LOCKED,
            )
            if not is_locked or time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    is_read_only = connection.get_execution_options().get("is_read_only", False)
    connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")
