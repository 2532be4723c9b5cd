"""How every route is made: declared answers, plain handlers, dependencies that wait for nothing."""

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest
from fastapi import Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from chassis.app import create_app
from tests.architecture.source import SERVICES
from tests.support.operations import routes
from tests.support.service import sandbox_settings
from tests.support.tokens import IssuerKeys

# They await the raw body, and hand the work to a thread themselves.
READ_THE_RAW_BODY = {"take_event", "take_webhook"}
NO_WORK = {"healthz"}


@pytest.fixture(params=SERVICES)
def service_routes(request: pytest.FixtureRequest, tmp_path: Path) -> list[APIRoute]:
    package = f"services.{request.param}"
    service = importlib.import_module(f"{package}.app").SERVICE
    settings = importlib.import_module(f"{package}.settings").Settings
    app = create_app(service, sandbox_settings(settings, f"sqlite:///{tmp_path}/none.sqlite3", tmp_path), IssuerKeys())
    app.state.platform.stop()
    found = routes(app)
    assert len(found) > len(NO_WORK)
    return found


def dependencies(dependant: Dependant) -> Iterator[Dependant]:
    for inner in dependant.dependencies:
        yield inner
        yield from dependencies(inner)


def test_every_answer_is_declared(service_routes: list[APIRoute]) -> None:
    """Undeclared answers are neither checked nor in the API's description, and five times as slow."""
    for route in service_routes:
        answer = get_type_hints(route.endpoint).get("return")
        assert answer is not None, f"{route.path} declares no answer"
        plain = inspect.isclass(answer) and issubclass(answer, Response)
        assert plain or route.response_model is not None, f"{route.path} declares no answer"
        assert answer not in (dict, list, object), f"{route.path} answers anything"


def test_handlers_are_plain_functions(service_routes: list[APIRoute]) -> None:
    asynchronous = {route.endpoint.__name__ for route in service_routes if inspect.iscoroutinefunction(route.endpoint)}
    assert asynchronous <= READ_THE_RAW_BODY | NO_WORK


def test_dependencies_are_asynchronous_and_give_back_nothing_to_close(service_routes: list[APIRoute]) -> None:
    """A sync one costs a change of threads; one with `yield` would end its work after the answer is made."""
    for route in service_routes:
        for dependency in dependencies(route.dependant):
            assert inspect.iscoroutinefunction(dependency.call), f"{route.path}: {dependency.call}"


def test_every_route_says_whom_it_is_for(service_routes: list[APIRoute]) -> None:
    open_to_all = {"/healthz", "/readyz"}
    for route in service_routes:
        if route.path not in open_to_all:
            assert (route.openapi_extra or {}).get("x-roles"), f"{route.path} lets anybody in"
