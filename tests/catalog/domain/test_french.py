"""Text made comparable: what does not count, and texts that are made to take long."""

import unicodedata

import pytest

from services.catalog.domain.french import fold, tidy

ACUTE, CEDILLA = "\u0301", "\u0327"


def test_accents_are_composed_or_dropped() -> None:
    assert (tidy(f"e{ACUTE}te{ACUTE}"), fold("Œuvre  d\u2019été")) == ("été", "oeuvre d'ete")


def test_thirty_marks_on_a_letter_are_kept_and_no_more() -> None:
    assert tidy("b" + ACUTE * 30) == "b" + ACUTE * 30
    assert tidy(f"b{ACUTE * 31}c{ACUTE}") == f"b{ACUTE * 30}\u0107"
    assert tidy(ACUTE * 40) == ACUTE * 30
    # What is not seen does not begin a new run.
    assert tidy("b" + f"{ACUTE}\u200b" * 40) == "b" + ACUTE * 30


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "marks",
    [ACUTE + CEDILLA, "\u0344" + CEDILLA, "\u0f73", "\u0f81\u0f73", "\uff9e" + CEDILLA, f"{ACUTE}\u200d{CEDILLA}"],
    ids=lambda marks: "-".join(f"{ord(mark):04x}" for mark in marks),
)
def test_a_long_run_of_marks_takes_no_longer_than_a_long_text(marks: str) -> None:
    text = "a" + marks * (200_000 // len(marks))
    for made in (fold(text), tidy(text)):
        assert len(made) < 100
        assert unicodedata.is_normalized("NFC", made)
