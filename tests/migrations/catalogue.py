"""What a database says of its own schema, read from its catalogue in a form that can be compared."""

import re
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url

from tests.support.databases import libpq_url

BOOKKEEPING = "alembic_version"

# Names that PostgreSQL 18 gives to NOT NULL constraints are left out: columns say it.
_POSTGRESQL = {
    "column": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, col.collname,
               regexp_replace(coalesce(pg_get_expr(d.adbin, d.adrelid), ''), '\\s+', ' ', 'g')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN pg_collation col ON col.oid = a.attcollation
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraint": """
        SELECT c.relname, con.conname, pg_get_constraintdef(con.oid), con.condeferrable, con.convalidated
        FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND con.contype <> 'n'""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": """
        SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled::text
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal""",
    "function": """
        SELECT '', p.proname, pg_get_functiondef(p.oid)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'""",
    "other": """
        SELECT c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind NOT IN ('r', 'i')""",
    "extension": "SELECT '', extname FROM pg_extension",
}


def dump(url: str) -> list[tuple[str, ...]]:
    """Every table, column, check, unique, foreign key, index, trigger and function, sorted."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url)
        found = _sqlite(engine)
        engine.dispose()
    else:
        found = _postgresql(url)
    return sorted(row for row in found if row[1] != BOOKKEEPING)


def _postgresql(url: str) -> list[tuple[str, ...]]:
    with psycopg.connect(libpq_url(url)) as connection:
        return [
            (kind, *(str(value) for value in row))
            for kind, query in _POSTGRESQL.items()
            for row in connection.execute(query)
        ]


def _sqlite(engine: Engine) -> list[tuple[str, ...]]:
    seen = inspect(engine)
    rows: list[tuple[str, ...]] = []
    with engine.connect() as connection:
        objects = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master")).all()
    for kind, name, table, statement in objects:
        if kind == "table" and not name.startswith("sqlite_"):
            rows += _sqlite_table(seen, name, statement)
        elif kind in ("trigger", "view") or (kind == "index" and statement):
            rows.append((kind, table, name, _plain(statement)))
    return rows


def _sqlite_table(seen: Any, table: str, statement: str) -> list[tuple[str, ...]]:
    checks = seen.get_check_constraints(table)
    # The inspector reads checks by a pattern: none may escape it.
    assert len(checks) == len(re.findall(r"\bCHECK\b", statement)), f"a check of {table} was not read: {statement}"
    options = (re.search(r"\)([^)]*)$", statement) or [""])[1]
    rows: list[tuple[str, ...]] = [
        ("table", table, "AUTOINCREMENT" if "AUTOINCREMENT" in statement else "", _plain(options))
    ]
    for column in seen.get_columns(table):
        told = (column["name"], str(column["type"]), f"nullable={column['nullable']}", f"default={column['default']}")
        rows.append(("column", table, *told))
    primary = seen.get_pk_constraint(table)
    rows.append(("primary key", table, str(primary["name"]), str(primary["constrained_columns"])))
    rows += [("check", table, str(check["name"]), _plain(check["sqltext"])) for check in checks]
    for unique in seen.get_unique_constraints(table):
        rows.append(("unique", table, str(unique["name"]), str(unique["column_names"])))
    for key in seen.get_foreign_keys(table):
        target = f"{key['referred_table']}({key['referred_columns']}) {key['options']}"
        rows.append(("foreign key", table, str(key["name"]), f"{key['constrained_columns']} -> {target}"))
    return rows


def _plain(statement: str) -> str:
    return re.sub(r"\s+", " ", statement.replace('"', "")).strip()
