"""The catalog and payments, over HTTP through the gateway. Called before a unit of work, never inside one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from pydantic import ValidationError

from chassis.client import ServiceClient
from chassis.fields import DecimalString, Event
from chassis.problems import Problem, Unavailable
from chassis.values.refusals import Refused
from services.contracts.domain.training import (
    Course,
    CourseSheet,
    Half,
    HalfDay,
    ProgrammeHalfDay,
    Section,
    Session,
)

Shape = TypeVar("Shape", bound=Event)
_NONE_SUCH = object()
_OPEN = "open"


class _HalfDay(Event):
    day: date
    half: Half
    hours: DecimalString


class _Session(Event):
    id: UUID
    course_reference: str
    course_revision: int
    kind: str
    place: str
    trainer: str
    seats_max: int
    seats_taken: int
    half_days: list[_HalfDay]


class _Revision(Event):
    reference: str
    revision: int
    title: str
    objectives: list[str]


class _Section(Event):
    number: int
    title: str
    points: list[str]


class _ProgrammeHalfDay(Event):
    day: int
    half: Half
    sections: list[_Section]


class _Statements(Event):
    statements: list[str]


class _Sheet(_Revision):
    programme: list[_ProgrammeHalfDay]
    prerequisites: _Statements
    audience: list[str]
    methods: list[str]
    assessment: _Statements


class _Opco(Event):
    name: str


@dataclass(frozen=True)
class CatalogSession:
    """A session, the course revision that it teaches, who teaches it and how many it takes.

    is_open: whether it is one for everybody, not for one company.
    """

    session: Session
    course_reference: str
    course_revision: int
    is_open: bool
    trainer: str
    seats_max: int
    seats_taken: int

    @property
    def seats_left(self) -> int:
        """Seats that nobody holds at this moment."""
        return max(self.seats_max - self.seats_taken, 0)


@dataclass(frozen=True)
class CatalogCourse:
    """A published revision and its objectives."""

    course: Course
    objectives: tuple[str, ...]


def session(client: ServiceClient, session_id: UUID) -> CatalogSession | None:
    """The session as it stands now; None where the catalog has none such."""
    found = _get(client, f"/v1/sessions/{session_id}")
    if found is _NONE_SUCH:
        return None
    read = _read(_Session, found)
    half_days = tuple(HalfDay(each.day, each.half, each.hours) for each in read.half_days)
    return CatalogSession(
        session=Session(read.id, half_days, read.place),
        course_reference=read.course_reference,
        course_revision=read.course_revision,
        is_open=read.kind == _OPEN,
        trainer=read.trainer,
        seats_max=read.seats_max,
        seats_taken=read.seats_taken,
    )


def revision(client: ServiceClient, reference: str, number: int) -> CatalogCourse | None:
    """A published revision, which never changes; None where the catalog has none such."""
    found = _get(client, f"/v1/courses/{quote(reference, safe='')}/revisions/{number}")
    if found is _NONE_SUCH:
        return None
    read = _read(_Revision, found)
    return CatalogCourse(Course(read.reference, read.title, read.revision), tuple(read.objectives))


def course_sheet(client: ServiceClient, reference: str, number: int) -> CourseSheet | None:
    """The whole sheet of a published revision; None where the catalog has none such."""
    found = _get(client, f"/v1/courses/{quote(reference, safe='')}/revisions/{number}")
    if found is _NONE_SUCH:
        return None
    read = _read(_Sheet, found)
    return CourseSheet(
        course=Course(read.reference, read.title, read.revision),
        objectives=tuple(read.objectives),
        programme=tuple(_programme_half_day(part) for part in read.programme),
        prerequisites=tuple(read.prerequisites.statements),
        audience=tuple(read.audience),
        methods=tuple(read.methods),
        assessment=tuple(read.assessment.statements),
    )


def newest_revision(client: ServiceClient, reference: str) -> CatalogCourse | None:
    """The published course as it is now; None where there is none such."""
    found = _get(client, f"/v1/courses/{quote(reference, safe='')}")
    if found is _NONE_SUCH:
        return None
    read = _read(_Revision, found)
    return CatalogCourse(Course(read.reference, read.title, read.revision), tuple(read.objectives))


def opco_name(client: ServiceClient, code: str) -> str | None:
    """The name of an operator; None where there is none of this code."""
    found = _get(client, f"/v1/opcos/{quote(code, safe='')}")
    return None if found is _NONE_SUCH else _read(_Opco, found).name


def hold_seats(client: ServiceClient, session_id: UUID, contract_id: UUID, seats: int) -> None:
    """Hold seats for the contract, once however often asked; Problem 409 `session-full` where there are too few.

    Refused (clause 2.1) where the session went away meanwhile: its dates are gone, which voids the proposal.
    """
    path = f"/v1/sessions/{session_id}/seats/{contract_id}"
    if _known(lambda: client.put(path, json={"seats": seats})) is _NONE_SUCH:
        detail = "The catalog no longer has the session, which voids the proposal: issue a new one."
        raise Refused("proposal-void", detail, "2.1", days=[])


def _programme_half_day(part: _ProgrammeHalfDay) -> ProgrammeHalfDay:
    sections = tuple(Section(each.number, each.title, tuple(each.points)) for each in part.sections)
    return ProgrammeHalfDay(part.day, part.half, sections)


def _get(client: ServiceClient, path: str) -> Any:
    """What the path answers; `_NONE_SUCH` where there is none."""
    return _known(lambda: client.get(path))


def _known(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Problem as problem:
        if problem.status == HTTPStatus.NOT_FOUND:
            return _NONE_SUCH
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable("Another part of the platform failed; send the request again.") from problem
        raise


def _read(shape: type[Shape], found: Any) -> Shape:
    try:
        return shape.model_validate(found)
    except ValidationError as error:
        raise Unavailable("Another part of the platform gave an answer that cannot be read.") from error
