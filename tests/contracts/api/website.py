"""An individual on the website: an offer, an order of 2026-03-07, its withdrawal."""

from datetime import date, timedelta
from typing import Any

import httpx2

from chassis.auth import Role
from tests.contracts.api import stories
from tests.support.client import ok
from tests.support.neighbour import Asked
from tests.support.service import ServiceUnderTest, key

ORDERED_ON, LAST_DAY, CALLABLE_ON = "2026-03-07", "2026-03-23", "2026-03-24"
DAYS = ("2026-05-04", "2026-05-05")
OFFER = f"/v1/offers/{stories.SESSION_ID}"
OFFERED = {
    "seller": "lexom",
    "description": "Formation CRM",
    "unit_price": "833.35",
    "vat_rate": "20",
    "trainer_qualifications": "Master de marketing, dix ans de CRM",
}
PERSON = {
    "given_name": "Inès",
    "family_name": "Morel",
    "email": "ines@morel.example",
    "address": {"street": "5 montée des Soyeux", "postal_code": "69004", "city": "Lyon"},
    "phone": "+33 6 12 34 56 78",
}
TERMS_TEXT = "I. Objet\n\nLe texte des conditions générales, version 2024-01."
TERMS_DOCUMENT = "/v1/terms/2024-01/documents/lexom"
DECLARED = {"name": "Inès Morel", "email": "ines@morel.example"}


def sheet(days: int = 2) -> dict[str, Any]:
    """What the catalog publishes of the course."""
    halves = [(day, half) for day in range(1, days + 1) for half in ("morning", "afternoon")]
    return {
        "reference": stories.REFERENCE,
        "revision": 1,
        "title": stories.TITLE,
        "days": days,
        "objectives": ["Définir la valeur d’un client"],
        "programme": [
            {"day": day, "half": half, "sections": [{"number": n, "title": f"Partie {n}", "points": ["Un point"]}]}
            for n, (day, half) in enumerate(halves, 1)
        ],
        "prerequisites": {"required": False, "statements": ["Aucun niveau préalable n’est demandé"]},
        "audience": ["Responsables commerciaux"],
        "methods": ["Exposés et cas pratiques"],
        "assessment": {"final_test": True, "later_test": False, "statements": ["Un test final"]},
    }


def tell_catalog(api: ServiceUnderTest, *days: str, **changed: Any) -> None:
    """Let the catalog answer for the session on these days and for the sheet; it holds any contract's seat."""
    held = days or DAYS
    session = {**stories.catalog_session(*held), **changed}
    api.neighbour.answer("GET", stories.SESSION, session)
    api.neighbour.answer("GET", stories.REVISION, sheet(len(held)))
    api.neighbour.answer_under("PUT", f"{stories.SESSION}/seats/", _held)


def _held(asked: Asked) -> httpx2.Response:
    return httpx2.Response(200, json={"contract_id": asked.path.rpartition("/")[2], "seats": 1})


def offered(api: ServiceUnderTest, **changed: Any) -> dict[str, Any]:
    """The offer, kept by sales on the day of the order."""
    api.move_to(ORDERED_ON)
    tell_catalog(api)
    ok(api.client(Role.ADMIN).put("/v1/legal-entities/lexom", json=stories.SELLER))
    ok(api.client(Role.ADMIN).put(TERMS_DOCUMENT, json={"text": TERMS_TEXT}))
    made: dict[str, Any] = ok(stories.sales(api).put(OFFER, json={**OFFERED, **changed}))
    return made


def order_body(**changed: Any) -> dict[str, Any]:
    """The order as the website sends it; `changed` overrides it."""
    return {
        "session_id": stories.SESSION_ID,
        "person": PERSON,
        "total_incl_tax": "1000.02",
        "statement": "Bon pour accord",
        "terms_version": "2024-01",
        **changed,
    }


def ordered(api: ServiceUnderTest, **changed: Any) -> dict[str, Any]:
    """The answer to an order placed on the business day, by somebody without an account."""
    made: dict[str, Any] = ok(api.anonymous().post("/v1/orders", json=order_body(**changed), once=key()), 201)
    return made


def placed(api: ServiceUnderTest) -> dict[str, Any]:
    """The story's order, of Saturday 2026-03-07: 1,000.02 incl. tax, two days in May."""
    offered(api)
    return ordered(api)


def withdrawal_path(order: dict[str, Any]) -> str:
    """Where the order is withdrawn from."""
    return f"/v1/contracts/{order['contract_id']}/withdrawal"


def declare(api: ServiceUnderTest, order: dict[str, Any], **changed: Any) -> httpx2.Response:
    """Declare a withdrawal, with the order's code."""
    body = {**DECLARED, "order_code": order["order_code"], **changed}
    return api.anonymous().post(withdrawal_path(order), json=body)


def confirm(api: ServiceUnderTest, order: dict[str, Any], **changed: Any) -> httpx2.Response:
    """Confirm it, with the order's code."""
    body = {"order_code": order["order_code"], **changed}
    return api.anonymous().post(f"{withdrawal_path(order)}/confirmation", json=body)


def withdrawn(api: ServiceUnderTest) -> dict[str, Any]:
    """The story's order, withdrawn from the next day."""
    order = placed(api)
    api.move_to(date.fromisoformat(ORDERED_ON) + timedelta(days=1))
    ok(declare(api, order))
    ok(confirm(api, order))
    return order
