"""What a new sandbox holds: a provider, its general terms, a course from its sheet, an operator that can be billed."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from deploy.sandbox.api import Api, Platform, Refused

_SHEETS = Path(__file__).resolve().parents[2] / "samples"
_TERMS = _SHEETS / "terms"
SELLER = "exemple"
OPCO = "atlas"

_SELLER = {
    "name": "Exemple Formation",
    "legal_form": "SAS",
    "share_capital": "25000.00",
    "siret": "90012345600015",
    "vat_number": "FR87900123456",
    "rcs": "Aubenas",
    "naf": "85.59A",
    "address": {"street": "12 rue de la République", "postal_code": "07000", "city": "Privas", "country": "FR"},
    "email": "formation@exemple-formation.example",
    "mediator": {
        "name": "Médiation Exemple",
        "address": {
            "street": "3 place de la Conciliation",
            "postal_code": "07000",
            "city": "Privas",
            "country": "FR",
        },
        "website": "https://mediation.example",
    },
}
_OPCO = {
    "name": "Atlas",
    "siret": "85174890500011",
    "billing_address": {
        "street": "25 quai Panhard et Levassor",
        "postal_code": "75013",
        "city": "Paris",
        "country": "FR",
    },
    "email": "factures@opco.example",
}


def load(platform: Platform) -> None:
    """Load what is not there yet; every sample course is published then."""
    admin, sales, visitor = platform.caller("admin"), platform.caller("sales"), platform.caller()
    _keep(admin, f"/v1/legal-entities/{SELLER}", _SELLER)
    _keep(admin, f"/v1/opcos/{OPCO}", _OPCO)
    for text in sorted(_TERMS.glob("*.txt")):
        _keep(admin, f"/v1/terms/{text.stem}/documents/{SELLER}", {"text": text.read_text(encoding="utf-8")})
    published = _published(visitor)
    for sheet in sorted(_SHEETS.glob("*.txt")):
        if sheet.stem not in published:
            sales.post("/v1/course-imports", {"text": sheet.read_text(encoding="utf-8")})
            sales.post(f"/v1/courses/{sheet.stem}/publish")


def _keep(admin: Api, path: str, body: Mapping[str, Any]) -> None:
    """Put it, unless somebody has put another in its place since: that one stays."""
    try:
        admin.put(path, body)
    except Refused as refusal:
        if refusal.status not in (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_REQUIRED):
            raise


def _published(visitor: Api) -> set[str]:
    return {course["reference"] for course in visitor.get("/v1/courses")["items"]}
