"""A sheet comes in as text and becomes a draft."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.auth import Role
from tests.catalog.api.helpers import DRAFT, imported, publish
from tests.catalog.sheets import sample_text
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest


def test_the_sample_becomes_a_draft(api: ServiceUnderTest) -> None:
    answer = imported(api)
    draft = answer["draft"]
    assert (answer["reference"], draft["reference"]) == ("MRK-OPE-08", "MRK-OPE-08")
    assert (draft["domain"], draft["subdomain"], draft["days"]) == ("MARKETING", "MARKETING OPERATIONNEL", 2)
    assert len(draft["objectives"]) == 4
    assert [(part["day"], part["half"], len(part["sections"])) for part in draft["programme"]] == [
        (1, "morning", 2),
        (1, "afternoon", 1),
        (2, "morning", 2),
        (2, "afternoon", 1),
    ]
    assert draft["prerequisites"]["required"] is False
    assert draft["assessment"]["final_test"] is draft["assessment"]["later_test"] is True
    assert answer["unplaced"] == answer["cut"] == []
    assert answer["furniture"][0] == {"line": 38, "text": "SAS EXEMPLE FORMATION"}
    assert ok(api.client(Role.SALES).get(DRAFT)) == draft


def test_what_has_no_place_is_told_with_its_line(api: ServiceUnderTest) -> None:
    text = sample_text().replace("Jour 2 - Matin", "Une ligne perdue\n\nJour 2 - Matin")
    (line,) = imported(api, text)["unplaced"]
    assert line["text"] == "Une ligne perdue"
    assert text.split("\n")[line["line"] - 1] == "Une ligne perdue"


def test_a_broken_sheet_names_all_it_lacks_and_changes_nothing(api: ServiceUnderTest) -> None:
    before = imported(api)["draft"]
    text = sample_text().replace("Objectifs de la formation", "").replace("Public cible", "").replace("2\nJours", "")
    refusal = problem(api.client(Role.SALES).post("/v1/course-imports", json={"text": text}), 422, "sheet-broken")
    assert {"days", "objectives", "audience"} <= {error["at"] for error in refusal["errors"]}
    assert refusal["unplaced"]
    assert ok(api.client(Role.SALES).get(DRAFT)) == before


@pytest.mark.parametrize("text", ["", "rien", "\x00\x00", "Réf : MRK-OPE-08", "é" * 200_001])
def test_what_is_no_sheet_is_refused(api: ServiceUnderTest, text: str) -> None:
    refusal = problem(api.client(Role.SALES).post("/v1/course-imports", json={"text": text}), 422)
    assert refusal["errors"]


@pytest.mark.parametrize("body", [{}, {"text": 3}, {"text": "x", "reference": "y"}])
def test_bodies_that_cannot_be_read(api: ServiceUnderTest, body: dict[str, object]) -> None:
    assert problem(api.client(Role.SALES).post("/v1/course-imports", json=body), 422)["errors"]


def test_importing_again_replaces_the_draft_and_not_what_is_published(api: ServiceUnderTest) -> None:
    imported(api)
    publish(api)
    other = sample_text().replace("Cinq questions", "Six questions")
    first = api.client(Role.SALES).get(DRAFT).headers["etag"]
    assert "Six questions" in str(imported(api, other)["draft"])
    assert api.client(Role.SALES).get(DRAFT).headers["etag"] != first
    course = ok(api.anonymous().get("/v1/courses/MRK-OPE-08"))
    assert course["revision"] == 1
    assert "Cinq questions" in str(course)


def test_a_long_title_and_odd_characters_are_kept(api: ServiceUnderTest) -> None:
    text = sample_text().replace(
        "La gestion de la relation client en marketing (CRM)", "Un titre 🎓 \x00 " + "long " * 30
    )
    assert imported(api, text)["draft"]["title"].startswith("Un titre 🎓 long long")
    assert publish(api)["title"].endswith("long")


@pytest.mark.parametrize(
    ("old", "at"),
    [
        ("La gestion de la relation client en marketing (CRM)", "title"),
        ("MARKETING - MARKETING", "domain"),
        ("Cinq questions", "programme"),
    ],
)
def test_what_is_too_long_to_be_listed_is_refused_by_name(api: ServiceUnderTest, old: str, at: str) -> None:
    text = sample_text()
    assert old in text
    long = text.replace(old, "Mot " * 600 + old)
    refusal = problem(api.client(Role.SALES).post("/v1/course-imports", json={"text": long}), 422, "sheet-broken")
    assert at.partition(".")[0] in {error["at"].partition(".")[0] for error in refusal["errors"]}
    problem(api.client(Role.SALES).get(DRAFT), 404)


def test_two_first_imports_at_once_make_one_course(api: ServiceUnderTest) -> None:
    sales = api.client(Role.SALES)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sales.post("/v1/course-imports", json={"text": sample_text()}), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.headers["etag"] for answer in answers} == {f'"{version}"' for version in range(1, 9)}


def test_only_sales_import(api: ServiceUnderTest) -> None:
    body = {"text": sample_text()}
    problem(api.anonymous().post("/v1/course-imports", json=body), 401)
    problem(api.client(Role.CUSTOMER, Role.ACCOUNTING).post("/v1/course-imports", json=body), 403)
