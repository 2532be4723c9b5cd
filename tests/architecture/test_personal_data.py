"""Every column of every table says what it holds about people, and nothing is declared that is not there."""

import importlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Column, MetaData, Table, Uuid

from chassis import own_personal_data, tables
from chassis.columns import JsonText
from chassis.personal_data import (
    INVOICES,
    ONLINE_CONTRACTS,
    PROSPECTS,
    RELATIONSHIP,
    Category,
    Field,
    Holding,
    Link,
    People,
    Source,
    TableHolds,
    column_of,
    holds,
)
from services.contracts.domain import statutory
from services.contracts.domain.terms import Terms, in_force
from tests.architecture.source import SERVICES

Declared = Sequence[TableHolds]
OWNERS = ("chassis", *SERVICES)
MONTHS = 12


def of(owner: str) -> tuple[MetaData, Declared]:
    """The owner's tables, and what it declares of them."""
    if owner == "chassis":
        return tables.metadata, own_personal_data.DECLARATIONS
    service = importlib.import_module(f"services.{owner}.app").SERVICE
    return service.metadata, importlib.import_module(f"services.{owner}.personal_data").DECLARATIONS


def gaps(metadata: MetaData, declarations: Declared) -> list[str]:
    """What to write, or to take away, in the owner's personal_data.py: one line for each."""
    by_table = {declared.table: declared for declared in declarations}
    found = [f"{name}: declared twice" for name in by_table if sum(d.table == name for d in declarations) > 1]
    found += [f"{name}: declared, and no such table" for name in by_table if name not in metadata.tables]
    for name, table in sorted(metadata.tables.items()):
        if name not in by_table:
            found.append(f"{name}: not declared ({', '.join(column.name for column in table.columns)})")
        else:
            found += _column_gaps(table, by_table[name])
    return found


def _column_gaps(table: Table, declared: TableHolds) -> list[str]:
    columns, said = {column.name for column in table.columns}, set(declared.columns())
    values = {field.path for holding in declared.holdings for field in holding.fields}
    return [
        *(f"{table.name}.{column}: not declared" for column in sorted(columns - said)),
        *(f"{table.name}.{column}: declared, and no such column" for column in sorted(said - columns)),
        *(
            f"{table.name}.{path}: declared to hold nothing, and something"
            for path in sorted(values & {*declared.none})
        ),
    ]


def lost(metadata: MetaData, declarations: Declared) -> list[str]:
    """Paths that no row could follow: a step over what is no foreign key, a value inside a plain column."""
    found = []
    for declared in declarations:
        table = metadata.tables[declared.table]
        for holding in declared.holdings:
            for path in (holding.link.path, holding.since or "", *_led_to(holding)):
                found += [f"{declared.table}: {path}: {fault}" for fault in _faults(metadata, table, path)]
            for path in (holding.link.named or "", *(field.path for field in holding.fields)):
                found += [f"{declared.table}: {path}: {fault}" for fault in _faults(metadata, table, path)]
    return found


def _led_to(holding: Holding) -> list[str]:
    longer = [holding.longer.since, *holding.longer.amounts] if holding.longer else []
    return [
        holding.link.without_id or "",
        *longer,
        *(path or "" for field in holding.fields for path in (field.names, field.party)),
    ]


def _faults(metadata: MetaData, table: Table, path: str) -> list[str]:
    step, _, rest = path.partition("/")
    if "(" in step:
        name, _, pairs = step.rstrip(")").partition("(")
        other = metadata.tables.get(name)
        if other is None:
            return [f"there is no table {name}"]
        named = [pair.partition("=")[::2] for pair in pairs.split(",")]
        missing = [one for theirs, ours in named for one, at in ((theirs, other), (ours, table)) if one not in at.c]
        return [f"there is no column {one}" for one in missing] or _faults(metadata, other, rest)
    column = table.c.get(column_of(step))
    if column is None:
        return [] if not step else [f"{table.name} has no such column"]
    if rest:
        keys = list(column.foreign_keys)
        return _faults(metadata, keys[0].column.table, rest) if len(keys) == 1 else [f"{step} is no foreign key"]
    return [f"{step} is inside a column that is not JSON"] if step != column.name and not _is_json(column) else []


def _is_json(column: Column[object]) -> bool:
    return isinstance(column.type, JsonText)


@pytest.mark.parametrize("owner", OWNERS)
def test_every_column_says_what_it_holds_about_people(owner: str) -> None:
    found = gaps(*of(owner))
    assert not found, "\n".join([f"to be mended in the personal_data.py of {owner}:", *found])


@pytest.mark.parametrize("owner", OWNERS)
def test_every_declaration_leads_from_its_row(owner: str) -> None:
    found = lost(*of(owner))
    assert not found, "\n".join([f"paths of {owner} that lead nowhere:", *found])


@pytest.mark.parametrize("owner", OWNERS)
def test_what_is_declared_can_be_read_in_a_register(owner: str) -> None:
    _, declarations = of(owner)
    for declared in declarations:
        for holding in declared.holdings:
            for activity in holding.activities:
                assert activity.basis.letter in {"a", "b", "c", "d", "e", "f"}, declared.table
                assert activity.basis.ground, declared.table
                assert activity.purpose.title, declared.table
                assert activity.purpose.recipients, declared.table
            assert holding.fields, f"{declared.table}: holds nothing"


def test_one_purpose_reads_alike_wherever_it_is_named() -> None:
    holdings = (holding for owner in OWNERS for declared in of(owner)[1] for holding in declared.holdings)
    names = [purpose.name for purpose in {holding.activity.purpose for holding in holdings}]
    assert len(names) == len(set(names)), sorted(names)


def test_the_figures_are_those_of_the_terms_and_of_the_law() -> None:
    terms: Terms = in_force(statutory.INVOICE_YEARS.since.replace(year=2026))
    assert RELATIONSHIP.months == terms.personal_data_years * MONTHS
    assert PROSPECTS.months == statutory.PROSPECT_YEARS.value * MONTHS
    assert INVOICES.months == statutory.INVOICE_YEARS.value * MONTHS
    assert ONLINE_CONTRACTS.months == statutory.ONLINE_CONTRACT_YEARS.value * MONTHS


def a_table(*columns: str) -> MetaData:
    metadata = MetaData()
    Table("visitor", metadata, Column("id", Uuid, primary_key=True), *(Column(name, JsonText) for name in columns))
    return metadata


def about(*paths: str) -> Holding:
    activity = own_personal_data.MAILS
    fields = tuple(Field(path, Category.IDENTITY, "Nom") for path in paths)
    return Holding(Link(People.PERSON, "id"), activity, Source.PERSON, fields)


@pytest.mark.parametrize(
    ("columns", "declared", "gap"),
    [
        (["name"], [], "visitor: not declared (id, name)"),
        (["name"], [holds("visitor", "", none="id")], "visitor.name: not declared"),
        ([], [holds("visitor", "", about("name"))], "visitor.name: declared, and no such column"),
        ([], [holds("visitor", "", none="id"), holds("guest", "")], "guest: declared, and no such table"),
        (["name"], [holds("visitor", "", about("name"), none="name")],
         "visitor.name: declared to hold nothing, and something"),
    ],
)  # fmt: skip
def test_a_gap_is_named(columns: list[str], declared: Declared, gap: str) -> None:
    assert gaps(a_table(*columns), declared) == [gap]


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("name/id", "name is no foreign key"),
        ("id.name", "id.name is inside a column that is not JSON"),
        ("guest(id=id)/id", "there is no table guest"),
        ("visitor(guest=id)/id", "there is no column guest"),
    ],
)
def test_a_path_that_leads_nowhere_is_named(path: str, fault: str) -> None:
    holding = replace(about("name"), link=Link(People.PERSON, path))
    assert lost(a_table("name"), [holds("visitor", "", holding)]) == [f"visitor: {path}: {fault}"]
