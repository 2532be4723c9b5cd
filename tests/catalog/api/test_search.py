"""The catalogue's search: French, ranked, page by page, never a draft."""

from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest

from chassis.auth import Role
from chassis.fields import encode_cursor
from tests.catalog.api.helpers import draft_with, imported, publish, published
from tests.catalog.sheets import REFERENCE as REFERENCE_FILE
from tests.catalog.sheets import sample_text
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest

TITLE = "La gestion de la relation client en marketing (CRM)"


def references(api: ServiceUnderTest, query: str) -> list[str]:
    return [item["reference"] for item in ok(api.anonymous().get(f"/v1/courses?{query}"))["items"]]


@pytest.mark.parametrize(
    "words", ["relations clients", "RELATION CLIENT", "fidelisation", "fidéliser", "l’outil d'un CRM", "mrk-ope-08"]
)
def test_found_without_accents_or_exact_endings(api: ServiceUnderTest, words: str) -> None:
    published(api)
    (item,) = ok(api.anonymous().get(f"/v1/courses?q={quote(words)}"))["items"]
    assert item == {
        "reference": "MRK-OPE-08",
        "revision": 1,
        "title": TITLE,
        "domain": "MARKETING",
        "subdomain": "MARKETING OPERATIONNEL",
        "days": 2,
    }


@pytest.mark.parametrize("words", ["relation fournisseur", "de la", "!!", "%00", "inconnu"])
def test_no_course_is_an_empty_page(api: ServiceUnderTest, words: str) -> None:
    published(api)
    assert ok(api.anonymous().get(f"/v1/courses?q={words}")) == {"items": [], "next_cursor": None}


def test_without_words_all_that_is_published_is_listed(api: ServiceUnderTest) -> None:
    published(api)
    published(api, **{"MRK-OPE-08": "MRK-OPE-07"})
    imported(api, sample_text().replace("MRK-OPE-08", "MRK-OPE-06"))
    assert references(api, "") == references(api, "q=%20") == ["MRK-OPE-07", "MRK-OPE-08"]


def test_what_only_the_draft_says_is_not_found_and_what_is_gone_is_found_no_more(api: ServiceUnderTest) -> None:
    published(api)
    sales = api.client(Role.SALES)
    ok(sales.put("/v1/courses/MRK-OPE-08/draft", json=draft_with(api, title="Apprivoiser"), if_match='"1"'))
    assert references(api, "q=apprivoiser") == []
    assert references(api, "q=gestion") == ["MRK-OPE-08"]
    publish(api)
    assert references(api, "q=apprivoiser") == ["MRK-OPE-08"]
    assert references(api, "q=gestion") == []


def test_the_title_counts_more_than_the_programme(api: ServiceUnderTest) -> None:
    published(api, **{"MRK-OPE-08": "AAA-AAA-01"})
    published(api, **{"MRK-OPE-08": "ZZZ-ZZZ-01", TITLE: "Pareto pour tous"})
    assert references(api, "q=pareto") == ["ZZZ-ZZZ-01", "AAA-AAA-01"]
    assert references(api, "q=client") == ["AAA-AAA-01", "ZZZ-ZZZ-01"]


def test_filters(api: ServiceUnderTest) -> None:
    published(api)
    published(api, **{"MRK-OPE-08": "VEN-NEG-01", "MARKETING - MARKETING OPERATIONNEL": "VENTE - NÉGOCIATION"})
    assert references(api, "domain=vente") == references(api, "subdomain=negociation") == ["VEN-NEG-01"]
    assert references(api, "domain=MARKETING&subdomain=Marketing+Op%C3%A9rationnel&days=2&q=client") == ["MRK-OPE-08"]
    assert references(api, "domain=MARKET") == references(api, "days=3") == []


@pytest.mark.parametrize("query", ["", "q=client&", "q=marketing+client&"])
def test_pages_hold_each_course_once(api: ServiceUnderTest, query: str) -> None:
    for number in range(1, 8):
        published(api, **{"MRK-OPE-08": f"MRK-OPE-{number:02}", TITLE: f"Client {'marketing ' * (number % 3)}{number}"})
    whole = references(api, query)
    assert len(whole) == 7
    seen: list[dict[str, Any]] = []
    page = ok(api.anonymous().get(f"/v1/courses?{query}limit=2"))
    seen += page["items"]
    while page["next_cursor"] is not None:
        page = ok(api.anonymous().get(f"/v1/courses?{query}limit=2&cursor={page['next_cursor']}"))
        seen += page["items"]
    assert [item["reference"] for item in seen] == whole
    if not query:
        assert all(one < other for one, other in pairwise(whole))


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "days=0", "days=two", "cursor=nonsense", "unknown=1", "q=" + "x" * 201]
    + [f"cursor={encode_cursor(*parts)}" for parts in ((0, "\x00"), (0, "\ud800"), (10**30, "A"), (0,), ("A", 0))],
)
def test_queries_that_cannot_be(api: ServiceUnderTest, query: str) -> None:
    problem(api.anonymous().get(f"/v1/courses?{query}"), 422)


def test_too_many_words_are_refused_and_not_dropped(api: ServiceUnderTest) -> None:
    words = "+".join(f"mot{number}" for number in range(17))
    (error,) = problem(api.anonymous().get(f"/v1/courses?q={words}"), 422)["errors"]
    assert error["at"] == "query.q"


@pytest.mark.skipif(not REFERENCE_FILE.exists(), reason="the provider's own document does not lie beside this checkout")
def test_the_providers_own_sheet_is_imported_published_and_found(api: ServiceUnderTest) -> None:
    answer = imported(api, REFERENCE_FILE.read_text(encoding="utf-8"))
    assert answer["unplaced"] == []
    assert len(answer["cut"]) > 90
    assert publish(api)["title"] == TITLE
    for words in ("relations clients", "fidelisation", "GESTION RELATION CLIENT", "RFM", "strategies relationnelles"):
        assert references(api, f"q={quote(words)}") == ["MRK-OPE-08"]
