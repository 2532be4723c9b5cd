"""A privacy request on its way to an answer: what may be decided when, each decision a new value (Art. 12 GDPR).

Two things go on side by side: who the person is (identity), and what is held of them (stage). Both must be settled
before a package is gathered, and nothing leaves before.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from chassis.values.periods import add_months
from chassis.values.refusals import Refused
from services.gdpr.domain.deadlines import CLAUSE, Deadline, Pause, deadline
from services.gdpr.domain.rights import Right
from services.gdpr.domain.statutory import IDENTITY_MONTHS

IDENTITY_CLAUSE = "GDPR Art. 12(6)"
REFUSAL_CLAUSE = "GDPR Art. 12(5)"
ACCESS_CLAUSE = "GDPR Art. 15"


class Stage(StrEnum):
    """received → searching → candidates → matched → gathering → ready → delivered, or refused on the way."""

    RECEIVED = "received"
    SEARCHING = "searching"  # the services are asked who it may be
    CANDIDATES = "candidates"  # all have answered: the officer says which of them is the person
    MATCHED = "matched"  # that is said; the package waits for the identity
    GATHERING = "gathering"  # the services are asked for what they hold
    READY = "ready"  # the package is whole
    DELIVERED = "delivered"
    REFUSED = "refused"


class Identity(StrEnum):
    """asked: the clock stands; answered: it runs again, and nothing is established yet."""

    UNCHECKED = "unchecked"
    ASKED = "asked"
    ANSWERED = "answered"
    ESTABLISHED = "established"


class Ground(StrEnum):
    """Why a request is refused (Art. 12(5), 12(2))."""

    MANIFESTLY_UNFOUNDED = "manifestly_unfounded"
    EXCESSIVE = "excessive"
    IDENTITY_NOT_SHOWN = "identity_not_shown"


_CLOSED = frozenset({Stage.DELIVERED, Stage.REFUSED})


@dataclass(frozen=True, slots=True)
class Demand:
    """Identity was asked for on reasonable doubt; answered_on: None while the person has not answered."""

    asked_on: date
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a request's course. demands: in their order, at most the last one open."""

    right: Right
    received_on: date
    stage: Stage = Stage.RECEIVED
    identity: Identity = Identity.UNCHECKED
    demands: tuple[Demand, ...] = ()
    extended_on: date | None = None

    @property
    def is_closed(self) -> bool:
        """Whether it was answered, one way or the other."""
        return self.stage in _CLOSED

    @property
    def paused_since(self) -> date | None:
        """The day since which the clock stands; None while it runs, and once all is over."""
        return self.demands[-1].asked_on if self.identity is Identity.ASKED and not self.is_closed else None


def due(case: Case, today: date) -> Deadline:
    """The deadline as it stands; while the clock stands, what it would be if the answer came today."""
    pauses = tuple(Pause(demand.asked_on, demand.answered_on or today) for demand in case.demands)
    return deadline(case.received_on, pauses, extended=case.extended_on is not None)


def identity_awaited_until(asked_on: date) -> date:
    """The last day for the person to answer (Ours); from the next one on the request may be refused for it."""
    return add_months(asked_on, IDENTITY_MONTHS)


def ask_identity(case: Case, today: date) -> Case:
    """Reasonable doubt: the clock stands until the answer is in."""
    _refuse_closed(case)
    _refuse_established(case)
    if case.identity is Identity.ASKED:
        detail = "Identity was asked for, and the answer is not in: there is no second demand before it."
        raise Refused("identity-asked", detail, IDENTITY_CLAUSE, asked_on=case.demands[-1].asked_on.isoformat())
    return replace(case, identity=Identity.ASKED, demands=(*case.demands, Demand(today)))


def take_answer(case: Case, came_on: date, today: date) -> Case:
    """The answer came on that day, from which the clock runs again; it remains to be judged.

    An extension that was told after the first month, as that day shows, is void.
    """
    _refuse_closed(case)
    if case.identity is not Identity.ASKED:
        raise Refused("identity-not-asked", "No answer about identity is awaited.", IDENTITY_CLAUSE)
    asked_on = case.demands[-1].asked_on
    _refuse_outside(came_on, asked_on, today)
    answered = (*case.demands[:-1], Demand(asked_on, came_on))
    taken = replace(case, identity=Identity.ANSWERED, demands=answered)
    return replace(taken, extended_on=None) if _is_extended_too_late(taken, today) else taken


def establish(case: Case, today: date) -> Case:
    """The person is who they say; where an answer was awaited it came today, unless it was taken before."""
    _refuse_closed(case)
    _refuse_established(case)
    answered = take_answer(case, today, today) if case.identity is Identity.ASKED else case
    return _gather_if_settled(replace(answered, identity=Identity.ESTABLISHED))


def extend(case: Case, today: date) -> Case:
    """Two further months, once, told within the first one (the pauses counted)."""
    _refuse_closed(case)
    if case.extended_on is not None:
        detail = "The deadline was extended before, and cannot be again."
        raise Refused("extended-before", detail, CLAUSE, extended_on=case.extended_on.isoformat())
    last_day = due(case, today).last_day
    if today > last_day:
        detail = "An extension is told within the first month, which is over."
        raise Refused("extension-too-late", detail, CLAUSE, last_day=last_day.isoformat())
    return replace(case, extended_on=today)


def begin_search(case: Case) -> Case:
    """The services are asked who it may be; asked again, what was found before no longer counts."""
    _refuse_closed(case)
    refuse_other_rights(case)
    return replace(case, stage=Stage.SEARCHING)


def found(case: Case) -> Case:
    """Every service has said whom it knows."""
    _refuse_unless(case, Stage.SEARCHING)
    return replace(case, stage=Stage.CANDIDATES)


def confirm(case: Case) -> Case:
    """The officer has said which candidates are the person, or that none is."""
    _refuse_closed(case)
    refuse_other_rights(case)
    _refuse_unless(case, Stage.CANDIDATES)
    return _gather_if_settled(replace(case, stage=Stage.MATCHED))


def gathered(case: Case) -> Case:
    """Every service has handed over what it holds: the package is whole."""
    _refuse_unless(case, Stage.GATHERING)
    return replace(case, stage=Stage.READY)


def deliver(case: Case, on: date, ready_on: date, today: date) -> Case:
    """The package was handed over on that day, which answers the request. ready_on: the day it was made."""
    _refuse_closed(case)
    refuse_other_rights(case)
    _refuse_unless(case, Stage.READY)
    _refuse_outside(on, ready_on, today)
    return replace(case, stage=Stage.DELIVERED)


def refuse(case: Case, ground: Ground, today: date) -> Case:
    """The request is refused; that identity was not shown needs a demand that stayed without a sufficient answer."""
    _refuse_closed(case)
    if ground is Ground.IDENTITY_NOT_SHOWN:
        _refuse_unless_identity_failed(case, today)
    return replace(case, stage=Stage.REFUSED)


def refuse_other_rights(case: Case) -> None:
    """Refused for a right that is received with its deadline, and no more: there is no way yet to carry it out."""
    if case.right is not Right.ACCESS:
        detail = (
            f"This platform answers requests for access only: one for {case.right} is kept with its deadline, and is "
            "to be carried out by hand."
        )
        raise Refused("right-not-carried-out", detail, None, right=case.right.value)


def _gather_if_settled(case: Case) -> Case:
    settled = case.stage is Stage.MATCHED and case.identity is Identity.ESTABLISHED
    return replace(case, stage=Stage.GATHERING) if settled else case


def _is_extended_too_late(case: Case, today: date) -> bool:
    first_month = due(replace(case, extended_on=None), today)
    return case.extended_on is not None and case.extended_on > first_month.last_day


def _refuse_closed(case: Case) -> None:
    if case.is_closed:
        raise Refused("request-closed", f"The request is closed: it was {case.stage}.", None, state=case.stage.value)


def _refuse_established(case: Case) -> None:
    if case.identity is Identity.ESTABLISHED:
        raise Refused("identity-established", "The person's identity is established already.", IDENTITY_CLAUSE)


def _refuse_unless(case: Case, stage: Stage) -> None:
    if case.stage is not stage:
        detail = f"This is done while the request is in the state {stage}; it is in the state {case.stage}."
        clause = ACCESS_CLAUSE if case.identity is Identity.ESTABLISHED else IDENTITY_CLAUSE
        facts = {"state": case.stage.value, "identity": case.identity.value}
        raise Refused("not-in-this-state", detail, clause, **facts)


def _refuse_outside(day: date, first: date, today: date) -> None:
    if not first <= day <= today:
        detail = f"The day must lie from {first.isoformat()} through {today.isoformat()}."
        raise Refused("day-out-of-range", detail, None, first=first.isoformat(), last=today.isoformat())


def _refuse_unless_identity_failed(case: Case, today: date) -> None:
    if case.identity is Identity.ANSWERED:
        return
    if case.identity is not Identity.ASKED:
        detail = "Ask for identity first: only a person who did not show it can be refused for that."
        raise Refused("identity-not-asked", detail, IDENTITY_CLAUSE)
    last_day = identity_awaited_until(case.demands[-1].asked_on)
    if today <= last_day:
        detail = "The person may still answer: refuse for this reason from the day after the last day on."
        raise Refused("identity-awaited", detail, IDENTITY_CLAUSE, last_day=last_day.isoformat())
