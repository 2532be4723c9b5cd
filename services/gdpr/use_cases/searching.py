"""Who the person is in the services' rows: they are asked, and the officer decides."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlmodel import Session

from chassis.clock import real_now
from chassis.etag import check_match
from chassis.platform import Platform
from chassis.problems import Invalid, NotFound
from chassis.unit_of_work import Transaction
from chassis.values.refusals import Refused
from services.gdpr.clients import SERVICES
from services.gdpr.domain import case as rules
from services.gdpr.domain.case import ACCESS_CLAUSE, Case
from services.gdpr.repository import cases, matches, packages, parts, requests
from services.gdpr.repository.cases import Step
from services.gdpr.repository.parts import Kind
from services.gdpr.tables import PrivacyCandidateRow, PrivacyRequestRow
from services.gdpr.use_cases.deciding import decide

# What changes the list that the officer decides on.
_BEGUN, _FOUND, _CONFIRMED = "search-begun", "candidates-found", "matches-confirmed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the services look for: a family name or an e-mail address, and what tells the person from others."""

    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates so far. waiting_for, truncated: the services that have still to answer, or hold more.

    version: of the list, another one after each search, when it is whole, and once it is decided on.
    """

    version: int
    request: PrivacyRequestRow
    candidates: list[PrivacyCandidateRow]
    waiting_for: list[str]
    truncated: list[str]


def search(platform: Platform, request_id: UUID, wanted: Wanted | None, by: str) -> PrivacyRequestRow:
    """Ask the services, in the background; by the name and the address of the request where nothing else is said."""
    with platform.unit_of_work() as tx:
        row = decide(tx, request_id, rules.begin_search, Step(_BEGUN, by))
        for earlier in (parts, matches, packages):
            earlier.forget(tx.session, row.id)
        asked = asdict(wanted or _by_the_request(row))
        parts.ask(tx.session, row.id, Kind.MATCHES, SERVICES, asked, real_now())
        return row


def read_matches(platform: Platform, request_id: UUID) -> Found:
    """The candidates as they stand."""
    with platform.reading() as session:
        row = requests.one(session, request_id)
        if row is None:
            raise NotFound("The privacy request")
        # First: whoever decides on a newer list than this version is told to read again, never the other way round.
        version = _version(session, row.id)
        waiting = [each.service for each in parts.waiting_for(session, [row.id]).get(row.id, [])]
        return Found(version, row, matches.of(session, row.id), waiting, _truncated(session, row.id))


def confirm(
    platform: Platform, request_id: UUID, chosen: Collection[UUID], by: str, if_match: str | None
) -> PrivacyRequestRow:
    """These candidates are the person, all others are dropped; none: nothing is held.

    if_match: the ETag of the list that was read, so that nobody decides on one that they have not seen.
    """
    with platform.unit_of_work() as tx:

        def decision(case: Case) -> Case:
            after = rules.confirm(case)
            check_match(if_match, _version(tx.session, request_id))
            _keep(tx, request_id, chosen)
            return after

        return decide(tx, request_id, decision, Step(_CONFIRMED, by, f"personnes retenues : {len(chosen)}"))


def _keep(tx: Transaction, request_id: UUID, chosen: Collection[UUID]) -> None:
    truncated = _truncated(tx.session, request_id)
    if truncated:
        detail = "There are more candidates than are shown: search again, by the e-mail address or the name alone."
        raise Refused("candidates-truncated", detail, ACCESS_CLAUSE, services=truncated)
    unknown = set(chosen) - {candidate.id for candidate in matches.of(tx.session, request_id)}
    if unknown:
        raise Invalid("Not a candidate of this request: " + ", ".join(sorted(map(str, unknown))) + ".")
    matches.confirm(tx.session, request_id, chosen)
    parts.forget(tx.session, request_id)


def _version(session: Session, request_id: UUID) -> int:
    return cases.count_of(session, request_id, (_BEGUN, _FOUND, _CONFIRMED))


def _truncated(session: Session, request_id: UUID) -> list[str]:
    answered = parts.answered(session, request_id, Kind.MATCHES)
    return [part.service for part in answered if part.answer and part.answer["truncated"]]


def _by_the_request(row: PrivacyRequestRow) -> Wanted:
    given, _, family = row.name.partition(" ")
    return Wanted(given_name=given if family else None, family_name=family or given, email=row.email)
