"""The course sheet (clauses, section 4): a value that exists is a complete sheet.

The sheet states days and half-days but no hours: a session does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.catalog.domain.faults import Fault, refuse
from services.catalog.domain.limits import (
    MOST_DAYS,
    MOST_SECTIONS,
    MOST_STATEMENTS,
    NAME_CHARACTERS,
    STATEMENT_CHARACTERS,
)

HALVES_IN_DAY = 2
_REFERENCE = re.compile(r"[A-Z0-9]{2,5}-[A-Z0-9]{2,5}-[0-9]{2,3}", re.ASCII)


class Half(StrEnum):
    """The two halves of a training day, in their order."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section of the programme and its points."""

    number: int
    title: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HalfDay:
    """One half of one day of the programme. day: counted from 1."""

    day: int
    half: Half
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """What a trainee needs before. required: False where the sheet says that nothing is."""

    required: bool
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """How learning is checked. final_test: part of every course; later_test: a later one is offered."""

    final_test: bool
    later_test: bool
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseSheet:
    """One course as the catalogue publishes it; raises Faulty, naming all that is missing or wrong."""

    reference: str
    title: str
    domain: str
    subdomain: str
    days: int
    objectives: tuple[str, ...]
    programme: tuple[HalfDay, ...]
    prerequisites: Prerequisites
    audience: tuple[str, ...]
    methods: tuple[str, ...]
    assessment: Assessment

    def __post_init__(self) -> None:
        refuse(_faults(self))


def is_reference(written: str) -> bool:
    """Whether it has the form domain code, subdomain code, number: MRK-OPE-08."""
    return _REFERENCE.fullmatch(written) is not None


def half_days_of(days: int) -> tuple[tuple[int, Half], ...]:
    """The half-days that a programme of so many days has, in order."""
    return tuple((day, half) for day in range(1, days + 1) for half in Half)


def _faults(sheet: CourseSheet) -> Iterator[Fault]:
    if not is_reference(sheet.reference):
        yield Fault("reference", "domain code, subdomain code and number, such as MRK-OPE-08")
    for name in ("title", "domain", "subdomain"):
        yield from _name(name, name, getattr(sheet, name))
    for name in ("objectives", "audience", "methods"):
        yield from _statements(name, getattr(sheet, name))
    yield from _statements("prerequisites.statements", sheet.prerequisites.statements)
    yield from _statements("assessment.statements", sheet.assessment.statements)
    if not sheet.assessment.final_test:
        yield Fault("assessment.final_test", "the final test is part of every course")
    yield from _programme_faults(sheet)


def _name(at: str, what: str, text: str) -> Iterator[Fault]:
    if not text.strip():
        yield Fault(at, f"the {what} is missing")
    if len(text) > NAME_CHARACTERS:
        yield Fault(at, f"the {what} has more than {NAME_CHARACTERS} characters")


def _statements(at: str, statements: tuple[str, ...]) -> Iterator[Fault]:
    if not statements:
        yield Fault(at, f"{at.split('.', maxsplit=1)[0]} missing: at least one statement is needed")
    if len(statements) > MOST_STATEMENTS:
        yield Fault(at, f"at most {MOST_STATEMENTS} statements")
    for index, statement in enumerate(statements):
        if not statement.strip():
            yield Fault(f"{at}.{index}", "an empty statement")
        if len(statement) > STATEMENT_CHARACTERS:
            yield Fault(f"{at}.{index}", f"a statement of more than {STATEMENT_CHARACTERS} characters")


def _programme_faults(sheet: CourseSheet) -> Iterator[Fault]:
    if sheet.days < 1:
        yield Fault("days", "a whole number of days, at least one, is missing")
    elif sheet.days > MOST_DAYS:
        yield Fault("days", f"at most {MOST_DAYS} days")
    elif not sheet.programme:
        yield Fault("programme", "the programme is missing")
    elif not _matches_days(sheet):
        yield Fault("programme", _mismatch(sheet))
    expected = 1
    for place, half_day in enumerate(sheet.programme):
        if not half_day.sections:
            yield Fault(f"programme.{place}.sections", "a half-day holds at least one section")
        if len(half_day.sections) > MOST_SECTIONS:
            yield Fault(f"programme.{place}.sections", f"a half-day holds at most {MOST_SECTIONS} sections")
        for index, section in enumerate(half_day.sections):
            yield from _section_faults(f"programme.{place}.sections.{index}", section, expected)
            expected += 1


def _section_faults(at: str, section: Section, expected: int) -> Iterator[Fault]:
    if section.number != expected:
        yield Fault(f"{at}.number", f"section {section.number} stands where {expected} is due: numbered without a gap")
    yield from _name(f"{at}.title", "section's title", section.title)
    yield from _statements(f"{at}.points", section.points)


def _matches_days(sheet: CourseSheet) -> bool:
    if len(sheet.programme) != HALVES_IN_DAY * sheet.days:
        return False
    return tuple((half_day.day, half_day.half) for half_day in sheet.programme) == half_days_of(sheet.days)


def _mismatch(sheet: CourseSheet) -> str:
    written = ", ".join(f"{half_day.day} {half_day.half}" for half_day in sheet.programme)
    due = f"{HALVES_IN_DAY * sheet.days} half-days, a morning then an afternoon for each day from 1 to {sheet.days}"
    return f"the half-days must match the days: {due}; the programme has {written}"
