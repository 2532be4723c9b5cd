"""One decision on a request: the rule is asked, the outcome kept and recorded, duties moved, what follows begun."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from chassis.clock import real_now
from chassis.problems import NotFound
from chassis.unit_of_work import Transaction
from chassis.values.periods import next_day
from services.gdpr.clients import SERVICES
from services.gdpr.domain.case import IDENTITY_CLAUSE, Case, Stage, identity_awaited_until
from services.gdpr.domain.deadlines import CLAUSE
from services.gdpr.repository import cases, matches, parts
from services.gdpr.repository.cases import Step
from services.gdpr.repository.parts import Kind
from services.gdpr.tables import PrivacyRequestRow

DESK_DAY, LAST_DAY, IDENTITY_AWAITED = "privacy-desk-day", "privacy-last-day", "privacy-identity-awaited"
OWN_NAME = "gdpr"


def decide(tx: Transaction, request_id: UUID, decision: Callable[[Case], Case], step: Step) -> PrivacyRequestRow:
    """The request after the decision; Refused where the rules do not allow it, NotFound where there is none such."""
    row = cases.locked(tx.session, request_id)
    if row is None:
        raise NotFound("The privacy request")
    before = cases.case_of(tx.session, row)
    after = decision(before)
    _drop_duties(tx, row, before)
    cases.keep(tx.session, row, after, tx.today)
    cases.note(tx.session, row, step, tx.today, tx.now)
    if before.extended_on is not None and after.extended_on is None:
        void = Step("extension-void", OWN_NAME, f"annoncée le {before.extended_on.isoformat()}, hors du premier mois")
        cases.note(tx.session, row, void, tx.today, tx.now)
    put_duties(tx, row, after)
    if after.stage is Stage.GATHERING and before.stage is not Stage.GATHERING:
        _gather(tx, row.id)
    return row


def put_duties(tx: Transaction, row: PrivacyRequestRow, case: Case) -> None:
    """Both days of the deadline while the clock runs; while it stands, the day on which waiting is over."""
    if case.is_closed:
        return
    if case.paused_since is not None:
        over_on = next_day(identity_awaited_until(case.paused_since))
        tx.put_duty(IDENTITY_AWAITED, _subject(row.id, case.paused_since), over_on, IDENTITY_CLAUSE)
        return
    tx.put_duty(DESK_DAY, _subject(row.id, row.desk_day), row.desk_day, CLAUSE)
    tx.put_duty(LAST_DAY, _subject(row.id, row.answer_by), row.answer_by, CLAUSE)


def request_of(subject: str) -> UUID:
    """The request that a duty is about."""
    return UUID(subject.partition("/")[0])


def _drop_duties(tx: Transaction, row: PrivacyRequestRow, case: Case) -> None:
    tx.drop_duty(DESK_DAY, _subject(row.id, row.desk_day))
    tx.drop_duty(LAST_DAY, _subject(row.id, row.answer_by))
    if case.paused_since is not None:
        tx.drop_duty(IDENTITY_AWAITED, _subject(row.id, case.paused_since))


def _subject(request_id: UUID, day: date) -> str:
    # With its day: a duty that was done stays done, and a deadline that moves on has a new one.
    return f"{request_id}/{day.isoformat()}"


def _gather(tx: Transaction, request_id: UUID) -> None:
    """Ask for the records of whom the officer confirmed; of nobody, only this service has any."""
    confirmed = {(row.kind, row.subject_id) for row in matches.of(tx.session, request_id)}
    subjects = [{"kind": kind, "id": subject_id} for kind, subject_id in sorted(confirmed)]
    now = real_now()
    if subjects:
        parts.ask(tx.session, request_id, Kind.RECORDS, SERVICES, {"subjects": subjects}, now)
    parts.ask(tx.session, request_id, Kind.PACKAGE, (OWN_NAME,), {}, now)
