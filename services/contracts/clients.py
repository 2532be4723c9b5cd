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
from services.contracts.domain.training import Course, Half, HalfDay, Session

Shape = TypeVar("Shape", bound=Event)
_NONE_SUCH = object()


class _HalfDay(Event):
    day: date
    half: Half
    hours: DecimalString


class _Session(Event):
    id: UUID
    course_reference: str
    course_revision: int
    place: str
    half_days: list[_HalfDay]


class _Revision(Event):
    reference: str
    revision: int
    title: str
    objectives: list[str]


class _Opco(Event):
    name: str


@dataclass(frozen=True)
class CatalogSession:
    """A session and the course revision that it teaches."""

    session: Session
    course_reference: str
    course_revision: int


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
    return CatalogSession(Session(read.id, half_days, read.place), read.course_reference, read.course_revision)


def revision(client: ServiceClient, reference: str, number: int) -> CatalogCourse | None:
    """A published revision, which never changes; None where the catalog has none such."""
    found = _get(client, f"/v1/courses/{quote(reference, safe='')}/revisions/{number}")
    if found is _NONE_SUCH:
        return None
    read = _read(_Revision, found)
    return CatalogCourse(Course(read.reference, read.title, read.revision), tuple(read.objectives))


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
