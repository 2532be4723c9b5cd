"""The catalog and payments, over HTTP through the gateway. Called before a unit of work, never inside one."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

from chassis.client import ServiceClient
from chassis.fields import DecimalString, Event
from chassis.problems import Problem
from services.contracts.domain.training import Course, Half, HalfDay, Session


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
    if found is None:
        return None
    read = _Session.model_validate(found)
    half_days = tuple(HalfDay(each.day, each.half, each.hours) for each in read.half_days)
    return CatalogSession(Session(read.id, half_days, read.place), read.course_reference, read.course_revision)


def revision(client: ServiceClient, reference: str, number: int) -> CatalogCourse | None:
    """A published revision, which never changes; None where the catalog has none such."""
    found = _get(client, f"/v1/courses/{quote(reference, safe='')}/revisions/{number}")
    if found is None:
        return None
    read = _Revision.model_validate(found)
    return CatalogCourse(Course(read.reference, read.title, read.revision), tuple(read.objectives))


def newest_revision(client: ServiceClient, reference: str) -> CatalogCourse | None:
    """The published course as it is now; None where there is none such."""
    found = _get(client, f"/v1/courses/{quote(reference, safe='')}")
    if found is None:
        return None
    read = _Revision.model_validate(found)
    return CatalogCourse(Course(read.reference, read.title, read.revision), tuple(read.objectives))


def opco_name(client: ServiceClient, code: str) -> str | None:
    """The name of an operator; None where there is none of this code."""
    found = _get(client, f"/v1/opcos/{quote(code, safe='')}")
    return None if found is None else _Opco.model_validate(found).name


def hold_seats(client: ServiceClient, session_id: UUID, contract_id: UUID, seats: int) -> None:
    """Hold seats for the contract, once however often asked; Problem 409 `session-full` where there are too few."""
    client.put(f"/v1/sessions/{session_id}/seats/{contract_id}", json={"seats": seats})


def _get(client: ServiceClient, path: str) -> Any | None:
    try:
        return client.get(path)
    except Problem as problem:
        if problem.status == HTTPStatus.NOT_FOUND:
            return None
        raise
