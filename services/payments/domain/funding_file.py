"""What operators' files stand at, whatever order their messages came in (terms, section 3.3).

A message can be late by days and come after the ones that followed it. So the decisions of all files of a contract
are kept, and what stands is always read from all of them, by the time at which the operator decided: the same
decisions give the same files, in any order of arrival. Which day they came on is kept too: at the end of the
training only what was at hand counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from chassis.values.money import ZERO, Money
from chassis.values.refusals import Refused
from services.payments.domain.funding import FundingState, TaxBasis, approved_incl_tax, check_approval, differs
from services.payments.domain.tax_parts import Parts


class DecisionKind(StrEnum):
    """What an operator decided; withdrawn: it takes its approval back."""

    APPROVED = "approved"
    AMENDED = "amended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def approves(self) -> bool:
        """Whether it promises money."""
        return self in (DecisionKind.APPROVED, DecisionKind.AMENDED)


@dataclass(frozen=True, slots=True)
class Promise:
    """An approval's terms. hours: those it pays for, all its trainees together; expires_on: the last day it holds."""

    amount: Money
    tax_basis: TaxBasis
    direct_payment: bool
    hours: Decimal | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a file. key: tells apart those of one instant, whatever order they came in.

    came_on: the business day it came on. copy: the SHA-256 of the approval's document, where it came along.
    """

    key: str
    file: str
    kind: DecisionKind
    decided_at: datetime
    came_on: date
    promise: Promise | None = None
    copy: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FileStanding:
    """What a file stands at. incl_tax: what its promise is worth; the days are those on which each came."""

    state: FundingState = FundingState.ASKED
    promise: Promise | None = None
    incl_tax: Money | None = None
    approved_on: date | None = None
    copy: str | None = None
    copy_on: date | None = None
    refused_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Standings:
    """Every file's standing, and by file and key why a decision has no effect."""

    files: Mapping[str, FileStanding]
    passed_over: Mapping[tuple[str, str], str] = field(default_factory=dict)


def stand(files: Iterable[str], decisions: Sequence[Decision], price: Parts) -> Standings:
    """What the decisions make of the files, by the time they were taken.

    Operators together never promise more than the price: what would exceed it waits, and is taken once there is
    room. An approval said again in other words has no effect; a change is an amendment.
    """
    reading = _Reading({file: FileStanding() for file in files}, price)
    for decision in sorted(decisions, key=_order):
        reading.take(decision)
    return Standings(reading.standings, reading.passed_over)


def at_the_end(decisions: Iterable[Decision], ended_on: date) -> list[Decision]:
    """The decisions that count at the end: promises that came by that day; a refusal whenever it came (clause 3.3).

    A promise that expired before is none, and takes no room from others.
    """
    return [_unless_expired(each, ended_on) for each in decisions if not each.kind.approves or each.came_on <= ended_on]


def says_the_same(standing: Promise, said: Promise) -> bool:
    """Whether a promise is said again; what one of them leaves open contradicts nothing."""
    own, other = ((each.amount, each.tax_basis, each.direct_payment) for each in (standing, said))
    optional = ((standing.hours, said.hours), (standing.expires_on, said.expires_on))
    return own == other and all(None in pair or pair[0] == pair[1] for pair in optional)


class _Reading:
    """The files as they stand while their decisions are read in order."""

    def __init__(self, standings: dict[str, FileStanding], price: Parts) -> None:
        self.standings = standings
        self.passed_over: dict[tuple[str, str], str] = {}
        self._price = price
        self._waiting: dict[str, Decision] = {}

    def take(self, decision: Decision) -> None:
        """Read one more decision, then those that wait for room."""
        before = self.standings[decision.file]
        if decision.promise is None:
            self._waiting.pop(decision.file, None)
            refused_on = before.refused_on or decision.came_on
            refused = FileStanding(FundingState.REFUSED, refused_on=refused_on, reason=decision.reason)
            self.standings = _worth({**self.standings, decision.file: refused}, self._price)
        elif before.promise is not None and decision.kind is DecisionKind.APPROVED:
            self._say_again(before, before.promise, decision, decision.promise)
        else:
            self._waiting[decision.file] = decision
        for waiting in sorted(self._waiting.values(), key=_order):
            self._promise(waiting)

    def _say_again(self, before: FileStanding, stands: Promise, decision: Decision, said: Promise) -> None:
        if not says_the_same(stands, said):
            self.passed_over[decision.file, decision.key] = differs().detail
            return
        whole = replace(stands, hours=stands.hours or said.hours, expires_on=stands.expires_on or said.expires_on)
        self.standings[decision.file] = _with_copy(replace(before, promise=whole), decision)

    def _promise(self, decision: Decision) -> None:
        """Take a promise where there is room for it; it waits otherwise."""
        before = self.standings[decision.file]
        promised = replace(
            before,
            state=FundingState.APPROVED,
            promise=decision.promise,
            approved_on=decision.came_on if before.approved_on is None else before.approved_on,
            refused_on=None,
            reason=None,
        )
        try:
            self.standings = _worth({**self.standings, decision.file: _with_copy(promised, decision)}, self._price)
        except Refused as refusal:
            self.passed_over[decision.file, decision.key] = refusal.detail
            return
        del self._waiting[decision.file]
        self.passed_over.pop((decision.file, decision.key), None)


def _worth(standings: Mapping[str, FileStanding], price: Parts) -> dict[str, FileStanding]:
    """Every promise incl. tax, those stated excl. tax in the order of the files: nets that make the contract's net
    are worth exactly its price. Refused where a promise names no amount, and above the price.
    """
    valued, net, incl = {}, ZERO, ZERO
    for file, standing in standings.items():
        promise, worth = standing.promise, None
        if promise is not None:
            worth = approved_incl_tax(promise.amount, promise.tax_basis, price, net)
            check_approval(worth, incl, price)
            incl += worth
            net += promise.amount if promise.tax_basis is TaxBasis.EXCL_TAX else ZERO
        valued[file] = replace(standing, incl_tax=worth)
    return valued


def _with_copy(standing: FileStanding, decision: Decision) -> FileStanding:
    """The first copy stays, with its day: it is never needed a second time."""
    if decision.copy is None or standing.copy is not None:
        return standing
    return replace(standing, copy=decision.copy, copy_on=decision.came_on)


def _unless_expired(decision: Decision, ended_on: date) -> Decision:
    promise = decision.promise
    if promise is None or promise.expires_on is None or promise.expires_on >= ended_on:
        return decision
    return replace(decision, kind=DecisionKind.WITHDRAWN, promise=None, copy=None)


def _order(decision: Decision) -> tuple[datetime, str, str]:
    return decision.decided_at, decision.file, decision.key
