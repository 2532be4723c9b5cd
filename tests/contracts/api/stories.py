"""The story of clauses, section 7, as far as contracts tells it: requests and what the catalog would say."""

import base64
from typing import Any

from chassis.auth import Role
from tests.support.client import Client, ok
from tests.support.service import ServiceUnderTest, cloud_event, key

SESSION_ID = "0194b0a0-0000-7000-8000-000000000001"
SESSION = f"/v1/sessions/{SESSION_ID}"
REFERENCE = "MRK-OPE-08"
REVISION = f"/v1/courses/{REFERENCE}/revisions/1"
TITLE = "La gestion de la relation client en marketing (CRM)"
ADDRESS = {"street": "12 rue de la République", "postal_code": "69002", "city": "Lyon", "country": "FR"}
SELLER = {
    "name": "LEXOM",
    "legal_form": "SAS",
    "share_capital": "25000.00",
    "siret": "51086927400066",
    "vat_number": "FR74510869274",
    "rcs": "Aubenas",
    "naf": "85.59A",
    "address": {"street": "155 Avenue René Privat", "postal_code": "07000", "city": "Privas"},
    "email": "contact@lexom.example",
    "mediator": {
        "name": "CNPM – Médiation de la consommation",
        "address": {"street": "27 avenue de la Libération", "postal_code": "42400", "city": "Saint-Chamond"},
        "website": "https://cnpm-mediation-consommation.eu/",
    },
}
COMPANY = {
    "kind": "company",
    "name": "Ateliers du Rhône",
    "siret": "73282932000074",
    "vat_number": "FR44732829320",
    "billing_address": ADDRESS,
    "email": "achats@ateliers.example",
    "contact_name": "Claire Roux",
}
TRAINEES = [
    {"given_name": "Anna", "family_name": "Martin", "email": "anna@ateliers.example"},
    {"given_name": "Bruno", "family_name": "Lefèvre"},
]
LINE = {"description": "Formation CRM, deux stagiaires", "quantity": "1", "unit_price": "2000.00", "vat_rate": "20"}
SIGNED_PDF = {
    "file_name": "proposition-signee.pdf",
    "media_type": "application/pdf",
    "content_base64": base64.b64encode(b"%PDF-1.7 signed").decode(),
}
RETURNED: dict[str, Any] = {
    "statement": "Bon pour accord",
    "initialled": True,
    "stamped": True,
    "signed": True,
    "terms_initialled": True,
    "terms_signed": True,
    "document": SIGNED_PDF,
}


def half_days(*days: str) -> list[dict[str, str]]:
    """Two half-days of 3.50 hours on each day."""
    return [{"day": day, "half": half, "hours": "3.50"} for day in days for half in ("morning", "afternoon")]


def catalog_session(*days: str, reference: str = REFERENCE) -> dict[str, Any]:
    """What the catalog says of the story's session, on these days."""
    held = days or ("2026-01-30", "2026-01-31")
    return {
        "id": SESSION_ID,
        "course_reference": reference,
        "course_revision": 1,
        "kind": "open",
        "place": "Lyon",
        "trainer": "J. Petit",
        "seats_max": 10,
        "seats_taken": 0,
        "starts_on": held[0],
        "ends_on": held[-1],
        "planned_hours": f"{7 * len(held)}.00",
        "half_days": half_days(*held),
    }


def tell_catalog(api: ServiceUnderTest, contract_id: str | None = None) -> None:
    """Let the others answer for the course, the session, the operator and, for a contract, its seats."""
    course = {"reference": REFERENCE, "revision": 1, "title": TITLE, "days": 2, "objectives": ["Définir la valeur"]}
    api.neighbour.answer("GET", f"/v1/courses/{REFERENCE}", course)
    api.neighbour.answer("GET", REVISION, course)
    api.neighbour.answer("GET", SESSION, catalog_session())
    api.neighbour.answer("GET", "/v1/opcos/atlas", {"code": "atlas", "name": "Atlas"})
    if contract_id:
        api.neighbour.answer("PUT", seats_path(contract_id), {"seats": 2})


def seats_path(contract_id: str) -> str:
    """Where the contract's seats are held."""
    return f"{SESSION}/seats/{contract_id}"


def sales(api: ServiceUnderTest) -> Client:
    """Requests of sales."""
    return api.client(Role.SALES)


def parties(api: ServiceUnderTest) -> str:
    """The seller and the customer; the customer's id."""
    ok(api.client(Role.ADMIN).put("/v1/legal-entities/lexom", json=SELLER))
    return str(ok(sales(api).post("/v1/customers", json=COMPANY), 201)["id"])


def content(customer_id: str, **changed: Any) -> dict[str, Any]:
    """A complete draft; `changed` overrides it, None takes something away."""
    whole: dict[str, Any] = {
        "customer_id": customer_id,
        "seller": "lexom",
        "course_reference": REFERENCE,
        "session_id": SESSION_ID,
        "trainees": TRAINEES,
        "lines": [LINE],
        "opco": "atlas",
    }
    return {name: value for name, value in {**whole, **changed}.items() if value is not None}


def drafted(api: ServiceUnderTest, **changed: Any) -> dict[str, Any]:
    """The story's draft."""
    made: dict[str, Any] = ok(sales(api).post("/v1/proposals", json=content(parties(api), **changed)), 201)
    return made


def issued(api: ServiceUnderTest, **changed: Any) -> dict[str, Any]:
    """The story's proposal, issued on 2025-12-15; the catalog holds its seats when asked."""
    api.move_to("2025-12-15")
    tell_catalog(api)
    draft = drafted(api, **changed)
    proposal: dict[str, Any] = ok(sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()))
    tell_catalog(api, proposal["contract_id"])
    return proposal


def signed(api: ServiceUnderTest) -> dict[str, Any]:
    """The story's contract, signed on 2026-01-06."""
    proposal = issued(api)
    api.move_to("2026-01-06")
    accepted = ok(sales(api).post(f"/v1/proposals/{proposal['id']}/acceptance", json=RETURNED, once=key()))
    contract: dict[str, Any] = ok(sales(api).get(f"/v1/contracts/{accepted['contract_id']}"))
    return contract


def concluded(api: ServiceUnderTest) -> dict[str, Any]:
    """The story's contract, concluded on 2026-01-12."""
    contract = signed(api)
    api.move_to("2026-01-12")
    pay_deposit(api, contract["id"])
    return contract


def pay_deposit(
    api: ServiceUnderTest, contract_id: str, amount: str = "720.00", paid_on: str = "2026-01-12"
) -> dict[str, Any]:
    """The event that the deposit is in; its envelope."""
    data = {"contract_id": contract_id, "amount": amount, "paid_on": paid_on, "receipt": "unread"}
    event = cloud_event("payments.deposit-paid.v1", contract_id, data)
    api.deliver(event)
    return event


def attendance(contract: dict[str, Any], *hours: str) -> dict[str, Any]:
    """The completion of a contract: these hours for its trainees in order."""
    people = [trainee["person_id"] for trainee in contract["trainees"]]
    attended = hours or ("14.00", "14.00")
    return {"attendance": [{"person_id": p, "attended_hours": h} for p, h in zip(people, attended, strict=True)]}
