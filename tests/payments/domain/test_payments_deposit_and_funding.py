"""The deposit and the operator's approval (terms, sections 2.2 and 3.3)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chassis.values.money import ZERO, Money, Taxed
from chassis.values.refusals import Refused
from services.payments.domain.deposit import (
    Deposit,
    DepositAsked,
    DepositBooking,
    after_uses,
    book_deposit,
    deposit_parts,
    give_back,
    refund_unapplied,
    unapplied,
    use_deposits,
)
from services.payments.domain.funding import Approval, TaxBasis, approved_incl_tax, check_approval, check_request
from services.payments.domain.tax_parts import incl_tax

TWENTY = Decimal(20)
SIGNED_ON, DAY = date(2026, 1, 6), date(2026, 1, 12)


def eur(written: str) -> Money:
    return Money.parse(written)


PRICE = (Taxed.from_net(eur("2000.00"), TWENTY),)
ASKED = DepositAsked(eur("720.00"))


def test_the_whole_deposit_at_once_completes_it() -> None:
    assert book_deposit(ASKED, ZERO, eur("720.00"), DAY) == DepositBooking(eur("720.00"), ZERO, completes=True)


def test_a_part_does_not_and_the_rest_does() -> None:
    assert book_deposit(ASKED, ZERO, eur("719.99"), DAY) == DepositBooking(eur("719.99"), ZERO, completes=False)
    assert book_deposit(ASKED, eur("719.99"), eur("0.01"), DAY) == DepositBooking(eur("0.01"), ZERO, completes=True)


def test_what_exceeds_the_deposit_is_kept_apart() -> None:
    assert book_deposit(ASKED, eur("700.00"), eur("50.00"), DAY) == DepositBooking(eur("20.00"), eur("30.00"), True)
    assert book_deposit(ASKED, eur("720.00"), eur("50.00"), DAY) == DepositBooking(ZERO, eur("50.00"), False)


def test_an_individuals_early_money_is_kept_apart_and_a_companys_is_its_deposit() -> None:
    early = date(2026, 1, 5)
    individual = DepositAsked(eur("300.00"), money_from=date(2026, 1, 6))
    assert book_deposit(individual, ZERO, eur("300.00"), early) == DepositBooking(ZERO, eur("300.00"), False)
    assert book_deposit(individual, ZERO, eur("300.00"), date(2026, 1, 6)).completes
    assert book_deposit(ASKED, ZERO, eur("720.00"), early).completes


def test_720_00_is_600_00_net_and_120_00_of_vat() -> None:
    assert deposit_parts(PRICE, eur("720.00"), [], eur("720.00")) == (Taxed(eur("600.00"), eur("120.00"), TWENTY),)


def test_deposits_are_used_oldest_first_and_never_twice() -> None:
    first = deposit_parts(PRICE, eur("720.00"), [], eur("500.00"))
    second = deposit_parts(PRICE, eur("720.00"), [first], eur("220.00"))
    deposits = (Deposit("F1", first), Deposit("F2", second))
    uses = use_deposits(deposits, eur("600.00"))
    assert [(used.number, used.amount) for used in uses] == [("F1", eur("500.00")), ("F2", eur("100.00"))]
    left = after_uses(deposits, uses)
    assert unapplied(left) == eur("120.00")
    assert [used.amount for used in use_deposits(left, eur("999.00"))] == [eur("120.00")]
    with pytest.raises(ValueError):
        after_uses(left, uses)


def test_what_is_given_back_comes_from_the_latest_use() -> None:
    deposits = (Deposit("F1", PRICE), Deposit("F2", PRICE))
    uses = use_deposits(deposits, eur("2500.00"))
    freed = give_back(uses, eur("200.00"))
    assert [(used.number, used.amount) for used in freed] == [("F2", eur("100.00")), ("F1", eur("100.00"))]
    with pytest.raises(ValueError):
        give_back(uses, eur("2500.01"))


def test_240_00_are_refunded_with_a_503_once_no_operator_amount_is_open() -> None:
    deposits = (Deposit("F1", (Taxed(eur("200.00"), eur("40.00"), TWENTY),)),)
    refund = refund_unapplied(deposits, ZERO)
    assert [(used.number, used.amount) for used in refund] == [("F1", eur("240.00"))]
    assert refund_unapplied(deposits, eur("0.01")) == ()


def test_funding_is_asked_for_before_the_start() -> None:
    starts_on = date(2026, 1, 30)
    check_request(eur("1920.00"), PRICE, date(2026, 1, 29), SIGNED_ON, starts_on)
    for day in (starts_on, date(2026, 1, 31)):
        with pytest.raises(Refused) as refusal:
            check_request(eur("1920.00"), PRICE, day, SIGNED_ON, starts_on)
        assert (refusal.value.code, refusal.value.clause) == ("funding-asked-too-late", "3.3")
    with pytest.raises(Refused, match=r"2400\.00"):
        check_request(eur("2400.01"), PRICE, date(2026, 1, 14), SIGNED_ON, starts_on)


def test_an_approval_excl_tax_is_compared_incl_tax() -> None:
    assert approved_incl_tax(eur("1600.00"), TaxBasis.EXCL_TAX, PRICE) == eur("1920.00")
    assert approved_incl_tax(eur("1920.00"), TaxBasis.INCL_TAX, PRICE) == eur("1920.00")
    mixed = (Taxed.from_net(eur("33.33"), TWENTY), Taxed.from_net(eur("66.67"), Decimal("5.5")))
    assert approved_incl_tax(eur("100.00"), TaxBasis.EXCL_TAX, mixed) == incl_tax(mixed)


def test_operators_together_never_fund_above_the_price() -> None:
    check_approval(eur("1400.00"), eur("1000.00"), PRICE)
    with pytest.raises(Refused) as refusal:
        check_approval(eur("1400.01"), eur("1000.00"), PRICE)
    assert refusal.value.code == "funding-above-price"
    with pytest.raises(Refused):
        check_approval(ZERO, ZERO, PRICE)


def test_an_approval_counts_only_named_and_with_its_copy() -> None:
    named, ended_on = frozenset({"atlas"}), date(2026, 1, 31)
    approval = Approval("atlas", "A-1", eur("1920.00"), direct_payment=True, approved_on=DAY, copy_on=ended_on)
    assert approval.counts(named, ended_on)
    assert not approval.counts(frozenset(), ended_on)
    assert not replace(approval, copy_on=None).counts(named, ended_on)


def test_an_approval_or_a_copy_that_came_after_the_end_counts_for_nothing() -> None:
    named, ended_on, after = frozenset({"atlas"}), date(2026, 1, 31), date(2026, 2, 1)
    approval = Approval("atlas", "A-1", eur("1920.00"), direct_payment=True, approved_on=ended_on, copy_on=ended_on)
    assert approval.counts(named, ended_on)
    assert not replace(approval, copy_on=after).counts(named, ended_on)
    assert not replace(approval, approved_on=after).counts(named, ended_on)


def test_approvals_excl_tax_that_make_the_net_are_worth_the_price_and_no_cent_more() -> None:
    price = (Taxed.from_net(eur("2000.01"), TWENTY),)
    worth, before = ZERO, ZERO
    for written in ("666.68", "666.68", "666.65"):
        worth += approved_incl_tax(eur(written), TaxBasis.EXCL_TAX, price, before)
        before += eur(written)
    assert worth == incl_tax(price) == eur("2400.01")


def test_funding_is_not_asked_for_before_the_signature() -> None:
    check_request(eur("1.00"), PRICE, SIGNED_ON, SIGNED_ON, date(2026, 1, 30))
    with pytest.raises(Refused) as refusal:
        check_request(eur("1.00"), PRICE, date(2026, 1, 5), SIGNED_ON, date(2026, 1, 30))
    assert (refusal.value.code, refusal.value.facts) == ("funding-asked-before-signature", {"signed_on": "2026-01-06"})
