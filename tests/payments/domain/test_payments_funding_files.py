"""What files stand at, in any order of the messages (clause 3.3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import ZERO, Money, Taxed, total
from services.payments.domain.final_billing import AttendedHours, attended_share
from services.payments.domain.funding import Approval, FundingState, TaxBasis
from services.payments.domain.funding_file import Decision, DecisionKind, FileStanding, Promise, at_the_end, stand
from services.payments.domain.tax_parts import incl_tax


def eur(written: str) -> Money:
    return Money.parse(written)


PRICE = (Taxed(eur("2000.00"), eur("400.00"), Decimal(20)),)
START = datetime(2026, 1, 20, 10, tzinfo=UTC)
DAY, ENDED_ON = date(2026, 1, 20), date(2026, 1, 31)


def decision(kind: DecisionKind, hour: int, amount: str | None = None, file: str = "a", **changed: object) -> Decision:
    promise = None if amount is None else Promise(eur(amount), TaxBasis.INCL_TAX, direct_payment=True)
    made = Decision(f"{file}-{hour}", file, kind, START + timedelta(hours=hour), DAY, promise)
    return replace(made, **changed)  # type: ignore[arg-type]


def approved(hour: int, amount: str, file: str = "a", **changed: object) -> Decision:
    return decision(DecisionKind.APPROVED, hour, amount, file, **changed)


def amended(hour: int, amount: str, file: str = "a") -> Decision:
    return decision(DecisionKind.AMENDED, hour, amount, file)


def refused(hour: int, file: str = "a") -> Decision:
    return decision(DecisionKind.REFUSED, hour, None, file, reason="hors budget")


def one(*decisions: Decision) -> FileStanding:
    return stand(["a"], decisions, PRICE).files["a"]


def test_a_file_without_a_decision_is_asked_for() -> None:
    assert one() == FileStanding(FundingState.ASKED)


def test_the_last_decision_stands_however_late_the_others_come() -> None:
    story = (approved(1, "1920.00"), amended(2, "1500.00"), refused(3), approved(4, "1000.00"))
    for count, worth in ((1, "1920.00"), (2, "1500.00"), (3, None), (4, "1000.00")):
        told = {one(*order).incl_tax for order in permutations(story[:count])}
        assert told == {None if worth is None else eur(worth)}


def test_a_refusal_says_since_when_and_why_and_keeps_no_promise() -> None:
    standing = one(approved(1, "1920.00", copy="sha"), refused(2))
    assert (standing.state, standing.refused_on, standing.reason) == (FundingState.REFUSED, DAY, "hors budget")
    assert (standing.promise, standing.copy) == (None, None)
    again = one(refused(1), decision(DecisionKind.WITHDRAWN, 2, came_on=DAY + timedelta(days=3)))
    assert again.refused_on == DAY


def test_an_approval_in_other_words_has_no_effect_and_the_same_again_may_bring_the_copy() -> None:
    said = stand(["a"], [approved(1, "1920.00"), approved(2, "1000.00"), approved(3, "1920.00", copy="sha")], PRICE)
    assert said.files["a"].incl_tax == eur("1920.00") and said.files["a"].copy == "sha"
    assert list(said.passed_over) == [("a", "a-2")] and "amendment" in said.passed_over["a", "a-2"]


def test_together_operators_promise_the_price_at_most_the_first_to_decide_first() -> None:
    story = [approved(1, "1920.00", "a"), approved(2, "600.00", "b")]
    for order in permutations(story):
        said = stand(["a", "b"], order, PRICE)
        assert (said.files["a"].incl_tax, said.files["b"].incl_tax) == (eur("1920.00"), None)
        assert list(said.passed_over) == [("b", "b-2")]
    for order in permutations([*story, amended(3, "1000.00", "a"), approved(4, "600.00", "b")]):
        said = stand(["a", "b"], order, PRICE)
        assert (said.files["a"].incl_tax, said.files["b"].incl_tax) == (eur("1000.00"), eur("600.00"))


def test_a_promise_that_waits_is_taken_once_there_is_room() -> None:
    story = [approved(1, "1920.00", "a"), approved(2, "1920.00", "b"), decision(DecisionKind.WITHDRAWN, 3, None, "a")]
    for order in permutations(story):
        said = stand(["a", "b"], order, PRICE)
        assert (said.files["a"].state, said.files["b"].incl_tax) == (FundingState.REFUSED, eur("1920.00"))
        assert said.passed_over == {}


def test_a_promise_that_expired_before_the_end_takes_no_room() -> None:
    brief = replace(Promise(eur("1920.00"), TaxBasis.INCL_TAX, True), expires_on=DAY)
    story = [approved(1, "1920.00", "a", promise=brief), approved(2, "1920.00", "b")]
    said = stand(["a", "b"], at_the_end(story, ENDED_ON), PRICE)
    assert (said.files["a"].incl_tax, said.files["b"].incl_tax) == (None, eur("1920.00"))


def test_amounts_excl_tax_are_worth_what_they_are_together_and_alone() -> None:
    price = (Taxed(eur("2000.00"), eur("400.00"), Decimal(20)),)
    nets = [("a", 1, "1000.02"), ("b", 2, "400.01")]
    story = [
        approved(hour, "1.00", file, promise=Promise(eur(net), TaxBasis.EXCL_TAX, True)) for file, hour, net in nets
    ]
    more = replace(story[0], key="a-3", kind=DecisionKind.AMENDED, decided_at=START + timedelta(hours=3))
    more = replace(more, promise=Promise(eur("1599.99"), TaxBasis.EXCL_TAX, True))
    said = stand("ab", [*story, more], price)
    assert said.passed_over == {} and total(each.incl_tax or ZERO for each in said.files.values()) == eur("2400.00")
    alone = stand("ab", [*story, refused(3, "a")], price)
    assert alone.files["b"].incl_tax == eur("480.01")


def test_decisions_of_two_files_under_one_key_are_two() -> None:
    story = [
        approved(1, "1000.00", "a"),
        approved(2, "1100.00", "a", key="1"),
        approved(3, "1200.00", "b", key="1"),
    ]
    said = stand("ab", story, PRICE)
    assert list(said.passed_over) == [("a", "1")] and said.files["b"].incl_tax == eur("1200.00")


def test_the_same_again_may_say_what_was_left_open() -> None:
    whole = Promise(eur("1920.00"), TaxBasis.INCL_TAX, True, Decimal(28), date(2026, 12, 31))
    standing = one(approved(1, "1920.00"), approved(2, "1920.00", promise=whole, copy="sha"))
    assert (standing.promise, standing.copy) == (whole, "sha")


def test_at_the_end_what_came_later_is_no_promise_and_a_refusal_counts_whenever_it_came() -> None:
    late = ENDED_ON + timedelta(days=1)
    story = [approved(1, "1000.00"), amended(2, "1920.00"), refused(3)]
    last_minute = [story[0], replace(story[1], came_on=late)]
    assert stand(["a"], at_the_end(last_minute, ENDED_ON), PRICE).files["a"].incl_tax == eur("1000.00")
    assert (
        stand(["a"], at_the_end([*last_minute, replace(story[2], came_on=late)], ENDED_ON), PRICE).files["a"].state
        is FundingState.REFUSED
    )


def test_an_approval_that_expired_before_the_end_counts_for_nothing() -> None:
    approval = Approval("atlas", "A-1", eur("1920.00"), True, DAY, DAY, expires_on=ENDED_ON)
    assert approval.counts(frozenset({"atlas"}), ENDED_ON)
    before = replace(approval, expires_on=ENDED_ON - timedelta(days=1))
    assert not before.counts(frozenset({"atlas"}), ENDED_ON)


@pytest.mark.parametrize(
    ("hours", "trainees", "share"),
    [
        (None, frozenset(), "0.75"),
        (Decimal(28), frozenset(), "0.75"),
        (Decimal(21), frozenset(), "1"),
        (Decimal(14), frozenset(), "1"),
        (Decimal(99), frozenset(), "0.75"),
        (None, frozenset({"x"}), "1"),
        (None, frozenset({"y"}), "0.5"),
        (Decimal(10), frozenset({"y"}), "0.7"),
    ],
)
def test_the_operator_pays_for_the_hours_attended_of_those_it_approved(
    hours: Decimal | None, trainees: frozenset[str], share: str
) -> None:
    attended = [AttendedHours(Decimal(14), Decimal(14), "x"), AttendedHours(Decimal(14), Decimal(7), "y")]
    assert attended_share(attended, hours, trainees) == Decimal(share)


kinds = st.sampled_from(DecisionKind)
amounts = st.integers(1, 3000_00).map(Money)


@st.composite
def stories(draw: st.DrawFn) -> list[Decision]:
    made = []
    for place in range(draw(st.integers(0, 8))):
        kind, file, hour = draw(kinds), draw(st.sampled_from("abc")), draw(st.integers(0, 4))
        basis = draw(st.sampled_from(TaxBasis))
        promise = Promise(draw(amounts), basis, draw(st.booleans())) if kind.approves else None
        copy = draw(st.sampled_from((None, "sha"))) if kind.approves else None
        made.append(Decision(f"{file}-{place}", file, kind, START + timedelta(hours=hour), DAY, promise, copy))
    return made


@given(stories(), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_and_never_more_than_the_price(story: list[Decision], random: Random) -> None:
    told = stand("abc", story, PRICE)
    shuffled = list(story)
    random.shuffle(shuffled)
    assert stand("abc", shuffled, PRICE) == told
    assert total(each.incl_tax or ZERO for each in told.files.values()) <= incl_tax(PRICE)
    for each in told.files.values():
        assert (each.state is FundingState.APPROVED) == (each.promise is not None) == (each.incl_tax is not None)
