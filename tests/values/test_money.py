"""Exact amounts: writing, rounding, tax by rate, splits."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import (
    ZERO,
    Money,
    Taxed,
    percentage,
    round_down,
    round_half_up,
    split,
    split_by,
    tax_by_rate,
    total,
)

AMOUNTS = st.integers(-(10**12), 10**12).map(Money)
RATES = st.sampled_from([Decimal(20), Decimal(10), Decimal("5.5"), Decimal("2.1"), Decimal(0)])


@pytest.mark.parametrize(
    ("written", "cents"), [("2400.00", 240000), ("2400", 240000), ("-0.5", -50), ("0.01", 1), ("0", 0)]
)
def test_an_amount_is_read(written: str, cents: int) -> None:
    assert Money.parse(written) == Money(cents)


@pytest.mark.parametrize(
    "written", ["", "1.001", "1,00", "1e3", "+1", " 1", "1 ", "1.", ".5", "NaN", "Infinity", "--1", "1_000", "١", "1\n"]
)
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="two decimals"):
        Money.parse(written)


@given(AMOUNTS)
def test_an_amount_is_written_as_it_is_read(amount: Money) -> None:
    assert Money.parse(str(amount)) == amount


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-1.5", -2), ("0.49", 0)]
)
def test_a_half_goes_away_from_zero(exact: str, rounded: int) -> None:
    assert round_half_up(Decimal(exact)) == Money(rounded)


@given(st.fractions())
def test_rounding_is_within_its_bounds_and_odd(exact: Fraction) -> None:
    assert abs(exact - round_half_up(exact).cents) <= Fraction(1, 2)
    assert round_half_up(-exact) == -round_half_up(exact)
    assert abs(round_down(exact).cents) <= abs(exact) < abs(round_down(exact).cents) + 1


def test_percentages() -> None:
    assert percentage(Money(2400_00), Decimal(30)) == Money(720_00)
    assert percentage(Money(5), Decimal(30)) == Money(2)
    assert percentage(Money(5), Decimal(30), rounding=ROUND_DOWN) == Money(1)
    with pytest.raises(ValueError, match="half up or down"):
        percentage(Money(5), Decimal(30), rounding=ROUND_HALF_EVEN)


@given(AMOUNTS, RATES)
def test_where_the_amount_incl_tax_is_fixed_net_and_vat_sum_to_it(incl_tax: Money, rate: Decimal) -> None:
    part = Taxed.from_incl_tax(incl_tax, rate)
    assert part.incl_tax == incl_tax
    assert abs(Fraction(incl_tax.cents) * 100 / (100 + Fraction(rate)) - part.net.cents) <= Fraction(1, 2)


def test_the_deposit_of_the_story_is_600_net_and_120_vat() -> None:
    assert Taxed.from_incl_tax(Money(720_00), Decimal(20)) == Taxed(Money(600_00), Money(120_00), Decimal(20))


@given(st.lists(st.tuples(AMOUNTS, RATES), max_size=20))
def test_tax_by_rate_keeps_every_net(lines: list[tuple[Money, Decimal]]) -> None:
    parts = tax_by_rate(lines)
    assert total(part.net for part in parts) == total(net for net, _ in lines)
    assert len({part.rate for part in parts}) == len(parts) == len({rate for _, rate in lines})


def test_amounts_at_two_rates_are_never_merged() -> None:
    with pytest.raises(ValueError, match="never merged"):
        Taxed.from_net(Money(1), Decimal(20)) + Taxed.from_net(Money(1), Decimal(10))


@given(AMOUNTS, st.integers(1, 50))
def test_equal_parts_sum_to_the_whole_and_differ_by_a_cent(whole: Money, parts: int) -> None:
    pieces = split(whole, parts)
    assert total(pieces) == whole and len(pieces) == parts
    magnitudes = [abs(piece.cents) for piece in pieces]
    assert max(magnitudes) - min(magnitudes) <= 1
    assert magnitudes == sorted(magnitudes, reverse=True)


@given(AMOUNTS, st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_weighted_parts_sum_to_the_whole_and_weigh_right(whole: Money, weights: list[int]) -> None:
    pieces = split_by(whole, weights)
    assert total(pieces) == whole
    for piece, weight in zip(pieces, weights, strict=True):
        assert abs(Fraction(abs(whole.cents) * weight, sum(weights)) - abs(piece.cents)) <= 1
        assert weight or piece == ZERO


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_a_split_needs_weight(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split_by(Money(100), weights)
