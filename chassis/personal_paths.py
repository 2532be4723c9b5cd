"""The paths of declarations, followed: over tables in SQL, inside a row in Python (chassis/personal_data.py)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, Uuid
from sqlalchemy import type_coerce as as_type

from chassis.personal_matches import Subject
from chassis.values.money import Money
from chassis.values.names import fold

_PART = re.compile(r"([^.\[\]]+)|\[(\w*)\]")
Row = Mapping[str, Any]


def join(table: FromClause, step: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The table that a step goes to, and the columns (theirs, ours) that it goes by."""
    if "(" in step:
        name, _, pairs = step.rstrip(")").partition("(")
        return name, tuple((theirs, ours) for theirs, _, ours in (pair.partition("=") for pair in pairs.split(",")))
    (key,) = table.c[step].foreign_keys
    return key.column.table.name, ((key.column.name, step),)


def is_id(table: FromClause, path: str, key: str) -> ColumnElement[bool]:
    """Whether the value at the path is the id; in JSON, whether the text holds it: `pick` then looks closer."""
    steps = _PART.findall(path)
    column = table.c[steps[0][0]]
    if len(steps) > 1:
        held: ColumnElement[bool] = as_type(column, Text).contains(key, autoescape=True)
        return held
    named: ColumnElement[bool] = column == (UUID(key) if isinstance(column.type, Uuid) else key)
    return named


def pick(row: Row, path: str, subject: Subject | None) -> Any:
    """What the path leads to in this row: one value, or a list of those that are there where it goes over a list."""
    (column, _), *steps = _PART.findall(path)
    values, is_list = [row[column]], False
    for name, key in steps:
        if name:
            values = [value.get(name) if isinstance(value, Mapping) else None for value in values]
        else:
            is_list = True
            values = [item for value in values for item in value or () if not key or _owns(item, key, subject)]
    return values if is_list else values[0]


def own_items(path: str) -> str | None:
    """The items of the list that bear the person's id, or name, where the path goes over a list to ids; else None."""
    items, is_list, key = path.rpartition("[].")
    return f"{items}[{key}]" if is_list else None


def ready(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Money) else value


def _owns(item: Any, key: str, subject: Subject | None) -> bool:
    if not isinstance(item, Mapping) or subject is None:
        return False
    if not subject.is_without_id:
        return str(item.get(key)) == subject.key
    # Whoever has an id is known by it, and not by the name that they may share.
    return item.get(key) is None and bool(subject.name) and fold(_full_name(item)) == subject.name


def _full_name(item: Mapping[str, Any]) -> str:
    return str(item.get("name") or f"{item.get('given_name') or ''} {item.get('family_name') or ''}")
