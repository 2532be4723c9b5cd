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

from chassis.values.money import ZERO, Money, total
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
    """Every file's standing, and by its key why a decision has no effect."""

    files: Mapping[str, FileStanding]
    passed_over: Mapping[str, str] = field(default_factory=dict)


def stand(files: Iterable[str], decisions: Sequence[Decision], price: Parts) -> Standings:
    """What the decisions make of the files, by the time they were taken.

    Operators together never promise more than the price: what would exceed it has no effect. An approval said again
    in other words has none either; a change is an amendment.
    """
    standings = {file: FileStanding() for file in files}
    passed_over = {}
    for decision in sorted(decisions, key=lambda each: (each.decided_at, each.key)):
        try:
            standings[decision.file] = _after(standings, decision, price)
        except Refused as refusal:
            passed_over[decision.key] = refusal.detail
    return Standings(standings, passed_over)


def at_the_end(decisions: Iterable[Decision], ended_on: date) -> list[Decision]:
    """The decisions that count at the end: promises that came by that day; a refusal whenever it came (clause 3.3)."""
    return [each for each in decisions if not each.kind.approves or each.came_on <= ended_on]


def _after(standings: Mapping[str, FileStanding], decision: Decision, price: Parts) -> FileStanding:
    before = standings[decision.file]
    if decision.promise is None:
        refused_on = before.refused_on if before.state is FundingState.REFUSED else decision.came_on
        return FileStanding(FundingState.REFUSED, refused_on=refused_on, reason=decision.reason)
    if before.promise is not None and decision.kind is DecisionKind.APPROVED:
        if before.promise != decision.promise:
            raise differs()
        return _with_copy(before, decision)
    others = [standing for file, standing in standings.items() if file != decision.file]
    worth = approved_incl_tax(decision.promise.amount, decision.promise.tax_basis, price, _net(others))
    check_approval(worth, total(each.incl_tax or ZERO for each in others), price)
    approved_on = before.approved_on if before.promise is not None else decision.came_on
    promised = replace(
        before,
        state=FundingState.APPROVED,
        promise=decision.promise,
        incl_tax=worth,
        approved_on=approved_on,
        refused_on=None,
        reason=None,
    )
    return _with_copy(promised, decision)


def _with_copy(standing: FileStanding, decision: Decision) -> FileStanding:
    """The first copy stays, with its day: it is never needed a second time."""
    if decision.copy is None or standing.copy is not None:
        return standing
    return replace(standing, copy=decision.copy, copy_on=decision.came_on)


def _net(standings: Iterable[FileStanding]) -> Money:
    """What is promised excl. tax."""
    promises = (each.promise for each in standings if each.promise is not None)
    return total(each.amount for each in promises if each.tax_basis is TaxBasis.EXCL_TAX)
