"""Runs a service's alembic migrations, the same set on both databases, one runner at a time.

Command line: `python -m chassis.migrations services.catalog [services.contracts …]` upgrades each to its
newest version in the database that <NAME>_DATABASE_URL, or DATABASE_URL, names. With `--check` before the packages it
changes nothing, and ends with 1 where a database still waits for a version that this code brings.
"""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text

from chassis.columns import new_metadata
from chassis.database import Database

_CHECK = "--check"
_LOCK = 7_302_114  # any number that every runner agrees on


def _config(package: str) -> Config:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not a package of this checkout")
    config = Config()
    config.set_main_option("script_location", str(Path(spec.submodule_search_locations[0]) / "migrations"))
    return config


def upgrade(package: str, url: str, revision: str = "head") -> None:
    """Bring the database up to a version of the package's migrations."""
    _run(package, url, lambda config: command.upgrade(config, revision))


def downgrade(package: str, url: str, revision: str) -> None:
    """Bring the database down to a version; "base" is empty."""
    _run(package, url, lambda config: command.downgrade(config, revision))


def is_current(package: str, url: str) -> bool:
    """Whether the database has the newest version of the package, or one that only later code knows.

    Later code's migrations leave a database on which this code still works: they expand, and contract a release later.
    """
    script = ScriptDirectory.from_config(_config(package))
    database = Database(url, connections=1)
    try:
        with database.reading() as session:
            version = MigrationContext.configure(session.connection()).get_current_revision()
    finally:
        database.close()
    older = {revision.revision for revision in script.walk_revisions()} - set(script.get_heads())
    return version is not None and version not in older


def _run(package: str, url: str, step: Callable[[Config], None]) -> None:
    database = Database(url, connections=1)
    config = _config(package)
    if database.is_sqlite:
        event.listen(database.engine, "connect", _let_tables_be_made_anew)
    try:
        with database.writing() as session:
            connection = session.connection()
            if not database.is_sqlite:
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config.attributes["connection"] = connection
            step(config)
            if database.is_sqlite:
                _check_references(connection)
    finally:
        database.close()


def _let_tables_be_made_anew(connection: Any, _record: object) -> None:
    """SQLite changes a constraint by copying the table and dropping the old one, which its children still name."""
    connection.execute("PRAGMA foreign_keys=OFF")


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"the migration would leave rows that refer to nothing: {broken[:5]}")


def run_in_environment() -> None:
    """What each service's migrations/env.py calls: run the versions inside the runner's transaction."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=new_metadata(), transactional_ddl=False)
    context.run_migrations()


def main(arguments: list[str]) -> None:
    """Upgrade or check each package's database; exits, before anything is changed, where two would share one."""
    packages = [argument for argument in arguments if argument != _CHECK]
    urls = {package: _url_of(package) for package in packages}
    if len(set(urls.values())) < len(urls):
        # The version that one service left there would pass for the other's.
        raise SystemExit("settings: each service has a database of its own; name one service, or <NAME>_DATABASE_URL")
    for package, url in urls.items():
        if _CHECK not in arguments:
            upgrade(package, url)
        elif not is_current(package, url):
            raise SystemExit(f"{package}: the database waits for its migrations")
        print(f"{package}: up to date")


def _url_of(package: str) -> str:
    name = package.rpartition(".")[2].upper()
    url = environ.get(f"{name}_DATABASE_URL") or environ.get("DATABASE_URL")
    if url is None:
        raise SystemExit(f"settings: {name}_DATABASE_URL or DATABASE_URL is needed")
    return url


if __name__ == "__main__":
    main(sys.argv[1:])
