"""A service with something in it, so that what is asked for at random is sometimes there."""

from collections.abc import Callable

from chassis.auth import Role
from tests.catalog.api import helpers as catalog
from tests.contracts.api import stories as contracts
from tests.gdpr.api.stories import SERVICES
from tests.payments.story import Case
from tests.support.client import ok
from tests.support.service import ServiceUnderTest

ASKED = {"kind": "access", "name": "Zoé Durand", "email": "zoe.durand@example.org", "message": "Toutes mes données."}


def catalog_world(api: ServiceUnderTest) -> None:
    """A published course, changed since; a session with seats held."""
    session = catalog.opened(api)
    etag = api.client(Role.SALES).get(catalog.DRAFT).headers["etag"]
    ok(api.client(Role.SALES).put(catalog.DRAFT, json=catalog.draft_with(api), if_match=etag))
    seats = f"/v1/sessions/{session['id']}/seats/0194b0a0-0000-7000-8000-0000000000aa"
    ok(api.client(Role.SERVICE).put(seats, json={"seats": 2}))


def contracts_world(api: ServiceUnderTest) -> None:
    """A contract that was completed, another signed, a proposal issued and a draft."""
    completed = contracts.concluded(api)
    contracts.issued(api)
    contracts.signed(api)
    contracts.drafted(api)
    api.move_to("2026-01-31")
    path = f"/v1/contracts/{completed['id']}/completion"
    ok(contracts.sales(api).post(path, json=contracts.attendance(completed), once="completion"))


def payments_world(api: ServiceUnderTest) -> None:
    """A contract past the fallback, another waiting for its deposit, an operator that may send webhooks."""
    Case(api).to_the_fallback()
    Case(api, number="C2026-000002", file_number="A-2").sign()
    api.move_to("2026-03-02")


def gdpr_world(api: ServiceUnderTest) -> None:
    """Services that hold nothing, and one request."""
    for name in SERVICES:
        nothing = {"service": name, "as_of": "2026-01-01T00:00:00Z", "tables": []}
        api.neighbour.answer("GET", f"/v1/personal-data/{name}/declarations", nothing)
    ok(api.anonymous().post("/v1/privacy-requests", json=ASKED), 202)


WORLDS: dict[str, Callable[[ServiceUnderTest], None]] = {
    "catalog": catalog_world,
    "contracts": contracts_world,
    "payments": payments_world,
    "gdpr": gdpr_world,
}
