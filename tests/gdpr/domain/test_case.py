"""What may be decided when: tables of cases, and a machine that tries everything in any order (Art. 12 GDPR)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chassis.values.refusals import Refused
from services.gdpr.domain import case as rules
from services.gdpr.domain.case import Case, Demand, Ground, Identity, Stage
from services.gdpr.domain.rights import Right
from tests.gdpr.domain import oracle

RECEIVED = date(2026, 3, 2)
TODAY = date(2026, 3, 10)
LAST = date(2026, 4, 2)
NEW = Case(Right.ACCESS, RECEIVED)
ASKED = rules.ask_identity(NEW, date(2026, 3, 4))
MATCHED = rules.confirm(rules.found(rules.begin_search(NEW)))
READY = rules.gathered(rules.establish(MATCHED, TODAY))
DELIVERED = rules.deliver(READY, TODAY, TODAY, TODAY)
REFUSED = rules.refuse(NEW, Ground.EXCESSIVE, TODAY)


def code(decision: Callable[[], Case]) -> str:
    with pytest.raises(Refused) as refused:
        decision()
    return refused.value.code


def test_the_way_of_a_request() -> None:
    searching = rules.begin_search(NEW)
    candidates = rules.found(searching)
    assert (searching.stage, candidates.stage, MATCHED.stage) == (Stage.SEARCHING, Stage.CANDIDATES, Stage.MATCHED)
    gathering = rules.establish(MATCHED, TODAY)
    assert (gathering.stage, gathering.identity) == (Stage.GATHERING, Identity.ESTABLISHED)
    assert (READY.stage, DELIVERED.stage, DELIVERED.is_closed) == (Stage.READY, Stage.DELIVERED, True)


def test_identity_first_or_matches_first_is_all_one() -> None:
    first = rules.confirm(rules.found(rules.begin_search(rules.establish(NEW, TODAY))))
    assert first == rules.establish(MATCHED, TODAY)
    assert first.stage is Stage.GATHERING


def test_matches_alone_gather_nothing() -> None:
    assert MATCHED.stage is Stage.MATCHED
    assert code(lambda: rules.gathered(MATCHED)) == "not-in-this-state"
    assert code(lambda: rules.deliver(MATCHED, TODAY, TODAY, TODAY)) == "not-in-this-state"


def test_a_demand_pauses_and_the_answer_s_day_resumes() -> None:
    assert (ASKED.paused_since, rules.due(ASKED, TODAY).last_day) == (date(2026, 3, 4), date(2026, 4, 8))
    answered = rules.take_answer(ASKED, date(2026, 3, 9), TODAY)
    assert answered.paused_since is None
    assert answered.identity is Identity.ANSWERED
    assert rules.due(answered, date(2026, 3, 31)).last_day == date(2026, 4, 7)


def test_established_at_once_the_answer_came_today() -> None:
    established = rules.establish(ASKED, TODAY)
    assert established.demands == (Demand(date(2026, 3, 4), TODAY),)
    assert rules.due(established, date(2026, 3, 31)).last_day == date(2026, 4, 8)


def test_an_answer_that_does_not_do_is_asked_for_again() -> None:
    again = rules.ask_identity(rules.take_answer(ASKED, date(2026, 3, 9), TODAY), date(2026, 3, 20))
    twice = rules.take_answer(again, date(2026, 3, 31), date(2026, 3, 31))
    assert rules.due(twice, date(2026, 4, 1)).desk_day == date(2026, 4, 18)


@pytest.mark.parametrize("came_on", [date(2026, 3, 3), date(2026, 3, 11)])
def test_an_answer_comes_between_the_demand_and_today(came_on: date) -> None:
    assert code(lambda: rules.take_answer(ASKED, came_on, TODAY)) == "day-out-of-range"


@pytest.mark.parametrize(
    ("decision", "refusal"),
    [
        (lambda: rules.ask_identity(ASKED, TODAY), "identity-asked"),
        (lambda: rules.ask_identity(READY, TODAY), "identity-established"),
        (lambda: rules.establish(READY, TODAY), "identity-established"),
        (lambda: rules.take_answer(NEW, TODAY, TODAY), "identity-not-asked"),
        (lambda: rules.found(NEW), "not-in-this-state"),
        (lambda: rules.confirm(NEW), "not-in-this-state"),
        (lambda: rules.confirm(MATCHED), "not-in-this-state"),
        (lambda: rules.deliver(NEW, TODAY, TODAY, TODAY), "not-in-this-state"),
        (lambda: rules.deliver(READY, date(2026, 3, 9), TODAY, TODAY), "day-out-of-range"),
        (lambda: rules.deliver(READY, date(2026, 3, 11), TODAY, TODAY), "day-out-of-range"),
    ],
)
def test_what_is_not_possible_is_said(decision: Callable[[], Case], refusal: str) -> None:
    assert code(decision) == refusal


@pytest.mark.parametrize("closed", [DELIVERED, REFUSED], ids=lambda case: case.stage.value)
@pytest.mark.parametrize(
    "decision",
    [
        lambda case: rules.ask_identity(case, TODAY),
        lambda case: rules.take_answer(case, TODAY, TODAY),
        lambda case: rules.establish(case, TODAY),
        lambda case: rules.extend(case, TODAY),
        rules.begin_search,
        rules.confirm,
        lambda case: rules.deliver(case, TODAY, TODAY, TODAY),
        lambda case: rules.refuse(case, Ground.EXCESSIVE, TODAY),
    ],
)
def test_a_closed_request_stays_closed(closed: Case, decision: Callable[[Case], Case]) -> None:
    assert code(lambda: decision(closed)) == "request-closed"


@pytest.mark.parametrize(
    ("case", "last_in_time"),
    [
        (NEW, LAST),
        (replace(NEW, received_on=date(2026, 3, 4)), date(2026, 4, 7)),  # over Easter
        (rules.take_answer(ASKED, date(2026, 3, 9), TODAY), date(2026, 4, 7)),  # five days of pause
    ],
)
def test_an_extension_is_told_within_the_first_month(case: Case, last_in_time: date) -> None:
    extended = rules.extend(case, last_in_time)
    assert extended.extended_on == last_in_time
    assert rules.due(extended, last_in_time).desk_day >= oracle.same_day_months_later(case.received_on, 3)
    assert code(lambda: rules.extend(case, last_in_time + timedelta(days=1))) == "extension-too-late"
    assert code(lambda: rules.extend(extended, last_in_time)) == "extended-before"


def test_while_the_clock_stands_the_month_is_not_over() -> None:
    assert rules.extend(ASKED, date(2026, 8, 1)).extended_on == date(2026, 8, 1)
    too_late = rules.ask_identity(NEW, LAST + timedelta(days=1))
    assert code(lambda: rules.extend(too_late, LAST + timedelta(days=2))) == "extension-too-late"


@pytest.mark.parametrize(("told_on", "stands"), [(date(2026, 4, 7), True), (date(2026, 4, 8), False)])
def test_an_extension_that_the_answer_s_day_shows_to_be_late_is_void(told_on: date, stands: bool) -> None:
    """Identity asked for on the 4th and answered on the 9th of March: the last day is 7 April."""
    today = date(2026, 5, 20)
    answered = rules.take_answer(rules.extend(ASKED, told_on), date(2026, 3, 9), today)
    assert answered.extended_on == (told_on if stands else None)
    if not stands:
        assert rules.due(answered, today).last_day == date(2026, 4, 7)
        assert code(lambda: rules.extend(answered, today)) == "extension-too-late"


@pytest.mark.parametrize(
    ("case", "today", "refusal"),
    [
        (NEW, TODAY, "identity-not-asked"),
        (READY, TODAY, "identity-not-asked"),
        (ASKED, date(2026, 4, 4), "identity-awaited"),
        (ASKED, date(2026, 4, 5), None),
        (rules.take_answer(ASKED, date(2026, 3, 9), TODAY), TODAY, None),
    ],
)
def test_refused_for_identity_only_where_it_was_asked_for_in_vain(case: Case, today: date, refusal: str | None) -> None:
    def decide() -> Case:
        return rules.refuse(case, Ground.IDENTITY_NOT_SHOWN, today)

    if refusal is None:
        assert decide().stage is Stage.REFUSED
    else:
        assert code(decide) == refusal


@pytest.mark.parametrize("right", [right for right in Right if right is not Right.ACCESS])
def test_other_rights_have_their_deadline_and_no_package(right: Right) -> None:
    case = Case(right, RECEIVED)
    assert rules.extend(rules.ask_identity(case, TODAY), TODAY).extended_on == TODAY
    assert rules.refuse(rules.establish(case, TODAY), Ground.EXCESSIVE, TODAY).is_closed
    for decision in (rules.begin_search, rules.confirm, lambda case: rules.deliver(case, TODAY, TODAY, TODAY)):
        with pytest.raises(Refused) as refused:
            decision(case)
        assert refused.value.code == "right-not-carried-out"
        assert refused.value.facts == {"right": right.value}


class AnyOrder(RuleBasedStateMachine):
    """Every decision at any time, the days going on; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.case = NEW
        self.today = RECEIVED
        self.extensions = 0
        self.ready_on = RECEIVED
        self.last_days = [rules.due(self.case, self.today).last_day]

    def _decide(self, decision: Callable[[Case], Case]) -> bool:
        before = self.case
        try:
            self.case = decision(before)
        except Refused:
            assert self.case is before
            return False
        assert not before.is_closed
        return True

    @rule(days=st.integers(0, 40))
    def days_go_on(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule()
    def asks(self) -> None:
        self._decide(lambda case: rules.ask_identity(case, self.today))

    @rule(ago=st.integers(0, 10))
    def is_answered(self, ago: int) -> None:
        self._decide(lambda case: rules.take_answer(case, self.today - timedelta(days=ago), self.today))

    @rule()
    def establishes(self) -> None:
        self._decide(lambda case: rules.establish(case, self.today))

    @rule()
    def extends(self) -> None:
        in_time = self.today <= rules.due(self.case, self.today).last_day
        if self._decide(lambda case: rules.extend(case, self.today)):
            self.extensions += 1
            assert in_time

    @rule(decision=st.sampled_from([rules.begin_search, rules.found, rules.confirm]))
    def searches(self, decision: Callable[[Case], Case]) -> None:
        self._decide(decision)

    @rule()
    def is_gathered(self) -> None:
        if self._decide(rules.gathered):
            self.ready_on = self.today

    @rule()
    def delivers(self) -> None:
        if self._decide(lambda case: rules.deliver(case, self.today, self.ready_on, self.today)):
            assert self.case.identity is Identity.ESTABLISHED

    @rule(ground=st.sampled_from(list(Ground)))
    def refuses(self, ground: Ground) -> None:
        self._decide(lambda case: rules.refuse(case, ground, self.today))

    @invariant()
    def nothing_is_gathered_before_identity(self) -> None:
        if self.case.stage in {Stage.GATHERING, Stage.READY, Stage.DELIVERED}:
            assert self.case.identity is Identity.ESTABLISHED

    @invariant()
    def there_is_one_extension(self) -> None:
        assert self.extensions <= 1

    @invariant()
    def the_clock_stands_only_while_an_answer_is_awaited(self) -> None:
        awaited = bool(self.case.demands) and self.case.demands[-1].answered_on is None
        assert (self.case.paused_since is not None) == (awaited and not self.case.is_closed)
        assert all(demand.answered_on is not None for demand in self.case.demands[:-1])

    @invariant()
    def the_deadline_is_never_early(self) -> None:
        months = 3 if self.case.extended_on else 1
        assert rules.due(self.case, self.today).desk_day >= oracle.same_day_months_later(RECEIVED, months)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
