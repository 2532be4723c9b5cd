"""What must come back, and when it no longer counts."""

from dataclasses import replace
from datetime import date

import pytest

from chassis.values.refusals import Refused
from services.contracts.domain.acceptance import AcceptanceState, Return, accept, missing, says
from services.contracts.domain.parties import CustomerKind
from services.contracts.domain.training import Session
from tests.contracts.domain.makers import FRIDAY, SATURDAY, TERMS, issued, returned, session


@pytest.mark.parametrize(
    "statement",
    ["BON POUR ACCORD", "Bon pour accord", "  bon   pour\tACCORD\n", "bon\u00a0pour\u202faccord", "BONPOURACCORD"],
)
def test_case_and_spacing_of_the_statement_do_not_matter(statement: str) -> None:
    assert says(statement, TERMS.acceptance_statement)


@pytest.mark.parametrize("statement", ["", "BON POUR", "LU ET APPROUVÉ", "PAS BON POUR ACCORD", "BON POUR ACCORDS"])
def test_another_statement_is_none(statement: str) -> None:
    assert not says(statement, TERMS.acceptance_statement)


def test_everything_back_is_complete() -> None:
    acceptance = accept(issued(), returned(), session(), date(2026, 1, 6))
    assert (acceptance.state, acceptance.missing) == (AcceptanceState.COMPLETE, ())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"has_document": False}, "document"),
        ({"initialled": False}, "initials"),
        ({"stamped": False}, "stamp"),
        ({"signed": False}, "signature"),
        ({"statement": ""}, "acceptance_statement"),
        ({"terms_initialled": False}, "terms_initials"),
        ({"terms_signed": False}, "terms_signature"),
    ],
)
def test_each_thing_missing_leaves_it_incomplete_and_is_named(change: dict[str, object], named: str) -> None:
    acceptance = accept(issued(), replace(returned(), **change), session(), date(2026, 1, 6))  # type: ignore[arg-type]
    assert (acceptance.state, acceptance.missing) == (AcceptanceState.INCOMPLETE, (named,))


def test_nothing_back_names_it_all() -> None:
    nothing = Return(date(2026, 1, 6), "", False, False, False, False, False, False)
    assert len(missing(nothing, CustomerKind.COMPANY, TERMS)) == 7


def test_only_companies_have_a_stamp() -> None:
    unstamped = replace(returned(), stamped=False)
    assert missing(unstamped, CustomerKind.COMPANY, TERMS) == ("stamp",)
    assert missing(unstamped, CustomerKind.SOLE_TRADER, TERMS) == ()
    assert missing(unstamped, CustomerKind.INDIVIDUAL, TERMS) == ()


def test_it_is_refused_after_the_last_day_even_incomplete() -> None:
    last_day = issued().last_day
    assert accept(issued(), returned(last_day), session(), last_day).missing == ()
    with pytest.raises(Refused) as refusal:
        accept(issued(), returned(date(2026, 1, 15)), session(), date(2026, 1, 15))
    assert (refusal.value.code, refusal.value.facts) == ("proposal-expired", {"last_day": "2026-01-14"})


def test_what_came_in_time_counts_when_it_is_recorded_later() -> None:
    assert accept(issued(), returned(date(2026, 1, 14)), session(), date(2026, 1, 16)).missing == ()


@pytest.mark.parametrize("received_on", [date(2025, 12, 14), date(2026, 1, 7)])
def test_it_is_received_between_the_issue_and_today(received_on: date) -> None:
    with pytest.raises(Refused) as refusal:
        accept(issued(), returned(received_on), session(), date(2026, 1, 6))
    assert refusal.value.code == "receipt-day-impossible"


@pytest.mark.parametrize("moved", [session(SATURDAY), session(FRIDAY), session(FRIDAY, date(2026, 2, 2))])
def test_dates_that_changed_void_the_proposal(moved: Session) -> None:
    with pytest.raises(Refused) as refusal:
        accept(issued(), returned(), moved, date(2026, 1, 6))
    assert (refusal.value.code, refusal.value.clause) == ("proposal-void", "2.1")


def test_the_same_half_days_in_another_order_are_the_same_dates() -> None:
    shuffled = replace(session(), half_days=tuple(reversed(session().half_days)))
    assert accept(issued(), returned(), shuffled, date(2026, 1, 6)).missing == ()


def test_it_is_refused_from_the_first_day_of_the_session_on() -> None:
    soon = session(date(2026, 1, 7), date(2026, 1, 8))
    proposal = replace(issued(), session=soon)
    assert accept(proposal, returned(date(2026, 1, 6)), soon, date(2026, 1, 6)).missing == ()
    with pytest.raises(Refused) as refusal:
        accept(proposal, returned(date(2026, 1, 7)), soon, date(2026, 1, 7))
    assert refusal.value.code == "session-started"


def test_it_is_refused_once_the_session_has_ended() -> None:
    assert accept(issued(), returned(), session(), SATURDAY).missing == ()
    with pytest.raises(Refused) as refusal:
        accept(issued(), returned(), session(), date(2026, 2, 1))
    assert (refusal.value.code, refusal.value.clause) == ("session-ended", "2.2")
    assert refusal.value.facts == {"ends_on": "2026-01-31"}


@pytest.mark.parametrize("blank", ["", " ", "\u00a0"])
def test_nothing_written_never_is_the_statement(blank: str) -> None:
    assert not says("", blank)
    assert not says(blank, blank)
