from importlib import import_module

import pytest
from fastapi.routing import APIRoute

from chassis import system_routes
from chassis.app import Service
from gateway.events import SUBSCRIBERS
from gateway.routes import SERVICES, owner


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/courses", "catalog"),
        ("/v1/courses/MRK-OPE-08/revisions/1", "catalog"),
        ("/v1/course-imports", "catalog"),
        ("/v1/sessions/1/seats/2", "catalog"),
        ("/v1/proposals/1/acceptance", "contracts"),
        ("/v1/terms/current", "contracts"),
        ("/v1/invoices/F2026-000001.pdf", "payments"),
        ("/v1/accounts/1", "payments"),
        ("/v1/privacy-requests", "gdpr"),
        ("/v1/duties/gdpr", "gdpr"),
        ("/v1/personal-data/payments/records", "payments"),
        ("/v1/dead-letters/payments", "payments"),
        ("/v1/dead-letters/payments/replay", "payments"),
        ("/webhooks/opco/atlas", "payments"),
    ],
)
def test_a_resource_belongs_to_one_service(path: str, service: str) -> None:
    assert owner(path) == service


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/",
        "/v2/courses",
        "/v1/coursesx",
        "/v1/%63ourses",
        "/v1/Courses",
        "/v1/duties",
        "/v1/duties/gateway",
        "/v1/personal-data/gateway/matches",
        "/webhooks/opco",
        "/webhooks/opco/",
        "/webhooks/opco/atlas/more",
        "/webhooks/bank/atlas",
        "/events",
        "/sandbox/clock",
        "/v1/sandbox/clock",
        "/healthz",
    ],
)
def test_what_is_not_in_the_table_belongs_to_no_service(path: str) -> None:
    assert owner(path) is None


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_of_a_service_is_in_the_table(name: str) -> None:
    """A route that the table does not know would be there, and nobody could call it."""
    service: Service = import_module(f"services.{name}.app").SERVICE
    system = system_routes.message_routes(name, service.subscriptions)
    paths = {
        route.path
        for router in (*service.routers, system)
        for route in router.routes
        if isinstance(route, APIRoute) and route.path != "/events"
    }
    assert paths
    assert {path: owner(path) for path in paths} == dict.fromkeys(paths, name)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_gets_the_events_that_it_subscribed_to(name: str) -> None:
    service: Service = import_module(f"services.{name}.app").SERVICE
    delivered = {event_type for event_type, services in SUBSCRIBERS.items() if name in services}
    assert delivered == set(service.subscriptions)
