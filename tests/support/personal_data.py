"""What the privacy desk asks of a service, and what must hold of the declarations against real rows."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from sqlalchemy import select

from chassis.auth import Role
from chassis.columns import JsonText
from chassis.personal_data import TableHolds
from tests.support.client import ok
from tests.support.service import ServiceUnderTest

Subject = dict[str, str]


def matches(api: ServiceUnderTest, **known: str) -> list[dict[str, Any]]:
    """The candidates for a person known by this."""
    body = ok(api.client(Role.SERVICE).post(f"/v1/personal-data/{api.service.name}/matches", json=known))
    assert body["truncated"] is False
    found: list[dict[str, Any]] = body["matches"]
    return found


def records(api: ServiceUnderTest, *subjects: Subject) -> dict[str, Any]:
    """Everything held about these people."""
    asked = {"subjects": list(subjects)}
    found: dict[str, Any] = ok(
        api.client(Role.SERVICE).post(f"/v1/personal-data/{api.service.name}/records", json=asked)
    )
    return found


def told(found: Mapping[str, Any], table: str) -> dict[str, Any]:
    """The values of all records of a table, later rows over earlier ones."""
    return {
        path: value
        for record in found["records"]
        if record["table"] == table
        for path, value in record["values"].items()
    }


def without_files(found: Mapping[str, Any]) -> str:
    """All that an answer says, as one text to look for names in."""
    return json.dumps(found["records"], ensure_ascii=False)


def undeclared(api: ServiceUnderTest) -> set[str]:
    """Values inside the JSON columns of this database's rows that no declaration speaks of."""
    declarations = import_module(f"services.{api.service.name}.personal_data").DECLARATIONS
    return {path for declared in declarations for path in _undeclared(api, declared)}


def _undeclared(api: ServiceUnderTest, declared: TableHolds) -> Iterator[str]:
    table = api.service.metadata.tables[declared.table]
    said = [*declared.none, *(field.path for holding in declared.holdings for field in holding.fields)]
    said += [holding.link.path for holding in declared.holdings] + [
        holding.link.named or "" for holding in declared.holdings
    ]
    plain = {re.sub(r"\[\w*\]", "[]", path) for path in said}
    for column in (column for column in table.columns if isinstance(column.type, JsonText)):
        with api.platform.reading() as session:
            written = session.connection().execute(select(column).where(column.is_not(None))).scalars().all()
        for value in written:
            for path in _leaves(value, column.name):
                if not any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in plain):
                    yield f"{declared.table}: {path}"


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, f"{path}[]")
    elif value is not None:
        yield path
