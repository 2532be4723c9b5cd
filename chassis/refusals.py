"""What rules and the database raise becomes problem+json: the part of the table that a service adds."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from sqlalchemy import MetaData, UniqueConstraint
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, TimeoutError

from chassis.idempotency import Replayed
from chassis.problem_handlers import answer
from chassis.problems import Invalid, Problem, Unavailable
from chassis.values.refusals import Refused

Constraints = Mapping[str, Callable[[], Exception]]
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
_SQLITE_NAMED = re.compile(r"CHECK constraint failed: (\w+)")


def install(app: FastAPI, metadata: MetaData, constraints: Constraints) -> None:
    """Register the handlers. `constraints` turns the name of a broken constraint into its refusal."""

    async def handle(request: Request, error: Exception) -> Response:
        return answer(request, _as_problem(error, metadata, constraints))

    for kind in (Refused, DataError, IntegrityError, OperationalError, TimeoutError):
        app.add_exception_handler(kind, handle)
    app.add_exception_handler(Replayed, _on_replayed)


async def _on_replayed(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Replayed):
        raise error
    return Response(error.body, error.status, {"Idempotency-Replayed": "true"}, "application/json")


def _as_problem(error: Exception, metadata: MetaData, constraints: Constraints) -> Problem:
    match error:
        case Problem():
            return error
        case Refused():
            facts: dict[str, Any] = dict(error.facts)
            return Problem(409, error.code, error.detail, error.clause, **facts)
        case IntegrityError():
            refusal = constraints.get(_constraint(error, metadata))
            if refusal is not None:
                return _as_problem(refusal(), metadata, {})
        case DataError():
            return Invalid("A value is longer or larger than can be kept.")
        case OperationalError() | TimeoutError():
            return Unavailable("The database does not answer in time; send the request again.")
    raise error


def _constraint(error: IntegrityError, metadata: MetaData) -> str:
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if named:
        return str(named)
    message = str(error.orig)
    if match := _SQLITE_NAMED.search(message):
        return match[1]
    if match := _SQLITE_UNIQUE.search(message):
        return _unique_name(metadata, match[1])
    return ""


def _unique_name(metadata: MetaData, listed: str) -> str:
    """SQLite names the columns of a broken unique constraint; the metadata know its name."""
    columns = [column.strip().partition(".") for column in listed.split(",")]
    table = metadata.tables.get(columns[0][0])
    if table is None:
        return ""
    wanted = [name for _, _, name in columns]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and [c.name for c in constraint.columns] == wanted:
            return str(constraint.name)
    for index in table.indexes:
        if index.unique and [c.name for c in index.columns] == wanted:
            return str(index.name)
    return ""
