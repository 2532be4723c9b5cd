"""A catalogue of as many published courses as wanted, found by the terms that the service's own indexing gives.

Sheets are drawn from a vocabulary whose words are as unequal as a language's (Zipf and Mandelbrot: the n-th is met as
often as 1 / (30 + n); those before it are the stop words, which no index holds), from a fixed seed. The commonest
then stands in about half of the sheets. Stemming is what costs, so each sentence is indexed once and shared.
"""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import accumulate, product
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import create_engine, make_url

from chassis.values.identifiers import new_id
from services.catalog.domain import search
from services.catalog.domain.french import fold
from services.catalog.tables import Table
from tests.support.databases import libpq_url

_SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "MRK-OPE-08.txt"
_SYLLABLES = (
    "for",
    "ma",
    "tion",
    "ges",
    "ven",
    "li",
    "pro",
    "cré",
    "mé",
    "sou",
    "ren",
    "cul",
    "dé",
    "vi",
    "tra",
    "pla",
)
_SENTENCES = 5_000
_WORDS_OF_A_SENTENCE = 6
_STOP_WORDS = 30
# Sentences that a sheet has in each field, as the sample has them.
_FIELDS = {"title": 1, "subject": 1, "objectives": 4, "programme": 12, "audience": 1, "methods": 3}
_DOMAINS = ("Marketing", "Ressources humaines", "Gestion", "Informatique", "Langues", "Sécurité")
_AT_ONCE = 5_000
_COURSE = ("id", "reference", "revision", "title", "domain", "subdomain", "domain_key", "subdomain_key", "days")
_TERM = ("term", "course_id", "weight")
Rows = list[tuple[object, ...]]


class Vocabulary:
    """The words, the commonest first, and sentences made of them with the terms they are found by."""

    def __init__(self) -> None:
        self.random = random.Random(20260301)  # noqa: S311 - the same catalogue each time
        own = sorted({word for word in _SAMPLE.read_text(encoding="utf-8").split() if word.isalpha()})
        self.random.shuffle(own)
        self.words = own + ["".join(parts) for parts in product(_SYLLABLES, repeat=3)]
        self._weights = list(accumulate(1 / (_STOP_WORDS + place) for place in range(len(self.words))))
        self._sentences = [self.sentence(_WORDS_OF_A_SENTENCE) for _ in range(_SENTENCES)]
        self._found_by = [search.terms(sentence) for sentence in self._sentences]

    def sentence(self, words: int) -> str:
        """So many words, drawn as often as they are common."""
        return " ".join(self.random.choices(self.words, cum_weights=self._weights, k=words))

    def course(self) -> tuple[str, dict[str, int]]:
        """A title, and the terms that find the whole sheet with their weights, as `terms_of` sums them."""
        weights: dict[str, int] = {}
        title = ""
        for field, sentences in _FIELDS.items():
            drawn = self.random.choices(range(_SENTENCES), k=sentences)
            title = title or self._sentences[drawn[0]]
            for term in {term for place in drawn for term in self._found_by[place]}:
                weights[term] = weights.get(term, 0) + search._WEIGHTS[field]
        return title, weights


def fill(url: str, courses: int, vocabulary: Vocabulary) -> int:
    """Publish so many courses in the empty database at `url`; how many terms find them."""
    load = _load_sqlite if make_url(url).get_backend_name() == "sqlite" else _load_postgresql
    with _indexed_afterwards(url):
        return load(url, _blocks(courses, vocabulary))


@contextmanager
def _indexed_afterwards(url: str) -> Iterator[None]:
    """The search's indexes, made once the rows are there rather than kept on the way."""
    engine = create_engine(url)
    indexes = Table.metadata.tables["search_term"].indexes
    for index in indexes:
        index.drop(engine)
    yield
    for index in indexes:
        index.create(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def _blocks(courses: int, vocabulary: Vocabulary) -> Iterator[tuple[Rows, Rows]]:
    for first in range(0, courses, _AT_ONCE):
        made: Rows = []
        terms: Rows = []
        for number in range(first, min(first + _AT_ONCE, courses)):
            identifier = UUID(str(new_id()))
            title, weights = vocabulary.course()
            domain, subdomain = _DOMAINS[number % len(_DOMAINS)], f"Famille {number % 40}"
            reference = f"AAA-BBB-{number:06d}"
            made.append(
                (identifier, reference, 1, title, domain, subdomain, fold(domain), fold(subdomain), number % 5 + 1)
            )
            terms.extend((term, identifier, weight) for term, weight in weights.items())
        yield made, terms


def _load_postgresql(url: str, blocks: Iterator[tuple[Rows, Rows]]) -> int:
    found_by = 0
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        for made, terms in blocks:
            for table, columns, rows in (("course", _COURSE, made), ("search_term", _TERM, terms)):
                with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            found_by += len(terms)
    return found_by


def _load_sqlite(url: str, blocks: Iterator[tuple[Rows, Rows]]) -> int:
    found_by = 0
    with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as connection:
        sqlite3.register_adapter(UUID, lambda value: value.hex)
        connection.execute("PRAGMA cache_size = -200000")
        for made, terms in blocks:
            connection.execute("BEGIN")
            for table, columns, rows in (("course", _COURSE, made), ("search_term", _TERM, terms)):
                named, marks = ", ".join(columns), ", ".join("?" for _ in columns)
                connection.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", rows)  # noqa: S608 - ours
            connection.execute("COMMIT")
            found_by += len(terms)
    return found_by
