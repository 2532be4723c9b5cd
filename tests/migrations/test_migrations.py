"""The migrations make exactly the schema that the code declares, on both databases, and can be taken back.

Catalogue dumps are compared: `alembic check` misses checks, and SQLite's batch mode drops triggers unseen.
"""

import importlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    Connection,
    Executable,
    MetaData,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis import migrations, tables
from tests.migrations.catalogue import dump
from tests.migrations.rows import BAD, row
from tests.support.databases import Databases, Kind
from tests.support.service import SERVICES, package_of
from tests.support.together import together

PACKAGES = [*SERVICES, "tests.support.counter"]
_REFUNDS = {"refund", "refund_approval", "refund_payment", "refund_withdrawal"}
_RECEIPTS = {"receipt", "receipt_reversal", "allocation", "allocation_move"}
_FUNDING = {"funding_decision", "funding_notice"}
GUARDED = {"payments": {"invoice", "deposit_use", "late_charge", *_RECEIPTS, *_REFUNDS, *_FUNDING}}


@pytest.fixture
def url(databases: Databases, kind: Kind) -> Iterator[str]:
    with databases.empty(kind) as made:
        yield made


@pytest.fixture
def second_url(databases: Databases, kind: Kind) -> Iterator[str]:
    with databases.empty(kind) as made:
        yield made


def declared(service: str) -> MetaData:
    metadata: MetaData = importlib.import_module(f"{package_of(service)}.app").SERVICE.metadata
    return metadata


def create(service: str, url: str) -> None:
    """The schema straight from what the code declares."""
    engine = create_engine(url)
    tables.metadata.create_all(engine)
    declared(service).create_all(engine)
    engine.dispose()


def up(service: str, url: str) -> None:
    migrations.upgrade(package_of(service), url)


def down(service: str, url: str) -> None:
    migrations.downgrade(package_of(service), url, "base")


def differences(first: list[tuple[str, ...]], second: list[tuple[str, ...]]) -> str:
    lines = [f"only migrated: {row}" for row in first if row not in second]
    return "\n".join([*lines, *(f"only declared: {row}" for row in second if row not in first)])


@pytest.mark.parametrize("service", PACKAGES)
def test_the_migrated_schema_is_the_declared_one(service: str, url: str, second_url: str) -> None:
    up(service, url)
    create(service, second_url)
    migrated = dump(url)
    assert migrated
    assert not differences(migrated, dump(second_url))


@pytest.mark.parametrize("service", PACKAGES)
def test_down_leaves_nothing_and_up_again_makes_the_same(service: str, url: str) -> None:
    empty = dump(url)
    up(service, url)
    first = dump(url)
    down(service, url)
    assert not differences(dump(url), empty)
    up(service, url)
    assert not differences(dump(url), first)


@pytest.mark.parametrize("service", PACKAGES)
def test_up_twice_is_up_once(service: str, url: str) -> None:
    up(service, url)
    first = dump(url)
    up(service, url)
    assert dump(url) == first


@contextmanager
def unbound(url: str) -> Iterator[Connection]:
    """A connection on which foreign keys do not count, so that one row can stand alone."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.mark.parametrize("service", PACKAGES)
def test_every_check_refuses_after_up_down_up(service: str, url: str) -> None:
    """Not only there: each is made to say no once, by name."""
    for step in (up, down, up):
        step(service, url)
    checks = {row[2] for row in dump(url) if row[0] == "check" or (row[0] == "constraint" and "CHECK (" in row[3])}
    assert checks == set(BAD[service]), "tests/migrations/rows.py has a row for each of them"
    for name, (table_name, changed) in BAD[service].items():
        table = declared(service).tables[table_name]
        with unbound(url) as connection:
            connection.execute(insert(table).values(**row(table)))
        with unbound(url) as connection, pytest.raises(IntegrityError) as refused:
            connection.execute(insert(table).values(**row(table, **changed)))
        assert re.search(rf"\b{name}\b", str(refused.value.orig)), refused.value


@pytest.mark.parametrize("service", PACKAGES)
def test_every_guarded_table_refuses_after_up_down_up(service: str, url: str, kind: Kind) -> None:
    """What a trigger keeps is neither changed nor deleted, one row or all of them."""
    for step in (up, down, up):
        step(service, url)
    guarded = {row[1] for row in dump(url) if row[0] == "trigger"}
    assert guarded == GUARDED.get(service, set())
    for name in guarded:
        table = declared(service).tables[name]
        changed = update(table).values({column.name: column for column in table.columns})
        attempts: list[Executable] = [
            changed,
            delete(table),
            *([text(f"TRUNCATE {name} CASCADE")] if kind == "postgresql" else []),
        ]
        for attempt in attempts:
            with unbound(url) as connection:
                connection.execute(insert(table).values(**row(table)))
                if kind == "postgresql":
                    connection.execute(text("SET session_replication_role = origin"))
                with pytest.raises(DBAPIError, match="is never changed or deleted"):
                    connection.execute(attempt)


def fill(service: str, url: str) -> set[str]:
    """One row in each table that the database has, each of whose references leads to another; the tables' names."""
    engine, filled = create_engine(url), dict[str, dict[str, Any]]()
    there = inspect(engine)
    with engine.begin() as connection:
        for table in declared(service).sorted_tables:
            if not there.has_table(table.name):
                continue
            values = row(table)
            for key in (key for key in table.foreign_keys if values[key.parent.name] is not None):
                values[key.parent.name] = filled.get(key.column.table.name, {}).get(key.column.name)
            if any(values[column.name] is None and not column.nullable for column in table.columns):
                continue  # it refers to what a first row does not have
            known = [table.c[column["name"]] for column in there.get_columns(table.name)]
            older = named_table(table.name, *(named_column(column.name, column.type) for column in known))
            connection.execute(insert(older).values({column.name: values[column.name] for column in known}))
            filled[table.name] = values
    engine.dispose()
    return set(filled)


@pytest.mark.parametrize("service", SERVICES)
def test_rows_stand_through_every_migration_and_back(service: str, url: str) -> None:
    """SQLite makes a table anew to change a constraint: what refers to it is neither lost nor in the way."""
    migrations.upgrade(package_of(service), url, "0001")
    names = fill(service, url)
    assert names

    def count() -> dict[str, int]:
        engine = create_engine(url)
        with engine.connect() as connection:
            found = {
                name: connection.execute(select(func.count()).select_from(named_table(name))).scalar_one()
                for name in names
            }
        engine.dispose()
        return found

    up(service, url)
    assert count() == dict.fromkeys(names, 1)
    migrations.downgrade(package_of(service), url, "0001")
    assert count() == dict.fromkeys(names, 1)


def test_money_of_an_individual_s_older_payments_account_counts_from_its_callable_day(url: str) -> None:
    migrations.upgrade(package_of("payments"), url, "0001")
    accounts = declared("payments").tables["contract_account"]
    engine = create_engine(url)
    known = {column["name"] for column in inspect(engine).get_columns(accounts.name)}
    older = named_table(accounts.name, *(named_column(name, accounts.c[name].type) for name in known))
    customer = {"customer_id": UUID(int=1)}
    with engine.begin() as connection:
        connection.execute(insert(declared("payments").tables["customer"]).values(**customer))
        for n, kind in enumerate(("individual", "company"), start=1):
            signed = {"customer": {"kind": kind}, "deposit": {"callable_on": "2026-03-24"}}
            values = row(accounts, contract_id=UUID(int=n), contract_number=f"C{n}", signed=signed, **customer)
            connection.execute(insert(older).values({name: values[name] for name in known}))
    up("payments", url)
    with engine.connect() as connection:
        found = connection.execute(select(accounts.c.money_from).order_by(accounts.c.contract_number)).scalars().all()
    engine.dispose()
    assert found == [date(2026, 3, 24), None]


def test_payments_invoices_issued_before_are_watched_from_the_day_after_they_were_due(url: str) -> None:
    migrations.upgrade(package_of("payments"), url, "0002")
    tables, engine = declared("payments").tables, create_engine(url)
    customer = UUID(int=1)
    signed: dict[str, Any] = {}
    invoice = row(tables["invoice"], customer_id=customer, contract_id=customer, series="F:x", due_on=date(2026, 3, 1))
    with engine.begin() as connection:
        older = named_table("customer", named_column("customer_id", tables["customer"].c.customer_id.type))
        connection.execute(insert(older).values(customer_id=customer))
        account = row(tables["contract_account"], contract_id=customer, customer_id=customer, signed=signed)
        connection.execute(insert(tables["contract_account"]).values(**account))
        connection.execute(insert(tables["document_series"]).values(**row(tables["document_series"], name="F:x")))
        for position, payer_kind in enumerate(("customer", "opco"), start=1):
            own = dict.fromkeys(("number", "sha256", "previous_sha256"), f"F{position}")
            values = {**invoice, **own, "position": position, "payer_kind": payer_kind}
            connection.execute(insert(tables["invoice"]).values(**values))
    up("payments", url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT kind, subject, due_on, clause, data, state FROM duty")).all()
    engine.dispose()
    (watched,) = found
    assert [str(value) for value in watched] == [
        "account-review",
        "F1",
        "2026-03-02",
        "3.4",
        f'{{"customer_id": "{customer}"}}',
        "pending",
    ]


def test_a_migration_that_breaks_a_reference_is_refused(tmp_path: Path) -> None:
    """On SQLite references are looked at before the commit, as they are not held meanwhile."""
    url = f"sqlite:///{tmp_path / 'contracts.db'}"
    migrations.upgrade("services.contracts", url, "0001")
    fill("contracts", url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM customer"))  # SQLite holds no reference unless asked to
    engine.dispose()
    with pytest.raises(RuntimeError, match="refer to nothing"):
        up("contracts", url)


def test_two_runners_at_once_migrate_once(url: str) -> None:
    together([lambda: up("catalog", url)] * 4)
    assert dump(url)


def test_two_services_never_share_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version that one left there would pass for the other's, whose tables would then be missing."""
    shared = tmp_path / "shared.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{shared}")
    with pytest.raises(SystemExit, match="a database of its own"):
        migrations.main(["services.catalog", "services.payments"])
    assert not shared.exists()

    monkeypatch.setenv("PAYMENTS_DATABASE_URL", f"sqlite:///{tmp_path / 'payments.db'}")
    migrations.main(["services.catalog", "services.payments"])
    assert shared.exists() and (tmp_path / "payments.db").exists()


def test_a_database_waits_until_it_has_the_newest_version(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pod of a new release starts behind its migrations; one of the release before goes on after them."""
    counter = Path(__file__).parents[1] / "support" / "counter" / "migrations"
    shutil.copytree(counter, tmp_path / "next_release" / "migrations")
    added = 'revision = "0002"\ndown_revision = "0001"\n\n\ndef upgrade() -> None:\n    pass\n'
    (tmp_path / "next_release" / "migrations" / "versions" / "0002_more.py").write_text(added)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    releases = ("tests.support.counter", "next_release")

    assert [migrations.is_current(package, url) for package in releases] == [False, False]
    migrations.main(["tests.support.counter"])
    assert [migrations.is_current(package, url) for package in releases] == [True, False]
    with pytest.raises(SystemExit, match="next_release: the database waits for its migrations"):
        migrations.main(["--check", "next_release"])
    migrations.main(["next_release"])
    assert [migrations.is_current(package, url) for package in releases] == [True, True]


def test_a_database_that_nobody_named_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "CATALOG_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit, match="CATALOG_DATABASE_URL or DATABASE_URL"):
        migrations.main(["services.catalog"])
