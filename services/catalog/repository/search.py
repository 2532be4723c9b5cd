"""The search's table of terms, and the catalogue's list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete

from services.catalog.tables import CourseRow, SearchTermRow

# As many different words as a long title has; each costs the database a join.
MOST_TERMS = 16


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listed course must be; None does not matter. domain, subdomain: folded."""

    domain: str | None = None
    subdomain: str | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A published course and the weight of the terms that found it."""

    course: CourseRow
    weight: int


def replace_terms(session: Session, course_id: UUID, weights: Mapping[str, int]) -> None:
    """The course is found by these terms from now on, and by no others."""
    session.exec(delete(SearchTermRow).where(col(SearchTermRow.course_id) == course_id))
    session.add_all(SearchTermRow(term=term, course_id=course_id, weight=weight) for term, weight in weights.items())


def find(
    session: Session, terms: Sequence[str], filters: Filters, limit: int, after: tuple[int, str] | None
) -> list[Found]:
    """Published courses that bear all the terms, the heaviest first, then by reference; those behind `after`.

    One join for each term, MOST_TERMS at most.
    """
    weight: ColumnElement[int] = literal(0)
    joined = [aliased(SearchTermRow) for _ in terms]
    for row in joined:
        weight = weight + col(row.weight)
    reference = col(CourseRow.reference)
    wanted = select(CourseRow, weight).where(col(CourseRow.revision) > 0, *_matches(filters))
    for term, row in zip(terms, joined, strict=True):
        wanted = wanted.join(row, and_(col(row.course_id) == col(CourseRow.id), col(row.term) == term))
    if after is not None:
        wanted = wanted.where(or_(weight < after[0], and_(weight == after[0], reference > after[1])))
    rows = session.execute(wanted.order_by(weight.desc(), reference).limit(limit))
    return [Found(course, int(total)) for course, total in rows]


def _matches(filters: Filters) -> list[ColumnElement[bool]]:
    columns = {
        col(CourseRow.domain_key): filters.domain,
        col(CourseRow.subdomain_key): filters.subdomain,
        col(CourseRow.days): filters.days,
    }
    return [column == value for column, value in columns.items() if value is not None]
