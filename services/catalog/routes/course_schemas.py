"""Course sheets in JSON: what staff write, what everybody reads."""

from datetime import date
from typing import Annotated

from pydantic import Field

from chassis.fields import Body, Flag, LongText, PageSize, ShortText, View
from services.catalog.domain.course import (
    Assessment,
    CourseSheet,
    Half,
    HalfDay,
    Prerequisites,
    Section,
)
from services.catalog.domain.limits import MOST_DAYS, MOST_SECTIONS, MOST_STATEMENTS, STATEMENT_CHARACTERS
from services.catalog.repository.courses import Revision

REFERENCE_PATTERN = r"^[A-Z0-9-]{1,20}$"
Days = Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS)]
Statement = Annotated[LongText, Field(max_length=STATEMENT_CHARACTERS)]
# The first fault of a list is enough: thousands of them would be an answer of many megabytes.
Statements = Annotated[list[Statement], Field(max_length=MOST_STATEMENTS, fail_fast=True)]


class SectionBody(Body):
    """A numbered section; numbers run from 1 over the whole programme."""

    number: Annotated[int, Field(strict=True, ge=1, le=2 * MOST_DAYS * MOST_SECTIONS)]
    title: ShortText
    points: Statements


class HalfDayBody(Body):
    """One half of one day, counted from 1."""

    day: Days
    half: Half
    sections: Annotated[list[SectionBody], Field(max_length=MOST_SECTIONS, fail_fast=True)]


class PrerequisitesBody(Body):
    """What a trainee needs before; `required` is false where the statements say that nothing is."""

    required: Flag
    statements: Statements


class AssessmentBody(Body):
    """The final test is part of every course; a later one ("à froid") is optional."""

    final_test: Flag
    later_test: Flag
    statements: Statements


class SheetBody(Body):
    """A whole course sheet."""

    reference: ShortText
    title: ShortText
    domain: ShortText
    subdomain: ShortText
    days: Days
    objectives: Statements
    programme: Annotated[list[HalfDayBody], Field(max_length=2 * MOST_DAYS, fail_fast=True)]
    prerequisites: PrerequisitesBody
    audience: Statements
    methods: Statements
    assessment: AssessmentBody

    def sheet(self) -> CourseSheet:
        """The course sheet; raises Faulty where it is not whole."""
        return CourseSheet(
            reference=self.reference,
            title=self.title,
            domain=self.domain,
            subdomain=self.subdomain,
            days=self.days,
            objectives=tuple(self.objectives),
            programme=tuple(
                HalfDay(
                    part.day,
                    part.half,
                    tuple(Section(section.number, section.title, tuple(section.points)) for section in part.sections),
                )
                for part in self.programme
            ),
            prerequisites=Prerequisites(self.prerequisites.required, tuple(self.prerequisites.statements)),
            audience=tuple(self.audience),
            methods=tuple(self.methods),
            assessment=Assessment(
                self.assessment.final_test, self.assessment.later_test, tuple(self.assessment.statements)
            ),
        )


class SectionView(View):
    """A numbered section."""

    number: int
    title: str
    points: list[str]


class HalfDayView(View):
    """One half of one day."""

    day: int
    half: Half
    sections: list[SectionView]


class PrerequisitesView(View):
    """What a trainee needs before."""

    required: bool
    statements: list[str]


class AssessmentView(View):
    """How learning is checked."""

    final_test: bool
    later_test: bool
    statements: list[str]


class SheetView(View):
    """A course sheet."""

    reference: str
    title: str
    domain: str
    subdomain: str
    days: int
    objectives: list[str]
    programme: list[HalfDayView]
    prerequisites: PrerequisitesView
    audience: list[str]
    methods: list[str]
    assessment: AssessmentView


class CourseView(SheetView):
    """A published revision of a course."""

    revision: int
    published_on: date


class CourseSummary(View):
    """A course as a list shows it: its newest revision."""

    reference: str
    revision: int
    title: str
    domain: str
    subdomain: str
    days: int


class CourseQuery(Body):
    """What a visitor looks for: words in French, whose accents and endings do not matter, and filters."""

    q: Annotated[str | None, Field(max_length=200)] = None
    domain: Annotated[str | None, Field(max_length=200)] = None
    subdomain: Annotated[str | None, Field(max_length=200)] = None
    days: Annotated[int | None, Field(ge=1, le=MOST_DAYS)] = None
    limit: PageSize = 20
    cursor: str | None = None


class LineView(View):
    """A line of an imported text. line: counted from 1."""

    line: int
    text: str


class ImportBody(Body):
    """The whole text of a sheet, as it stands; the general terms behind it are cut off."""

    text: Annotated[str, Field(strict=True, min_length=1, max_length=200_000)]


class ImportView(View):
    """The draft, and the lines that are not in it: unplaced ones are for staff to look at."""

    reference: str
    draft: SheetView
    unplaced: list[LineView]
    furniture: list[LineView]
    cut: list[LineView]


def course_view(revision: Revision) -> CourseView:
    """A revision as it is read."""
    sheet = SheetView.model_validate(revision.sheet)
    return CourseView(**sheet.__dict__, revision=revision.number, published_on=revision.published_on)
