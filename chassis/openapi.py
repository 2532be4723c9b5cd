"""What the OpenAPI document of every part says besides its routes: the bearer scheme, and the problems they answer.

The one home of declared problems: a route declares its success, and what it asks for says how it may be refused.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI

from chassis.auth import Role
from chassis.problems import MEDIA_TYPE

Document = dict[str, Any]

_SCHEMAS: Final = "#/components/schemas/"
_RESPONSES: Final = "#/components/responses/"
_FASTAPIS_OWN: Final = ("HTTPValidationError", "ValidationError")
_PROBLEM: Final = {
    "title": "Problem",
    "description": "RFC 9457. `clause`: the clause or article that a refusal rests on; other members name its facts.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "pattern": "^/problems/[a-z0-9-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "clause": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["at", "detail"],
                "properties": {"at": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_BY_HEADER: Final = {
    "if-match": (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED),
    "idempotency-key": (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT),
}


def file_answer(media_type: str) -> dict[int | str, dict[str, Any]]:
    """A route's `responses` where its success is a file."""
    return {int(HTTPStatus.OK): {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}}


def problem_answer(status: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """A route's `responses` where it may be refused in a way that nothing it asks for tells of."""
    schema = {"$ref": f"{_SCHEMAS}Problem"}
    return {int(status): {"description": status.phrase, "content": {MEDIA_TYPE: {"schema": schema}}}}


def complete(app: FastAPI) -> None:
    """Let the application's document name the bearer scheme, and each operation's problems."""
    described = app.openapi

    def openapi() -> Document:
        document = described()
        components = document.setdefault("components", {})
        components.setdefault("securitySchemes", {})["bearer"] = {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
        }
        for item in document.get("paths", {}).values():
            for operation in item.values():
                _declare_unchanged(operation)
                declare(document, operation, _refusals(operation))
        for name in _FASTAPIS_OWN:
            components.get("schemas", {}).pop(name, None)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the document


def declare(document: Document, operation: Document, statuses: Iterable[HTTPStatus]) -> None:
    """Declare problems of these statuses on an operation of the document."""
    components = document["components"]
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    for status in statuses:
        name = status.phrase.replace(" ", "")
        components.setdefault("responses", {})[name] = {
            "description": status.phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}},
        }
        operation["responses"][str(int(status))] = {"$ref": f"{_RESPONSES}{name}"}


def _refusals(operation: Document) -> set[HTTPStatus]:
    has_body = "requestBody" in operation
    found = {HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE}
    found.update(status for name in _headers(operation) for status in _BY_HEADER.get(name, ()))
    # What everybody may ask for may hold what only some may say.
    if has_body or Role.VISITOR not in operation.get("x-roles", (Role.VISITOR,)):
        found.add(HTTPStatus.FORBIDDEN)
    if has_body:
        found |= {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    if has_body or operation.get("parameters"):
        found |= {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    return found


def _declare_unchanged(operation: Document) -> None:
    if "if-none-match" in _headers(operation):
        operation["responses"][str(int(HTTPStatus.NOT_MODIFIED))] = {"description": HTTPStatus.NOT_MODIFIED.phrase}


def _headers(operation: Document) -> set[str]:
    return {each["name"].lower() for each in operation.get("parameters", ()) if each["in"] == "header"}
