"""Steps that the catalog's API tests share."""

from typing import Any

from chassis.auth import Role
from tests.catalog.sheets import sample_text
from tests.support.client import ok
from tests.support.service import ServiceUnderTest

REFERENCE = "MRK-OPE-08"
DRAFT = f"/v1/courses/{REFERENCE}/draft"
HALF_DAYS = [
    {"day": day, "half": half, "hours": "3.50"}
    for day in ("2026-01-30", "2026-01-31")
    for half in ("morning", "afternoon")
]


def imported(api: ServiceUnderTest, text: str | None = None) -> Any:
    """The answer to an import, of the sample unless told otherwise."""
    return ok(api.client(Role.SALES).post("/v1/course-imports", json={"text": text or sample_text()}), 201)


def publish(api: ServiceUnderTest, reference: str = REFERENCE) -> Any:
    """The answer to a publication."""
    return ok(api.client(Role.SALES).post(f"/v1/courses/{reference}/publish"), 200)


def published(api: ServiceUnderTest, **replaced: str) -> Any:
    """The sample, published, with texts replaced: `published(api, **{"MRK-OPE-08": "MRK-OPE-09"})`."""
    text = sample_text()
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return publish(api, imported(api, text)["reference"])


def session_body(**changed: Any) -> dict[str, Any]:
    """The session of the story, with some fields changed."""
    return {
        "course_reference": REFERENCE,
        "kind": "open",
        "place": "Privas",
        "seats_max": 10,
        "trainer": "Camille Martin",
        "half_days": HALF_DAYS,
        **changed,
    }


def opened(api: ServiceUnderTest, **changed: Any) -> Any:
    """A session of the sample, which is published before."""
    published(api)
    return ok(api.client(Role.SALES).post("/v1/sessions", json=session_body(**changed)), 201)


def draft_with(api: ServiceUnderTest, **changed: Any) -> dict[str, Any]:
    """The draft as it stands, with some fields changed."""
    return {**ok(api.client(Role.SALES).get(DRAFT)), **changed}
