"""The price: lines half-up to the cent, VAT once for each rate, parts that sum to the whole."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.contracts.domain.price import PriceLine, price_of
from services.contracts.domain.vat_rates import RATES, refuse_rate_not_in_force


def line(quantity: str, unit_price: str, vat_rate: str = "20") -> PriceLine:
    return PriceLine("Formation CRM", Decimal(quantity), Money.parse(unit_price), Decimal(vat_rate))


def test_two_thousand_excl_tax() -> None:
    price = price_of([line("1", "2000.00")])
    assert (price.excl_tax, price.vat, price.incl_tax) == (Money(2000_00), Money(400_00), Money(2400_00))


def test_three_lines_of_33_33_bear_20_00_of_vat_not_20_01() -> None:
    price = price_of([line("1", "33.33")] * 3)
    assert (price.excl_tax, price.vat) == (Money(99_99), Money(20_00))


@pytest.mark.parametrize(("quantity", "unit_price", "excl_tax"), [("0.5", "0.01", "0.01"), ("2.5", "33.33", "83.33")])
def test_a_line_is_rounded_half_up_to_the_cent(quantity: str, unit_price: str, excl_tax: str) -> None:
    assert line(quantity, unit_price).excl_tax == Money.parse(excl_tax)


def test_rates_are_never_merged() -> None:
    price = price_of([line("1", "100.00"), line("1", "10.00", "5.5"), line("1", "100.00")])
    assert [(part.rate, part.net, part.vat) for part in price.by_rate] == [
        (Decimal(20), Money(200_00), Money(40_00)),
        (Decimal("5.5"), Money(10_00), Money(55)),
    ]


LINES = st.lists(
    st.builds(
        PriceLine,
        st.just("Formation"),
        st.decimals("0.01", 1000, places=2),
        st.integers(0, 10**8).map(Money),
        st.sampled_from([rate.rate for rate in RATES]),
    ),
    min_size=1,
    max_size=12,
)


@given(LINES)
def test_parts_sum_to_the_whole_net_and_vat_apart(lines: list[PriceLine]) -> None:
    price = price_of(lines)
    assert price.excl_tax.cents == sum(each.excl_tax.cents for each in lines)
    assert price.excl_tax.cents == sum(part.net.cents for part in price.by_rate)
    assert price.vat.cents == sum(part.vat.cents for part in price.by_rate)
    assert price.incl_tax.cents == price.excl_tax.cents + price.vat.cents


@given(LINES)
def test_each_rounding_moves_half_a_cent_at_most(lines: list[PriceLine]) -> None:
    for each in lines:
        exact = Fraction(each.quantity) * each.unit_price.cents
        assert -Fraction(1, 2) <= exact - each.excl_tax.cents <= Fraction(1, 2)
    for part in price_of(lines).by_rate:
        assert abs(Fraction(part.net.cents) * Fraction(part.rate) / 100 - part.vat.cents) <= Fraction(1, 2)


def test_a_rate_that_is_not_in_force_is_refused_with_those_that_are() -> None:
    refuse_rate_not_in_force(Decimal("20.00"), date(2026, 1, 1))
    with pytest.raises(Refused) as refusal:
        refuse_rate_not_in_force(Decimal("19.6"), date(2026, 1, 1))
    assert refusal.value.clause == "3.1"
    assert refusal.value.facts == {"rates": ["20", "10", "5.5", "2.1"]}
    with pytest.raises(Refused):
        refuse_rate_not_in_force(Decimal(20), date(2013, 12, 31))
