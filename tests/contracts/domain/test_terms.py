"""The terms: each value and clause, snapshots, particular conditions."""

import json
from dataclasses import FrozenInstanceError, replace
from datetime import date
from decimal import Decimal

import pytest

from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.contracts.domain import statutory
from services.contracts.domain.terms import CLAUSES, PUBLISHED, Scalar, Terms, in_force, version

TERMS = PUBLISHED[-1]

# Section 2 of the clauses, line by line.
TABLE = {
    "proposal_validity_days": (30, "2.1"),
    "acceptance_statement": ("BON POUR ACCORD", "2.1"),
    "deposit_rate": (Decimal(30), "2.1, 2.2"),
    "deposit_due_days": (15, "2.2"),
    "distance_withdrawal_days": (14, "2.1, C. conso L221-18"),
    "individual_withdrawal_days": (10, "C. trav. L6353-5"),
    "cancellation_notice_days": (15, "3.5"),
    "postponement_months": (6, "3.6"),
    "postponement_credits_deposit": (False, "3.6"),
    "funding_grace_months": (1, "3.3"),
    "late_interest_margin_points": (Decimal(10), "3.4"),
    "late_interest_floor_multiple": (Decimal(3), "3.4"),
    "recovery_fee": (Money(40_00), "3.4, C. com. D441-5"),
    "formal_notice_days": (8, "4.7"),
    "non_solicitation_salaries": (12, "5.2"),
    "personal_data_years": (5, "5.5"),
}


def test_every_value_and_clause_of_the_table() -> None:
    assert {name: (getattr(TERMS, name), clause) for name, clause in CLAUSES.items()} == TABLE


def test_a_snapshot_goes_through_json_and_comes_back_equal() -> None:
    agreed = TERMS.override({"deposit_rate": "12.5", "recovery_fee": "55.00"})
    assert Terms.from_snapshot(json.loads(json.dumps(agreed.snapshot()))) == agreed
    assert Terms.from_snapshot(json.loads(json.dumps(TERMS.snapshot()))) == TERMS


def test_a_snapshot_that_lacks_a_term_is_an_error_and_never_a_default() -> None:
    snapshot = json.loads(json.dumps(TERMS.snapshot()))
    del snapshot["values"]["deposit_rate"]
    with pytest.raises(KeyError, match="deposit_rate"):
        Terms.from_snapshot(snapshot)


def test_particular_conditions_stay_inside_the_snapshot_and_are_named() -> None:
    agreed = TERMS.override({"cancellation_notice_days": 10}).override({"deposit_rate": "20"})
    assert (agreed.cancellation_notice_days, agreed.deposit_rate) == (10, Decimal(20))
    assert agreed.particular_conditions == ("cancellation_notice_days", "deposit_rate")
    assert (TERMS.cancellation_notice_days, TERMS.particular_conditions) == (15, ())


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("discount", 5, "particular-condition-unknown"),
        ("version", "2030-01", "particular-condition-unknown"),
        ("deposit_rate", "thirty", "particular-condition-unreadable"),
        ("deposit_rate", "101", "particular-condition-unreadable"),
        ("deposit_rate", "NaN", "particular-condition-unreadable"),
        ("deposit_rate", "-1", "particular-condition-unreadable"),
        ("recovery_fee", "40.001", "particular-condition-unreadable"),
        ("recovery_fee", "-40.00", "particular-condition-unreadable"),
        ("cancellation_notice_days", -1, "particular-condition-unreadable"),
        ("cancellation_notice_days", True, "particular-condition-unreadable"),
        ("proposal_validity_days", 3651, "particular-condition-unreadable"),
        ("postponement_months", 10**6, "particular-condition-unreadable"),
        ("late_interest_margin_points", "101", "particular-condition-unreadable"),
        ("late_interest_margin_points", "1E+999999", "particular-condition-unreadable"),
        ("late_interest_margin_points", "0E+999999", "particular-condition-unreadable"),
        ("deposit_rate", "1_0", "particular-condition-unreadable"),
        ("deposit_rate", "33.333", "particular-condition-unreadable"),
        ("acceptance_statement", "", "particular-condition-unreadable"),
        ("acceptance_statement", " \u00a0", "particular-condition-unreadable"),
        ("acceptance_statement", "\u200b", "particular-condition-unreadable"),
        ("acceptance_statement", "BON\x00POUR ACCORD", "particular-condition-unreadable"),
        ("acceptance_statement", "BON " * 51, "particular-condition-unreadable"),
        ("distance_withdrawal_days", 13, "particular-condition-below-law"),
        ("individual_withdrawal_days", 9, "particular-condition-below-law"),
        ("late_interest_floor_multiple", "2", "particular-condition-below-law"),
        ("recovery_fee", "39.99", "particular-condition-below-law"),
    ],
)
def test_a_particular_condition_that_cannot_stand_is_refused(name: str, value: Scalar, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        TERMS.override({name: value})
    assert refusal.value.code == code
    assert refusal.value.facts == {"name": name}


def test_the_version_in_force_is_the_last_published_by_that_day() -> None:
    assert in_force(date(2024, 1, 1)) is TERMS
    assert in_force(date(2036, 12, 31)) is TERMS
    assert version(TERMS.version) is TERMS
    assert version("1999-01") is None
    with pytest.raises(Refused, match="2023-12-31"):
        in_force(date(2023, 12, 31))


def test_terms_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        TERMS.deposit_rate = Decimal(0)  # type: ignore[misc]
    assert replace(TERMS) == TERMS


def test_values_of_the_law_each_have_a_source() -> None:
    values = [value for value in vars(statutory).values() if isinstance(value, statutory.Statutory)]
    assert len(values) == 10
    assert all(value.source and value.since <= date(2024, 1, 1) for value in values)
    assert statutory.WITHDRAWAL_REFUND_DAYS.value == 14
    assert (statutory.PROSPECT_YEARS.value, statutory.INVOICE_YEARS.value) == (3, 10)
    assert statutory.ONLINE_CONTRACT_FROM.value == Money(120_00)
