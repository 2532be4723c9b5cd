"""A privacy request taken as far as a test wants it, and what the services would answer."""

import base64
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from chassis.auth import Role
from services.gdpr.use_cases import gathering
from tests.support.client import Client, ok
from tests.support.service import ServiceUnderTest

PATH = "/v1/privacy-requests"
SERVICES = ("catalog", "contracts", "payments")
RECEIVED, TODAY = date(2026, 3, 2), date(2026, 3, 10)
ASKED = {"kind": "access", "name": "Zoé Durand", "email": "zoe.durand@example.org", "message": "Toutes mes données."}
PERSON_ID = "0190a000-0000-7000-8000-000000000001"
OTHER_ID = "0190a000-0000-7000-8000-000000000002"
PDF = b"%PDF-1.7 a signed proposal"


def officer(api: ServiceUnderTest) -> Client:
    return api.client(Role.DPO)


def asked(api: ServiceUnderTest, **changed: Any) -> str:
    """The path of a request that was received on RECEIVED; it is TODAY now."""
    api.move_to(RECEIVED)
    reference = ok(api.anonymous().post(PATH, json={**ASKED, **changed}), 202)["reference"]
    api.move_to(TODAY)
    listed = ok(officer(api).get(f"{PATH}?limit=100"))["items"]
    (found,) = [item for item in listed if item["reference"] == reference]
    return f"{PATH}/{found['id']}"


def candidate(subject_id: str = PERSON_ID, label: str = "Zoé Durand", kind: str = "person") -> dict[str, Any]:
    return {
        "subject": {"kind": kind, "id": subject_id},
        "label": label,
        "matched_on": ["name"],
        "details": {"organisation": "Menuiserie Vidal"},
    }


def told_matches(service: str, *candidates: dict[str, Any], truncated: bool = False) -> dict[str, Any]:
    as_of = "2026-03-10T09:00:00Z"
    return {"service": service, "as_of": as_of, "matches": list(candidates), "truncated": truncated}


def record(service: str, **changed: Any) -> dict[str, Any]:
    usual = {
        "table": "trainee",
        "row": f"trainee/{service}-1",
        "label": "Stagiaire",
        "purpose": {"name": "training", "title": "Formation professionnelle", "recipients": ["Formateurs"]},
        "basis": {"letter": "b", "ground": "Contrat"},
        "category": {"name": "identity", "french": "Identité"},
        "source": {"name": "customer", "french": "Le client"},
        "retention": {
            "name": "relationship",
            "french": "5 ans à compter de la fin de la relation contractuelle",
            "ground": "§5.5",
            "counted_from": {"name": "relationship_end", "french": "la fin de la relation"},
            "months": 60,
            "by_law": False,
        },
        "until": "2031-03-31",
        "form": {"name": "current", "french": "Donnée courante"},
        "values": {"family_name": f"Durand chez {service}"},
        "labels": {"family_name": "Nom de famille"},
        "withheld": {},
    }
    return {**usual, **changed}


def file_of(content: bytes = PDF, name: str = "acceptance-1.pdf") -> dict[str, Any]:
    encoded = base64.b64encode(content).decode()
    digest = sha256(content).hexdigest()
    return {"sha256": digest, "media_type": "application/pdf", "name": name, "content_base64": encoded}


def told_records(service: str, *records: dict[str, Any], files: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"service": service, "as_of": "2026-03-10T09:05:00Z", "records": list(records), "files": list(files)}


def tell(api: ServiceUnderTest, service: str, what: str, body: Any, status: int = 200) -> None:
    api.neighbour.answer("POST", f"/v1/personal-data/{service}/{what}", body, status)


def tell_all(api: ServiceUnderTest) -> None:
    """Contracts knows the person and a namesake, catalog nobody; each holds a record, contracts a file."""
    for service in SERVICES:
        tell(api, service, "matches", told_matches(service))
        tell(api, service, "records", told_records(service, record(service)))
    tell(api, "contracts", "matches", told_matches("contracts", candidate(), candidate(OTHER_ID, "Zoé Durant")))
    tell(api, "contracts", "records", told_records("contracts", record("contracts"), files=(file_of(),)))


def gather(api: ServiceUnderTest) -> None:
    """What the background would do, until there is nothing left that can be done now."""
    while gathering.step(api.platform):
        pass


def searched(api: ServiceUnderTest, **changed: Any) -> str:
    """The path of a request whose candidates are in."""
    path = asked(api, **changed)
    tell_all(api)
    ok(officer(api).post(f"{path}/search"), 202)
    gather(api)
    return path


def candidates(api: ServiceUnderTest, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ok(officer(api).get(f"{path}/matches"))["items"]
    return items


def confirm(api: ServiceUnderTest, path: str, *subject_ids: str) -> Any:
    chosen = [item["id"] for item in candidates(api, path) if item["label"] in subject_ids]
    return ok(officer(api).put(f"{path}/matches", json={"candidates": chosen}, if_match=seen(api, path)))


def seen(api: ServiceUnderTest, path: str) -> str:
    """The ETag of the candidates as they stand."""
    return str(officer(api).get(f"{path}/matches").headers["etag"])


def establish(api: ServiceUnderTest, path: str) -> Any:
    return ok(officer(api).put(f"{path}/identity", json={"identity": "established", "said": "rappel au numéro connu"}))


def gathering_begun(api: ServiceUnderTest) -> str:
    """The path of a request whose records are asked for."""
    path = searched(api)
    confirm(api, path, "Zoé Durand")
    establish(api, path)
    return path


def ready(api: ServiceUnderTest) -> str:
    """The path of a request whose package is whole."""
    path = gathering_begun(api)
    gather(api)
    return path


def later(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
