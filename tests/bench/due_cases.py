"""Many contracts whose operator has not paid, a day before the fallback: one played through the API, the rest copied.

A copy has ids, numbers and an operator's file of its own, and its invoices a place of their own in the chain, which
still verifies; it shares the pages of its documents with the one that was played.
"""

import re
from collections.abc import Iterator, Mapping
from uuid import UUID

import psycopg

from chassis.values.identifiers import new_id
from services.payments.domain.record import record_hash
from tests.payments.story import Case
from tests.support.databases import libpq_url
from tests.support.service import ServiceUnderTest

DUE_ON = "2026-03-01"
# In the order in which they name one another.
_TABLES = (
    "customer",
    "contract_account",
    "deposit_request",
    "receipt",
    "invoice",
    "deposit_use",
    "allocation",
    "funding_request",
    "duty",
)
_TOKEN = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[CDFP]20\d\d-00000\d|A-2026-17|@\w+@)")
_INVOICES = 3
_AT_ONCE = 2_000
Row = dict[str, str]


def play_one(api: ServiceUnderTest) -> Case:
    """The story of clauses, section 7, up to the eve of the fallback: 1,920.00 are owed by the operator."""
    case = Case(api)
    case.to_the_end()
    return case


def multiply(url: str, cases: int) -> None:
    """Copy the one case in the database at `url`, in which nothing else stands, until there are so many."""
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        pattern = _Pattern(connection)
        for first in range(2, cases + 1, _AT_ONCE):
            blocks = [pattern.copy(number) for number in range(first, min(first + _AT_ONCE, cases + 1))]
            for table in _TABLES:
                columns = ", ".join(pattern.columns[table])
                with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write("".join(block[table] for block in blocks))
        series = "UPDATE document_series SET last_position = %s, head_sha256 = %s WHERE name LIKE 'F:%%'"
        connection.execute(series, (cases * _INVOICES, pattern.head))
        connection.execute("ANALYZE")


class _Pattern:
    """The rows of the case that was played, cut where a copy differs."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.columns = {table: _columns(connection, table) for table in _TABLES}
        rows = {table: list(_rows(connection, table, self.columns[table])) for table in _TABLES}
        rows["duty"] = [row for row in rows["duty"] if row["state"] == "pending"]
        rows["invoice"].sort(key=lambda row: int(row["position"]))
        self.head = rows["invoice"][-1]["sha256"]
        self._hashed = [
            (_TOKEN.split(row["content"]), row["personal_sha256"], row["pdf_sha256"]) for row in rows["invoice"]
        ]
        for place, row in enumerate(rows["invoice"]):
            row |= {"position": f"@position{place}@", "sha256": f"@sha{place}@", "previous_sha256": f"@before{place}@"}
        text = {table: "".join("\t".join(row.values()) + "\n" for row in rows_of) for table, rows_of in rows.items()}
        self._cut = {table: _TOKEN.split(block) for table, block in text.items()}
        self._tokens = {token for pieces in self._cut.values() for token in pieces[1::2]}

    def copy(self, number: int) -> Mapping[str, str]:
        """The rows of one more case, by table, as COPY reads them; `number` runs from 2."""
        given = {token: _another(token, number) for token in self._tokens}
        for place, (content, personal, pdf) in enumerate(self._hashed):
            given[f"@position{place}@"] = str((number - 1) * _INVOICES + place + 1)
            given[f"@before{place}@"] = self.head
            self.head = record_hash(_filled(content, given), personal, pdf, self.head)
            given[f"@sha{place}@"] = self.head
        return {table: _filled(pieces, given) for table, pieces in self._cut.items()}


def _another(token: str, number: int) -> str:
    """The id or number that a copy bears in the place of the first case's."""
    if token[0] == "F":
        return f"{token[:6]}{(number - 1) * _INVOICES + int(token[6:]):06d}"
    if token.startswith("A-"):
        return f"A-2026-{number}-17"
    return f"{token[:6]}{number:06d}" if token[0] in "CDP" else str(UUID(str(new_id())))


def _filled(pieces: list[str], given: Mapping[str, str]) -> str:
    return "".join(given[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    asked = "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"
    return [name for (name,) in connection.execute(asked, (table,))]


def _rows(connection: psycopg.Connection, table: str, columns: list[str]) -> Iterator[Row]:
    with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) TO STDOUT") as copy:
        text = b"".join(copy).decode()
    assert "\\\\" not in text, "an escape would be hashed as it is written"
    for line in text.splitlines():
        yield dict(zip(columns, line.split("\t"), strict=True))
