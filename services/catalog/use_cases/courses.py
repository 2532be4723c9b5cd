"""Drafts, revisions and the catalogue's list."""

from dataclasses import dataclass
from http import HTTPStatus

from chassis.etag import check_match
from chassis.platform import Platform
from chassis.problems import Invalid, NotFound, Problem
from chassis.values.refusals import Refused
from services.catalog.domain.course import CourseSheet
from services.catalog.domain.faults import Fault, refuse
from services.catalog.domain.french import fold
from services.catalog.domain.search import terms, terms_of
from services.catalog.repository import courses, search
from services.catalog.repository.courses import Revision
from services.catalog.repository.search import Filters, Found


@dataclass(frozen=True, slots=True)
class Query:
    """What a visitor looks for: words, domain, subdomain and days; None does not matter."""

    words: str | None = None
    domain: str | None = None
    subdomain: str | None = None
    days: int | None = None


def read_draft(platform: Platform, reference: str) -> tuple[CourseSheet, int]:
    """The draft and its version."""
    with platform.reading() as session:
        row = courses.course(session, reference)
        found = courses.draft(session, row.id) if row else None
    if found is None:
        raise NotFound(f"A draft of {reference}")
    return found


def change_draft(platform: Platform, reference: str, sheet: CourseSheet, if_match: str | None) -> int:
    """Put another sheet in the place of the draft that `if_match` names; its new version.

    Faulty where the sheet bears another reference; 404 without a draft, 428 and 412 as chassis.etag says.
    """
    if sheet.reference != reference:
        refuse([Fault("reference", f"this is the draft of {reference}")])
    with platform.unit_of_work() as tx:
        row = courses.course(tx.session, reference, lock=True)
        found = courses.draft(tx.session, row.id) if row else None
        if row is None or found is None:
            raise NotFound(f"A draft of {reference}")
        check_match(if_match, found[1])
        return courses.put_draft(tx.session, row.id, sheet)


def publish(platform: Platform, reference: str, if_match: str | None) -> Revision:
    """Freeze the draft as the next revision, which the search finds from now on.

    With `if_match`, only the draft that it names. Refused `draft-unchanged` where the newest revision says the same;
    Problem 409 `changed-meanwhile` where another draft took its place while the search's terms were worked out.
    """
    sheet, version = read_draft(platform, reference)
    if if_match is not None:
        check_match(if_match, version)
    # Before the transaction: a large sheet's terms take seconds, and on SQLite everybody who writes would wait.
    found_by = terms_of(sheet)
    with platform.unit_of_work() as tx:
        row = courses.course(tx.session, reference, lock=True)
        if row is None or courses.draft_version(tx.session, row.id) != version:
            detail = "The draft was changed while it was being published: look at it, then publish it."
            raise Problem(HTTPStatus.CONFLICT, "changed-meanwhile", detail)
        newest = courses.revision(tx.session, row.id, row.revision)
        if newest is not None and newest.sheet == sheet:
            detail = f"Revision {newest.number} of {reference} says the same: change the draft, then publish it."
            raise Refused("draft-unchanged", detail, revision=newest.number)
        published = courses.add_revision(tx.session, row, sheet, tx.today, tx.now)
        search.replace_terms(tx.session, row.id, found_by)
        return published


def read_course(platform: Platform, reference: str, number: int | None = None) -> Revision:
    """A published revision, the newest without a number; a course that is only a draft is not found."""
    with platform.reading() as session:
        row = courses.course(session, reference)
        found = courses.revision(session, row.id, row.revision if number is None else number) if row else None
    if found is None:
        raise NotFound(f"The course {reference}" if number is None else f"Revision {number} of {reference}")
    return found


def list_courses(platform: Platform, query: Query, limit: int, after: tuple[int, str] | None) -> list[Found]:
    """Published courses that bear every word of the query, the best first; none for words that say nothing."""
    asked = terms(query.words or "")
    if query.words and query.words.strip() and not asked:
        return []
    if len(asked) > search.MOST_TERMS:
        fault = {"at": "query.q", "detail": f"at most {search.MOST_TERMS} different words"}
        raise Invalid(f"The search takes at most {search.MOST_TERMS} different words.", [fault])
    domain, subdomain = (fold(value) if value is not None else None for value in (query.domain, query.subdomain))
    with platform.reading() as session:
        return search.find(session, asked, Filters(domain, subdomain, query.days), limit, after)
