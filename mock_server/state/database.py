"""One database: its connections, and how it is read and written."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine, Executable, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from mock_server.database_url import MEMORY

BUSY_SECONDS = 30
"""How long a writer of an SQLite file waits for another one."""

MOST_PREPARED = 500
"""How many statements are kept compiled."""

ALONE = 0x6463796D6F636B
"""The number of the lock that those hold on PostgreSQL who set the stage."""

WRITES = "mock_writes"
"""The option of a connection whose transactions write from their beginning."""

Row = tuple[Any, ...]


class Database:
    """A database that worlds are kept in. Safe to use from many threads."""

    def __init__(self, url: str = MEMORY, clock: Callable[[], float] = time.time) -> None:
        """The database at a URL. `clock` gives the seconds since 1970.

        Nothing is read or written yet.
        """
        self.url = url
        self.clock = clock
        self.in_memory = url == MEMORY
        self.engine = _engine(url)
        # A database in memory has one connection, which all threads share.
        self._alone: AbstractContextManager[Any] = threading.RLock() if self.in_memory else nullcontext()
        self._idle: list[Any] = []
        weakref.finalize(self, _close, self.engine, self._idle)
        self._prepared: dict[Executable, tuple[str, list[str] | None, dict[str, Any]]] = {}

    def rows(self, statement: Executable, values: Mapping[str, Any]) -> list[Row]:
        """What one statement finds.

        The short way: it is compiled once and handed to the driver as text, which takes a tenth of SQLAlchemy's way.
        So booleans and JSON come as the driver has them.
        """
        text, order, fixed = self._prepared.get(statement) or self._prepare(statement)
        given = {**fixed, **values}
        parameters = given if order is None else [given[name] for name in order]
        with self._alone:
            driver = self._idle.pop() if self._idle else self._connect()
            try:
                found: list[Row] = driver.execute(text, parameters).fetchall()
            except self.errors:
                if not self._is_closed(driver):
                    raise
                self._idle.clear()  # the server went away, and may be there again
                driver = self._connect()
                found = driver.execute(text, parameters).fetchall()
            finally:
                if not self._is_closed(driver):
                    self._idle.append(driver)
        return found

    def disconnect(self) -> None:
        """Close every connection; the next use opens one again. A database in memory is gone then."""
        _close(self.engine, self._idle)

    def can_hold(self, values: Iterable[Any]) -> bool:
        """Whether values can be in the database at all: PostgreSQL has no text with a null character."""
        if self.engine.dialect.name != "postgresql":
            return True
        parts = (part for value in values for part in (value if isinstance(value, tuple) else (value,)))
        return not any("\0" in part for part in parts if isinstance(part, str))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment."""
        with self._alone, self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, *, alone: bool = False) -> Iterator[Connection]:
        """A transaction that is done as a whole, or, when an exception leaves it, not at all.

        One that wants to be alone waits for others of its kind. SQLite lets one write at a time anyway.
        """
        with self._alone, self.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            if alone and self.engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(ALONE)))
            yield connection

    @staticmethod
    def _is_closed(driver: Any) -> bool:
        return bool(getattr(driver, "closed", False))  # SQLite's has no such thing, and is never closed by others

    @cached_property
    def errors(self) -> tuple[type[Exception], ...]:
        """What is raised when the database cannot do what is asked."""
        return SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error

    def reason(self, error: Exception) -> str:
        """What the driver says of an error, on one line and without a password."""
        said = " ".join(str(getattr(error, "orig", None) or error).split())
        password = self.engine.url.password
        return said.replace(str(password), "***") if password else said

    def _prepare(self, statement: Executable) -> tuple[str, list[str] | None, dict[str, Any]]:
        compiled = statement.compile(dialect=self.engine.dialect)  # type: ignore[attr-defined]
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        prepared = compiled.string, compiled.positiontup, fixed
        if len(self._prepared) >= MOST_PREPARED:
            self._prepared.clear()
        self._prepared[statement] = prepared
        return prepared

    def _connect(self) -> Any:
        """A connection of the driver's own, outside any transaction."""
        pooled = self.engine.raw_connection()
        driver: Any = pooled.driver_connection
        if not self.in_memory:
            pooled.detach()
        if self.engine.dialect.name == "postgresql":
            driver.autocommit = True
        return driver


def _close(engine: Engine, idle: list[Any]) -> None:
    while idle:
        idle.pop().close()
    engine.dispose()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return _postgresql(url)
    if url == MEMORY:
        engine = create_engine(
            url, hide_parameters=True, poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        engine = create_engine(
            url, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}
        )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: str) -> Engine:
    from psycopg.pq import Conninfo

    # What PostgreSQL's library takes from the environment, which a worker empties once it serves.
    known = {one.keyword.decode(): one.val.decode() for one in Conninfo.get_defaults() if one.envvar and one.val}
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def complete(_dialect: Any, _record: Any, _positional: Any, parameters: dict[str, Any]) -> None:
        for name, value in known.items():
            parameters.setdefault(name, value)

    return engine


def _set_up(driver: Any, _record: Any) -> None:
    driver.isolation_level = None  # transactions begin where `_begin` says
    driver.execute("PRAGMA journal_mode = WAL")  # does nothing to a database in memory


def _begin(connection: Connection) -> None:
    # A transaction that wants to write after it has read may find that another one wrote meanwhile, and fail.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
