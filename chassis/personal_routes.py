"""How a service answers for the personal data that it holds: its declarations, who a person may be, their records.

For the privacy desk alone, which asks through the gateway. Both questions about a person are POSTs: nothing personal
stands in an address or a log.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import MetaData
from sqlmodel import Session

from chassis import own_personal_data
from chassis.auth import Role, allow
from chassis.clock import real_now
from chassis.fields import Body, Email, ShortText
from chassis.personal_data import People, TableHolds
from chassis.personal_matches import MOST, Candidate, Subject, Wanted, matches
from chassis.personal_records import Tables, records_of
from chassis.personal_views import DeclarationsView, MatchesView, RecordsView, match_view, records_view, table_view
from chassis.platform import Ctx
from chassis.tables import metadata as own_metadata

_MOST_SUBJECTS = 50
# A name of 200 signs can fold to many more.
_LONGEST_ID = 4000
_BY_UUID = frozenset({People.CUSTOMER, People.CONTACT, People.PERSON, People.REQUESTER})


@dataclass(frozen=True)
class PersonalData:
    """What one service answers with. candidates: everybody in its rows who can be looked for."""

    service: str
    metadata: MetaData
    declarations: Sequence[TableHolds]
    candidates: Callable[[Session], Iterable[Candidate]]

    @property
    def tables(self) -> Tables:
        """The service's tables and the chassis', by name."""
        return {**self.metadata.tables, **own_metadata.tables}

    @property
    def declared(self) -> Sequence[TableHolds]:
        """The service's declarations and the chassis'."""
        return (*self.declarations, *own_personal_data.DECLARATIONS)


class MatchBody(Body):
    """What the person who asks is known by: an e-mail address, a family name, or both."""

    given_name: ShortText | None = None
    family_name: ShortText | None = None
    email: Email | None = None
    organisation: ShortText | None = None
    birth_date: Annotated[None, Field(description="No service holds one.")] = None

    @model_validator(mode="after")
    def known_by_something(self) -> Self:
        """A given name alone is everybody's."""
        if self.family_name is None and self.email is None:
            raise ValueError("family_name or email is needed")
        return self


class SubjectBody(Body):
    """A person as `matches` named one."""

    kind: People
    id: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=_LONGEST_ID, pattern=r"^[^\x00]+$")]

    @model_validator(mode="after")
    def id_of_its_kind(self) -> Self:
        """A customer's, a contact's and a trainee's start with a UUID."""
        if self.kind in _BY_UUID:
            key = self.subject().key
            if key != str(UUID(key)):
                raise ValueError("write the UUID as the search gave it")
        return self

    def subject(self) -> Subject:
        """The person."""
        return Subject(self.kind, self.id)


class RecordsBody(Body):
    """Whose records."""

    subjects: Annotated[list[SubjectBody], Field(max_length=_MOST_SUBJECTS)]


def declarations_route(router: APIRouter, service: str, declarations: Sequence[TableHolds]) -> None:
    """What the register is derived from."""
    declared = [table_view(each) for each in (*declarations, *own_personal_data.DECLARATIONS)]

    @router.get(f"/v1/personal-data/{service}/declarations", **allow(Role.SERVICE))
    def read_declarations() -> DeclarationsView:
        """What each column of this service holds about people."""
        return DeclarationsView(service=service, as_of=real_now(), tables=declared)


def personal_data_routes(held: PersonalData) -> APIRouter:
    """The three routes of a service that holds people's data."""
    router = APIRouter(tags=[held.service])
    declarations_route(router, held.service, held.declarations)

    @router.post(f"/v1/personal-data/{held.service}/matches", **allow(Role.SERVICE))
    def find_matches(body: MatchBody, platform: Ctx) -> MatchesView:
        """Who may be the person: candidates, of whom the data protection officer decides."""
        wanted = Wanted(body.given_name, body.family_name, body.email, body.organisation)
        with platform.reading() as session:
            found = matches(wanted, held.candidates(session))
        views = [match_view(each) for each in found[:MOST]]
        return MatchesView(service=held.service, as_of=real_now(), matches=views, truncated=len(found) > MOST)

    @router.post(f"/v1/personal-data/{held.service}/records", **allow(Role.SERVICE))
    def read_records(body: RecordsBody, platform: Ctx) -> RecordsView:
        """Everything held about these people, and nothing about anybody else."""
        subjects = [each.subject() for each in body.subjects]
        with platform.reading() as session:
            found = records_of(session, held.tables, held.declared, subjects, held.candidates(session))
        return records_view(held.service, found)

    return router
