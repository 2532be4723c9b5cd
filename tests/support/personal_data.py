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
from chassis.personal_views import RecordsView
from services.gdpr.documents.package import PackageDocument, package_pdf
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
    """Everything held about these people, which is checked to print as well."""
    asked = {"subjects": list(subjects)}
    found: dict[str, Any] = ok(
        api.client(Role.SERVICE).post(f"/v1/personal-data/{api.service.name}/records", json=asked)
    )
    _check_printable(RecordsView.model_validate(found))
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


def undeclared_of(service: str, table: str, column: str, schema: Mapping[str, Any]) -> set[str]:
    """Values that a JSON column may hold by its model, played or not, and that no declaration speaks of."""
    declarations = import_module(f"services.{service}.personal_data").DECLARATIONS
    (declared,) = [each for each in declarations if each.table == table]
    return {path for path in _schema_leaves(schema, schema, column) if not _is_said(declared, path)}


def _check_printable(part: RecordsView) -> None:
    """What a service really answers, whatever its JSON columns hold, can be handed over on paper."""
    day = part.as_of.date()
    document = PackageDocument(
        controller="Fournisseur",
        officer="dpo@example.org",
        transfers="Aucun transfert.",
        reference="reference",
        name="Zoé Durand",
        received_on=day,
        made_on=day,
        holds_nothing=False,
        parts=[part],
        files=[],
    )
    assert package_pdf(document).startswith(b"%PDF")


def _undeclared(api: ServiceUnderTest, declared: TableHolds) -> Iterator[str]:
    table = api.service.metadata.tables[declared.table]
    for column in (column for column in table.columns if isinstance(column.type, JsonText)):
        with api.platform.reading() as session:
            written = session.connection().execute(select(column).where(column.is_not(None))).scalars().all()
        for value in written:
            for path in _leaves(value, column.name):
                if not _is_said(declared, path):
                    yield f"{declared.table}: {path}"


def _is_said(declared: TableHolds, path: str) -> bool:
    """Whether the path, or what it is part of, is declared."""
    said = [*declared.none]
    for holding in declared.holdings:
        said += [holding.link.path, holding.link.named or "", *(field.path for field in holding.fields)]
    plain = {re.sub(r"\[\w*\]", "[]", one) for one in said}
    return any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in plain)


def _schema_leaves(whole: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _schema_leaves(whole, one, path)
    elif "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from _schema_leaves(whole, inner, f"{path}.{name}")
    elif schema.get("type") == "array":
        for inner in (schema.get("items", {}), *schema.get("prefixItems", ())):
            yield from _schema_leaves(whole, inner, f"{path}[]")
    elif schema.get("type") != "null":
        yield path


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, f"{path}[]")
    elif value is not None:
        yield path
