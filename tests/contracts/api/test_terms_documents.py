"""The general terms as documents: a seller's text of a version is typeset once and stays."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from chassis.auth import Role
from services.contracts.domain.terms import PUBLISHED
from tests.contracts.api import stories, website
from tests.contracts.api.test_story import text_of
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "terms" / f"{PUBLISHED[-1].version}.txt"


def sold(api: ServiceUnderTest) -> None:
    ok(api.client(Role.ADMIN).put("/v1/legal-entities/lexom", json=stories.SELLER))


def test_everybody_reads_the_whole_text(api: ServiceUnderTest) -> None:
    sold(api)
    kept = ok(api.client(Role.ADMIN).put(website.TERMS_DOCUMENT, json={"text": SAMPLE.read_text("utf-8")}))
    answer = api.anonymous().get(website.TERMS_DOCUMENT)
    assert answer.headers["content-type"] == "application/pdf"
    assert sha256(answer.content).hexdigest() == kept["document_sha256"]
    page = "".join(text_of(answer.content).split())
    for line in SAMPLE.read_text("utf-8").splitlines():
        assert "".join(line.removeprefix("- ").split()) in page, line


def test_the_text_of_a_version_never_changes(api: ServiceUnderTest) -> None:
    sold(api)
    admin = api.client(Role.ADMIN)
    first = ok(admin.put(website.TERMS_DOCUMENT, json={"text": "Le texte."}))
    moved = {**stories.SELLER, "email": "autre@lexom.example"}
    ok(admin.put("/v1/legal-entities/lexom", json=moved, if_match='"1"'))
    assert ok(admin.put(website.TERMS_DOCUMENT, json={"text": "Le texte."})) == first
    refusal = problem(admin.put(website.TERMS_DOCUMENT, json={"text": "Un autre."}), 409, "terms-text-published")
    assert refusal["document_sha256"] == first["document_sha256"]


def test_texts_published_at_once_are_one(api: ServiceUnderTest) -> None:
    sold(api)
    admin = api.client(Role.ADMIN)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: admin.put(website.TERMS_DOCUMENT, json={"text": f"Texte {n}."}), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


@pytest.mark.parametrize("text", ["", " ", "a\x00b", "\u200b", "x" * 200_001, 3])
def test_a_text_shows_something_and_has_an_end(api: ServiceUnderTest, text: object) -> None:
    sold(api)
    problem(api.client(Role.ADMIN).put(website.TERMS_DOCUMENT, json={"text": text}), 422)


def test_only_what_is_published_has_a_text(api: ServiceUnderTest) -> None:
    admin, text = api.client(Role.ADMIN), {"text": "Le texte."}
    problem(admin.put(website.TERMS_DOCUMENT, json=text), 422)
    problem(admin.put("/v1/terms/1999-01/documents/lexom", json=text), 404)
    problem(api.anonymous().get(website.TERMS_DOCUMENT), 404)
    problem(stories.sales(api).put(website.TERMS_DOCUMENT, json=text), 403)
