"""One database a service: SQLite embedded or PostgreSQL, the same units of work on both.

The only module that commits. Writes on SQLite are `BEGIN IMMEDIATE` behind one lock of the process,
so that writers queue instead of polling; reads are a plain `BEGIN`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from sqlite3 import SQLITE_BUSY, OperationalError
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlmodel import Session

from chassis.problems import Unavailable

_BUSY_SECONDS = 10
_WRITES = {"writes": True}
# A waiting lock gives up before the gateway's deadline does, and says 503.
_POSTGRESQL_LIMITS = "-c lock_timeout=10s -c statement_timeout=20s -c idle_in_transaction_session_timeout=60s"


class Database:
    """The engine and its two ways in: `writing()` commits on leaving, `reading()` never writes."""

    def __init__(self, url: str, connections: int) -> None:
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite(url, connections) if self.is_sqlite else _postgresql(url, connections)
        self._writer = Lock()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose work is committed on leaving, or rolled back where anything raises."""
        if not self.is_sqlite:
            with self._transaction() as session:
                yield session
            return
        if not self._writer.acquire(timeout=_BUSY_SECONDS):
            raise Unavailable("The database is busy; send the request again.")
        try:
            with self._transaction() as session:
                yield session
        finally:
            self._writer.release()

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with Session(self.engine.execution_options(**_WRITES), expire_on_commit=False) as session:
            yield session
            try:
                session.commit()
            except BaseException:
                # A commit that failed leaves the connection in doubt; the pool must not hand it out again.
                session.invalidate()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to read in; whatever it changed is thrown away."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def insert_once(session: Session, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless its key stands already; whether it was inserted.

    Where another transaction is inserting the same key, PostgreSQL waits for its end.
    """
    backend = session.get_bind().dialect.name
    insert = sqlite.insert(table) if backend == "sqlite" else postgresql.insert(table)
    inserted = insert.values(**values).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return session.connection().execute(inserted).first() is not None


def _postgresql(url: str, connections: int) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=2,
        pool_pre_ping=True,
        hide_parameters=True,  # names and amounts stay out of the logs
        connect_args={"options": _POSTGRESQL_LIMITS, "connect_timeout": 5},
    )


def _sqlite(url: str, connections: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=2,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # pysqlite would open transactions by itself, and not where they belong.
        connection.isolation_level = None
        _keep_a_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _keep_a_wal(connection: Any) -> None:
    """Turn a new file's journal into a write-ahead log, which SQLite then remembers.

    The busy timeout does not cover this one statement: of several that open a new file at once, all but one
    are refused. An empty transaction, which it does cover, waits until the file is free to ask again.
    """
    deadline = monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except OperationalError as refused:
            if refused.sqlite_errorcode != SQLITE_BUSY or monotonic() > deadline:
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
