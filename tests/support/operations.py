"""The routes and operations of an application, those that its OpenAPI leaves out too."""

from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute


def routes(app: FastAPI) -> list[APIRoute]:
    """Every route that FastAPI serves for this application."""
    return _below(app.router)


def _below(router: APIRouter) -> list[APIRoute]:
    found = []
    for route in router.routes:
        if isinstance(route, APIRoute):
            found.append(route)
        elif isinstance(included := getattr(route, "original_router", None), APIRouter):
            found += _below(included)
    return found


@dataclass(frozen=True)
class Operation:
    """One method on one path, and the roles that its declaration lets in (empty: anybody, without a look)."""

    method: str
    path: str
    roles: frozenset[str]

    @property
    def name(self) -> str:
        """As the matrix writes it."""
        return f"{self.method} {self.path}"


def operations(app: FastAPI) -> list[Operation]:
    """Every operation of the application."""
    return [
        Operation(method, route.path, frozenset((route.openapi_extra or {}).get("x-roles", ())))
        for route in routes(app)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
