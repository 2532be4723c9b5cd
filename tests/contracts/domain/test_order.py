"""An individual's order is the signature of its contract: worked cases of the clauses, and what is refused."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import Money, total
from chassis.values.refusals import Refused
from services.contracts.domain.contract import Contract, ContractState, sign
from services.contracts.domain.instalments import instalments
from services.contracts.domain.order import Offer, Shown, order, order_withdrawal_last_day, refuse_unsellable
from services.contracts.domain.parties import CustomerKind
from services.contracts.domain.proposal import Draft
from tests.contracts.domain import makers, oracle

ORDERED_ON = date(2026, 3, 7)
TERMS = makers.TERMS
PRICE = Money(833_35)  # 1,000.02 incl. tax
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))


def offer(unit_price: Money = PRICE, description: str = "Formation CRM", vat_rate: str = "20") -> Offer:
    return Offer(makers.session().session_id, "lexom", description, unit_price, Decimal(vat_rate), "Dix ans de CRM")


def draft(starts_on: date = date(2026, 5, 4), days: int = 2, of: Offer | None = None) -> Draft:
    held = makers.session(*(starts_on + timedelta(days=count) for count in range(days)))
    whole = makers.draft(CustomerKind.INDIVIDUAL)
    lines = ((of or offer()).line,)
    return replace(whole, session=held, trainees=(makers.ANNA,), lines=lines, terms_document=makers.TERMS_DOCUMENT)


def shown(total_incl_tax: str = "1000.02", statement: str = "bon pour ACCORD", terms: str = "2024-01") -> Shown:
    return Shown(Money.parse(total_incl_tax), statement, terms)


def signed(ordered_on: date, starts_on: date, days: int = 2, unit_price: Money = PRICE) -> Contract:
    of = offer(unit_price)
    ordered = order(draft(starts_on, days, of), shown(str(of.price.incl_tax)), ordered_on, TERMS)
    ends_on = order_withdrawal_last_day(ordered_on, TERMS)
    return sign(ordered, ordered_on, ordered_on, withdrawal_ends_on=ends_on)


@pytest.mark.parametrize(
    ("ordered_on", "last_day", "callable_on"),
    [
        (date(2026, 3, 7), date(2026, 3, 23), date(2026, 3, 24)),
        (date(2026, 3, 23), date(2026, 4, 7), date(2026, 4, 8)),
        (date(2026, 12, 18), date(2027, 1, 4), date(2027, 1, 5)),
    ],
)
def test_the_worked_cases_of_an_order(ordered_on: date, last_day: date, callable_on: date) -> None:
    contract = signed(ordered_on, ordered_on + timedelta(days=60))
    assert (contract.state, contract.signed_on) == (ContractState.SIGNED, ordered_on)
    assert contract.withdrawal_ends_on == last_day
    assert contract.deposit.callable_on == callable_on
    assert contract.deposit.due_on == last_day + timedelta(days=15)


def test_1000_02_makes_a_deposit_of_300_00_and_a_balance_of_two_parts() -> None:
    contract = signed(ORDERED_ON, date(2026, 5, 4))
    assert contract.deposit.amount == Money(300_00)
    parts = instalments(Money.parse("1000.02"), contract.deposit.amount, (date(2026, 5, 4), date(2026, 5, 5)))
    assert [str(part.amount) for part in parts] == ["350.01", "350.01"]


@pytest.mark.parametrize(
    ("asked", "code", "facts"),
    [
        (shown("1000.01"), "price-changed", {"incl_tax": "1000.02"}),
        (shown(statement="oui"), "acceptance-statement-missing", {"acceptance_statement": "BON POUR ACCORD"}),
        (shown(statement=""), "acceptance-statement-missing", {"acceptance_statement": "BON POUR ACCORD"}),
        (shown(terms="2019-01"), "terms-changed", {"terms_version": "2024-01"}),
    ],
)
def test_an_order_is_for_what_was_shown_and_nothing_else(asked: Shown, code: str, facts: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        order(draft(), asked, ORDERED_ON, TERMS)
    assert (refusal.value.code, refusal.value.facts) == (code, facts)


@pytest.mark.parametrize(
    ("starts_on", "code"),
    [
        (date(2026, 3, 23), "session-inside-withdrawal"),
        (date(2026, 3, 8), "session-inside-withdrawal"),
        (date(2026, 3, 6), "session-inside-withdrawal"),  # it started yesterday and ends today
        (date(2026, 3, 5), "session-ended"),
    ],
)
def test_a_session_starts_after_the_last_day_of_withdrawal(starts_on: date, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        order(draft(starts_on), shown(), ORDERED_ON, TERMS)
    assert refusal.value.code == code
    assert order(draft(date(2026, 3, 24)), shown(), ORDERED_ON, TERMS).issued_on == ORDERED_ON


@pytest.mark.parametrize(
    ("of", "code"),
    [
        (offer(description="Coaching individuel"), "line-not-training"),
        (offer(vat_rate="19.6"), "vat-rate-not-in-force"),
        (offer(Money(2)), "price-too-small"),
    ],
)
def test_what_no_proposal_may_sell_no_offer_may(of: Offer, code: str) -> None:
    with pytest.raises(Refused) as refused_offer:
        refuse_unsellable(of, ORDERED_ON, TERMS)
    with pytest.raises(Refused) as refused_order:
        order(draft(of=of), shown(str(of.price.incl_tax)), ORDERED_ON, TERMS)
    assert refused_offer.value.code == refused_order.value.code == code


def test_a_consumer_is_told_of_a_mediator_and_handed_the_terms() -> None:
    whole = draft()
    without = replace(whole, seller=replace(makers.SELLER, mediator=None))
    with pytest.raises(Refused) as no_mediator:
        order(without, shown(), ORDERED_ON, TERMS)
    with pytest.raises(Refused) as no_terms:
        order(replace(whole, terms_document=None), shown(), ORDERED_ON, TERMS)
    assert (no_mediator.value.code, no_mediator.value.clause) == ("mediator-missing", "C. conso L616-1")
    assert (no_terms.value.code, no_terms.value.clause) == ("terms-document-missing", "C. conso L221-13")
    assert order(whole, shown(), ORDERED_ON, TERMS).terms_document == makers.TERMS_DOCUMENT


@given(ordered_on=DAYS, lead=st.integers(1, 120), days=st.integers(1, 10), cents=st.integers(4, 10**8))
def test_no_order_asks_for_money_too_early_nor_too_much(ordered_on: date, lead: int, days: int, cents: int) -> None:
    last_day = oracle.rolled(oracle.after_days(ordered_on, 14))
    contract = signed(ordered_on, last_day + timedelta(days=lead), days, Money(cents))
    price = offer(Money(cents)).price.incl_tax
    assert contract.withdrawal_ends_on == last_day
    assert contract.deposit.callable_on == last_day + timedelta(days=1)
    assert contract.deposit.due_on >= contract.deposit.callable_on
    assert 0 <= 3 * price.cents - 10 * contract.deposit.amount.cents < 10
    held = tuple(contract.starts_on + timedelta(days=count) for count in range(days))
    parts = instalments(price, contract.deposit.amount, held)
    assert contract.deposit.amount + total(part.amount for part in parts) == price
    assert all(part.due_on > last_day for part in parts)
