"""The French search in a large catalogue: what the service does below HTTP, one search at a time."""

from pathlib import Path
from time import perf_counter

import pytest

from services.catalog.use_cases.courses import Query, list_courses
from tests.bench.big_catalogue import Vocabulary, fill
from tests.bench.load import percentile
from tests.bench.report import Report
from tests.support.databases import KINDS, Databases, Kind
from tests.support.service import ServiceUnderTest, migrated, running

_SMALL, _LARGE = 10_000, 100_000
_OF_EACH_LENGTH = 50
_MOST_WORDS = 4
_PAGE = 21


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """The words of every catalogue of this run, and of the searches in it."""
    return Vocabulary()


def test_the_french_search(
    vocabulary: Vocabulary, databases: Databases, tmp_path: Path, report: Report, large: bool
) -> None:
    asked = [vocabulary.sentence(words) for words in range(1, _MOST_WORDS + 1) for _ in range(_OF_EACH_LENGTH)]
    courses = _LARGE if large else _SMALL
    rows = [[f"{courses:,}", kind, *_searched(vocabulary, databases, tmp_path, kind, courses, asked)] for kind in KINDS]
    report.add(
        "French search",
        ("courses", "database", "terms kept", "p50 ms", "p99 ms", "slowest ms"),
        rows,
        f"{len(asked)} searches of 1 to {_MOST_WORDS} words, a word as likely to be asked for as to be met in a sheet: "
        "the commonest stands in about half of them. One search at a time, without HTTP. "
        "Aim: p99 under 60 ms at 100,000.",
    )


def _searched(
    vocabulary: Vocabulary, databases: Databases, folder: Path, kind: Kind, courses: int, asked: list[str]
) -> list[str]:
    with databases.fresh("catalog", kind, migrated("catalog")) as url:
        terms = fill(url, courses, vocabulary)
        with running("catalog", url, folder) as api:
            _search(api, asked[: len(asked) // 10])
            times = _search(api, asked)
    return [f"{terms:,}", *(f"{percentile(times, percent):.1f}" for percent in (50, 99, 100))]


def _search(api: ServiceUnderTest, asked: list[str]) -> list[float]:
    times = []
    for words in asked:
        started = perf_counter()
        list_courses(api.platform, Query(words), _PAGE, None)
        times.append(perf_counter() - started)
    return times
