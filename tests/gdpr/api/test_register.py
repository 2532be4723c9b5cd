"""The register of processing activities, read off what every service declares (Art. 30 GDPR)."""

import csv
import importlib
from io import StringIO
from typing import Any

import pytest

from chassis import own_personal_data
from chassis.clock import real_now
from chassis.personal_views import DeclarationsView, table_view
from tests.gdpr.api.stories import SERVICES, officer
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest


def declared(service: str) -> Any:
    own = importlib.import_module(f"services.{service}.personal_data").DECLARATIONS
    tables = [table_view(each) for each in (*own, *own_personal_data.DECLARATIONS)]
    return DeclarationsView(service=service, as_of=real_now(), tables=tables).model_dump(mode="json")


def tell_all(api: ServiceUnderTest) -> None:
    for service in SERVICES:
        api.neighbour.answer("GET", f"/v1/personal-data/{service}/declarations", declared(service))


def test_each_activity_stands_once_with_all_that_the_law_asks(api: ServiceUnderTest) -> None:
    tell_all(api)
    register = ok(officer(api).get("/v1/processing-register"))
    names = [activity["name"] for activity in register["activities"]]
    assert len(names) == len(set(names))
    assert {"privacy-requests", "mails", "sessions"} <= set(names)
    for activity in register["activities"]:
        for asked in ("title", "bases", "people", "categories", "sources", "recipients", "retention", "services"):
            assert activity[asked], (activity["name"], asked)
    assert register["controller"] and register["officer"] and register["security"]
    assert register["transfers"].startswith("Aucun transfert")


def test_the_register_is_a_table_too(api: ServiceUnderTest) -> None:
    tell_all(api)
    answer = officer(api).get("/v1/processing-register.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    register = ok(officer(api).get("/v1/processing-register"))
    assert [(row["Finalité"], row["Catégorie de données"]) for row in rows] == [
        (activity["title"], category) for activity in register["activities"] for category in activity["categories"]
    ]
    for row in rows:
        assert all(row.values()), row
    assert rows[0]["Destinataires"] == " | ".join(register["activities"][0]["recipients"])
    problem(api.client("sales").get("/v1/processing-register.csv"), 403)


def test_an_activity_of_several_services_names_them_all(api: ServiceUnderTest) -> None:
    tell_all(api)
    by_name = {item["name"]: item for item in ok(officer(api).get("/v1/processing-register"))["activities"]}
    assert by_name["mails"]["services"] == [*SERVICES, "gdpr"]
    assert by_name["mails"]["tables"] == [f"{service}.mail" for service in (*SERVICES, "gdpr")]
    own = by_name["privacy-requests"]
    assert own["services"] == ["gdpr"]
    assert "Obligation légale : RGPD, articles 12 à 22 (art. 6(1)(c))" in own["bases"]
    assert any("5 ans à compter de la clôture de la demande" in kept for kept in own["retention"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_part_is_no_register(api: ServiceUnderTest, service: str) -> None:
    tell_all(api)
    api.neighbour.refuse("GET", f"/v1/personal-data/{service}/declarations", 500, "internal-error")
    answer = officer(api).get("/v1/processing-register")
    refusal = problem(answer, 503, "unavailable")
    assert refusal["service"] == service and service in refusal["detail"]
    assert answer.headers["retry-after"]
