"""French search: which terms a sheet is found by, and with what weight; which terms a query asks for.

Accents, case, ligatures, elisions and exact endings do not count. The same terms come out of a sheet and of a
query, so a plain table of terms answers on any database.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import snowballstemmer

from services.catalog.domain.course import CourseSheet
from services.catalog.domain.french import fold
from services.catalog.domain.stop_words import STOP_WORDS

# From the least to the most telling field: each weighs twice the one before.
_FIELDS = ("methods", "audience", "programme", "objectives", "subject", "title")
_WEIGHTS: Mapping[str, int] = {field: 2**place for place, field in enumerate(_FIELDS)}
# Longer runs are no words, and no index holds them.
_WORD = re.compile(r"[^\W_]{1,80}")
_ACRONYM = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?|\b(?:[a-z]\.)+[a-z]\b")
# A feminine participle, its accent gone, is not seen as one by the stemmer: "axée" must meet "axé".
_PARTICIPLE = re.compile(r"ees?$")


def terms_of(sheet: CourseSheet) -> dict[str, int]:
    """The terms that find this sheet, each with its weight: the sum over the fields that hold it, once or often."""
    weights: dict[str, int] = {}
    for field, texts in _texts(sheet):
        for term in {term for text in texts for term in terms(text)}:
            weights[term] = weights.get(term, 0) + _WEIGHTS[field]
    return weights


def terms(text: str) -> tuple[str, ...]:
    """The terms of a text in order, each once; none where it holds only words that say nothing."""
    joined = _ACRONYM.sub(lambda found: found[0].replace(".", ""), fold(text))
    words = (word for word in _WORD.findall(joined) if word not in STOP_WORDS)
    return tuple(dict.fromkeys(_stems(words)))


def _stems(words: Iterable[str]) -> Iterator[str]:
    # The stemmer keeps state while it works: one for each call, as calls come from several threads.
    stemmer = snowballstemmer.stemmer("french")
    for word in words:
        yield str(stemmer.stemWord(_PARTICIPLE.sub("e", word)))


def _texts(sheet: CourseSheet) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "title", (sheet.title, sheet.reference)
    yield "subject", (sheet.domain, sheet.subdomain)
    yield "objectives", sheet.objectives
    sections = (section for half_day in sheet.programme for section in half_day.sections)
    yield "programme", tuple(text for section in sections for text in (section.title, *section.points))
    yield "audience", sheet.audience
    yield "methods", sheet.methods
