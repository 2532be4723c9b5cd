"""Names as people write them, and as a request for one's data writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.names import fold, may_be_same


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Hélène GARNIER", "helene garnier"),
        ("Le Goff-Énault", "le goff enault"),
        ("  D’Angelo, Zoë ", "d angelo zoe"),
        ("Cœur", "coeur"),
        ("He\u0301lène", "helene"),
        ("Straße", "strasse"),
        ("Šimůnek", "simunek"),
        ("李 明", "李 明"),
        ("℡ ﬁn", "tel fin"),
        ("—", ""),
    ],
)
def test_what_a_name_is_compared_by(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("given_name", "family_name", "stored"),
    [
        ("Hélène", "Garnier", "Helene Garnier"),
        ("Hélène", "Garnier", "GARNIER Hélène"),
        ("Garnier", "Hélène", "Hélène Garnier"),
        ("Claire", "Vidal", "Mme Claire Vidal"),
        ("Anne", "Morel", "Anne-Marie Morel"),
        ("Anne Marie", "Morel", "Anne Morel"),
        (None, "Le Fèvre", "Bruno Lefèvre Le Fèvre"),
        ("Bruno", "Lefèvre", "Le Fevre Bruno"),
        ("Zoé", "d’Angelo", "Zoe Dangelo"),
        (None, "Morel", "Anne Morel"),
    ],
)
def test_one_person_written_in_two_ways(given_name: str | None, family_name: str, stored: str) -> None:
    assert may_be_same(given_name, family_name, stored)


@pytest.mark.parametrize(
    ("given_name", "family_name", "stored"),
    [
        ("Hélène", "Garnier", "Paul Garnier"),
        ("Hélène", "Garnier", "Hélène Roux"),
        ("Hélène", "Garnier", "Garnier"),
        ("Anna", "Martin", "Anne Martin"),
        (None, "Martin", "Martineau Paul"),
        (None, None, "Anna Martin"),
        ("Anna", "Martin", ""),
        ("—", "…", "Anna Martin"),
    ],
)
def test_two_people(given_name: str | None, family_name: str | None, stored: str) -> None:
    assert not may_be_same(given_name, family_name, stored)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


_WORD = st.text(st.characters(categories=("Lu", "Ll")), min_size=1, max_size=12).filter(lambda word: bool(fold(word)))


@given(_WORD, _WORD)
def test_the_order_of_the_parts_never_matters(one: str, other: str) -> None:
    assert may_be_same(one, other, f"{other} {one}")
