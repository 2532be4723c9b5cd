"""One OpenAPI 3.1 document for the whole API, gathered from the services' own."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
from time import monotonic
from typing import Any, Final

from chassis.openapi import declare
from chassis.problems import Problem
from gateway.routes import owner
from gateway.upstreams import Upstreams, refused

Document = dict[str, Any]

_FRESH_SECONDS = 5.0
_DEADLINE_SECONDS = 5.0
OWN: Final = "gateway"
_SCHEMA_REF: Final = "#/components/schemas/"
# What the gateway answers in any service's place.
_OWN_PROBLEMS: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.GATEWAY_TIMEOUT,
)
_INFO: Final = {
    "title": "Training provider platform",
    "version": "1",
    "description": "Courses, contracts, money and privacy of a training provider. Errors are RFC 9457 problems.",
}


class Gathered:
    """The merged document; a service that is away keeps the part that it last gave."""

    def __init__(self, upstreams: Upstreams, own: Callable[[], Document]) -> None:
        self._upstreams = upstreams
        self._own = own
        self._parts: dict[str, Document] = {}
        self._merged: Document = {}
        self._until = 0.0

    async def document(self) -> Document:
        """The document, at most 5 s old; the service's problem where it has never given its part."""
        if monotonic() >= self._until:
            await self._upstreams.each(self._refresh)
            self._merged = merge({**self._parts, OWN: self._own()})
            self._until = monotonic() + _FRESH_SECONDS
        return self._merged

    async def _refresh(self, service: str) -> Document:
        try:
            answer = await self._upstreams.ask(service, "GET", "/openapi.json", seconds=_DEADLINE_SECONDS)
            if not answer.is_success:
                raise refused(service, "GET", "/openapi.json", answer)
            self._parts[service] = json.loads(answer.body)
        except (Problem, ValueError):
            if service not in self._parts:
                raise
        return self._parts[service]


def merge(parts: Mapping[str, Document]) -> Document:
    """One document of the services' parts.

    Of each service only the paths that the gateway sends to it are kept. Schemas that are the same share their
    name; a name, or an operation id, that stands for different things carries its service in front.
    """
    public = {service: _public(service, part) for service, part in parts.items()}
    clashing = _clashing_schemas(public)
    operations = _clashing_operations(public)
    merged: Document = {"openapi": "3.1.0", "info": dict(_INFO), "paths": {}, "components": {}}
    for service, part in public.items():
        renamed = _renamed(part, service, clashing)
        for path, item in renamed["paths"].items():
            merged["paths"].setdefault(path, _with_operation_ids(item, service, operations))
        for kind, entries in renamed["components"].items():
            merged["components"].setdefault(kind, {}).update(entries)
    merged["paths"] = dict(sorted(merged["paths"].items()))
    for item in merged["paths"].values():
        for operation in _operations(item).values():
            declare(merged, operation, _OWN_PROBLEMS)
    return merged


def _public(service: str, part: Document) -> Document:
    paths = {path: item for path, item in part.get("paths", {}).items() if _is_public(service, path)}
    return {"paths": paths, "components": part.get("components", {})}


def _is_public(service: str, path: str) -> bool:
    return service == OWN or owner(path) == service


def _schemas(part: Document) -> dict[str, Any]:
    schemas: dict[str, Any] = part["components"].get("schemas", {})
    return schemas


def _clashing_schemas(parts: Mapping[str, Document]) -> frozenset[str]:
    """The names that stand for different schemas, or for the same one over schemas that differ."""
    forms: dict[str, set[str]] = {}
    for part in parts.values():
        for name, schema in _schemas(part).items():
            forms.setdefault(name, set()).add(json.dumps(schema, sort_keys=True))
    shared = Counter(name for part in parts.values() for name in _schemas(part))
    clashing = {name for name, found in forms.items() if len(found) > 1}
    while True:
        more = {
            name
            for name, found in forms.items()
            if name not in clashing
            and shared[name] > 1
            and any(f'"{_SCHEMA_REF}{other}"' in form for form in found for other in clashing)
        }
        if not more:
            return frozenset(clashing)
        clashing |= more


def _operations(item: Document) -> dict[str, Document]:
    return {method: entry for method, entry in item.items() if isinstance(entry, dict) and "operationId" in entry}


def _clashing_operations(parts: Mapping[str, Document]) -> frozenset[str]:
    counted = Counter(
        entry["operationId"]
        for part in parts.values()
        for item in part["paths"].values()
        for entry in _operations(item).values()
    )
    return frozenset(name for name, times in counted.items() if times > 1)


def _renamed(part: Document, service: str, clashing: frozenset[str]) -> Document:
    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {key: new_ref(value) if key == "$ref" else walk(value) for key, value in node.items()}

    def new_ref(ref: Any) -> Any:
        name = ref.removeprefix(_SCHEMA_REF) if isinstance(ref, str) else ""
        return f"{_SCHEMA_REF}{service}_{name}" if name in clashing else ref

    walked: Document = walk(part)
    components = dict(walked["components"])
    if "schemas" in components:
        components["schemas"] = {
            f"{service}_{name}" if name in clashing else name: schema for name, schema in components["schemas"].items()
        }
    return {"paths": walked["paths"], "components": components}


def _with_operation_ids(item: Document, service: str, clashing: frozenset[str]) -> Document:
    renamed = dict(item)
    for method, entry in _operations(item).items():
        if entry["operationId"] in clashing:
            renamed[method] = {**entry, "operationId": f"{service}_{entry['operationId']}"}
    return renamed
