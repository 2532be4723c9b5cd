"""The French search finds a course whatever the accents, the case and the endings."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.catalog.domain.search import terms, terms_of
from services.catalog.domain.sheet_import import read_sheet
from tests.catalog.sheets import sample_text, sheet

READ = read_sheet(sample_text()).sheet
assert READ is not None
SAMPLE_TERMS = terms_of(READ)


@pytest.mark.parametrize(
    "query",
    [
        "relations clients",
        "RELATION CLIENT",
        "relation-client",
        "la gestion de la relation client",
        "gestion d'une relation",
        "fidelisation",
        "fidéliser",
        "FIDÉLISÉES",
        "stratégies relationnelles",
        "strategie",
        "crm",
        "C.R.M.",
        "c.r.m",
        "MRK-OPE-08",
        "mrk ope 08",
        "marketing opérationnel",
        "marketing ope\u0301rationnel",
        "responsables crm",
        "l’action",
        "qu'un client",
        "mises en situation",
    ],
)
def test_found(query: str) -> None:
    asked = terms(query)
    assert asked
    assert set(asked) <= SAMPLE_TERMS.keys()


@pytest.mark.parametrize("query", ["comptabilité", "relation fournisseur", "soudure", "MRK-OPE-09"])
def test_not_found(query: str) -> None:
    assert not set(terms(query)) <= SAMPLE_TERMS.keys()


@pytest.mark.parametrize("query", ["", "de la", "l' d' qu'", "!!!", "et / ou"])
def test_a_query_that_says_nothing_has_no_terms(query: str) -> None:
    assert terms(query) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("axé", "axée"),
        ("axées", "axés"),
        ("œuvre", "oeuvres"),
        ("Écrire", "ecrire"),
        ("l’entreprise", "entreprises"),
        ("aujourd'hui", "aujourd’hui"),
        ("R.F.M", "RFM"),
        ("besoin", "besoins"),
        ("négociation", "negocier"),
        ("ﬁdélité", "fidélité"),
    ],
)
def test_the_same_term(one: str, other: str) -> None:
    assert terms(one) == terms(other) != ()


def test_the_title_weighs_more_than_the_objectives_and_they_more_than_the_programme() -> None:
    base = sheet(title="Tenir la barre", objectives=("Savoir border",))
    weights = terms_of(base)
    (barre,), (border,), (partie,) = terms("barre"), terms("border"), terms("partie")
    assert weights[barre] > weights[border]
    assert terms_of(sheet(objectives=("Point",)))[terms("point")[0]] > weights[partie]


def test_a_term_of_two_fields_weighs_both() -> None:
    term = terms("tableau")[0]
    assert terms_of(sheet())[term] > terms_of(sheet(objectives=("Autre chose",)))[term]


def test_terms_come_out_the_same_from_many_threads() -> None:
    texts = [sample_text()] * 40
    alone = terms(sample_text())
    with ThreadPoolExecutor(8) as pool:
        assert all(found == alone for found in pool.map(terms, texts))
