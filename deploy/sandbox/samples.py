"""What a new sandbox holds: a provider, a course from its sheet, an operator that can be billed."""

from pathlib import Path

from deploy.sandbox.api import Api, Platform

_SHEETS = Path(__file__).resolve().parents[2] / "samples"
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
    admin.put(f"/v1/legal-entities/{SELLER}", _SELLER)
    admin.put(f"/v1/opcos/{OPCO}", _OPCO)
    published = _published(visitor)
    for sheet in sorted(_SHEETS.glob("*.txt")):
        if sheet.stem not in published:
            sales.post("/v1/course-imports", {"text": sheet.read_text(encoding="utf-8")})
            sales.post(f"/v1/courses/{sheet.stem}/publish")


def _published(visitor: Api) -> set[str]:
    return {course["reference"] for course in visitor.get("/v1/courses")["items"]}
