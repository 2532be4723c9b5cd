"""Numbers that people read, without a gap: from a counter row that stays locked until they are used."""

from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Session

# One statement makes the year's row or moves it, and holds its lock to the end of the transaction.
_NEXT = text(
    "INSERT INTO counter (series, year, last) VALUES (:series, :year, 1)"
    " ON CONFLICT (series, year) DO UPDATE SET last = counter.last + 1 RETURNING last"
)


class Series(StrEnum):
    """What is numbered, by the letter its numbers start with."""

    PROPOSAL = "P"
    CONTRACT = "C"
    WEBSITE_ORDER = "W"


def next_number(session: Session, series: Series, year: int) -> str:
    """The next number of the series in that year: "P2026-000001". Rolled back with the transaction that takes it."""
    last = session.connection().execute(_NEXT, {"series": series.value, "year": year}).scalar_one()
    return f"{series}{year}-{last:06d}"
