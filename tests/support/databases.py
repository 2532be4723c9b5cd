"""A database of its own for each test, copied from a template that is made once a process.

A template is what a service's migrations make (or whatever another builder makes). PostgreSQL copies it with
`CREATE DATABASE … TEMPLATE … STRATEGY file_copy`, SQLite by copying the file: about ten milliseconds both.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql
from sqlalchemy import make_url

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
Build = Callable[[str], None]


class Databases:
    """Templates and their copies. `server_url` is asked for when PostgreSQL is first needed."""

    def __init__(self, folder: Path, server_url: Callable[[], str], run: str) -> None:
        self._folder = folder
        self._server_url = server_url
        self._prefix = f"test_{run}_{os.getpid()}"
        self._templates: dict[tuple[str, Kind], str] = {}
        self._made = 0
        self._admin: psycopg.Connection | None = None

    @contextmanager
    def fresh(self, name: str, kind: Kind, build: Build) -> Iterator[str]:
        """The URL of a new copy of the template `name`, dropped on leaving; `build` fills the template."""
        if (name, kind) not in self._templates:
            template = self._create(kind)
            build(template)
            _at_rest(template)
            self._templates[name, kind] = template
        url = self._create(kind, self._templates[name, kind])
        try:
            yield url
        finally:
            self._drop(url)

    @contextmanager
    def empty(self, kind: Kind) -> Iterator[str]:
        """The URL of a new database with nothing in it, dropped on leaving."""
        url = self._create(kind)
        try:
            yield url
        finally:
            self._drop(url)

    def close(self) -> None:
        """Drop the templates too, and let go of the connection that made them."""
        for template in self._templates.values():
            self._drop(template)
        self._templates.clear()
        if self._admin is not None:
            self._admin.close()
            self._admin = None

    def _create(self, kind: Kind, template: str | None = None) -> str:
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        if kind == "sqlite":
            path = self._folder / f"{name}.sqlite3"
            if template:
                shutil.copyfile(str(make_url(template).database), path)
            return f"sqlite:///{path}"
        copied = (
            sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(_name(template))) if template else None
        )
        self._administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + (copied or sql.SQL("")))
        return make_url(self._server_url()).set(database=name).render_as_string(hide_password=False)

    def _drop(self, url: str) -> None:
        if make_url(url).get_backend_name() == "sqlite":
            for path in self._folder.glob(f"{Path(_name(url)).name}*"):
                path.unlink()
            return
        self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name(url))))

    def _administer(self, statement: sql.Composed) -> None:
        if self._admin is None:
            self._admin = psycopg.connect(libpq_url(self._server_url()), autocommit=True)
        self._admin.execute(statement)


def libpq_url(url: str) -> str:
    """A SQLAlchemy URL of PostgreSQL as psycopg itself wants it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _name(url: str) -> str:
    name = make_url(url).database
    assert name is not None
    return name


def _at_rest(template: str) -> None:
    """SQLite keeps what was written last beside the file; bring all of it into the file that is copied."""
    if make_url(template).get_backend_name() == "sqlite":
        with closing(sqlite3.connect(_name(template))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
