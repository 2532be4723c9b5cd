"""Parts of a taxed amount: net and VAT apart, always summing to the whole (clauses, section 7)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import ZERO, Money, Taxed, tax_by_rate, total
from services.payments.domain.tax_parts import Parts, incl_tax, less, plus, take

TWENTY = Decimal(20)
REDUCED = Decimal("5.5")


def eur(written: str) -> Money:
    return Money.parse(written)


def test_three_lines_of_33_33_carry_vat_of_20_00() -> None:
    taxes = tax_by_rate([(eur("33.33"), TWENTY)] * 3)
    assert [(part.net, part.vat) for part in taxes] == [(eur("99.99"), eur("20.00"))]


def test_a_part_is_net_half_up_and_the_last_takes_what_remains() -> None:
    price = (Taxed.from_net(eur("100.01"), TWENTY),)
    first = take(price, eur("40.00"))
    assert first == (Taxed(eur("33.33"), eur("6.67"), TWENTY),)
    rest = less(price, first)
    assert take(rest, incl_tax(rest)) == rest == (Taxed(eur("66.68"), eur("13.33"), TWENTY),)


def test_a_part_over_two_rates_follows_their_weights() -> None:
    price = (Taxed.from_net(eur("100.00"), TWENTY), Taxed.from_net(eur("100.00"), REDUCED))
    part = take(price, eur("112.75"))
    assert [share.incl_tax for share in part] == [eur("60.00"), eur("52.75")]


def test_a_part_above_the_whole_is_an_error() -> None:
    with pytest.raises(ValueError):
        take((Taxed.from_net(eur("1.00"), TWENTY),), eur("1.21"))
    with pytest.raises(ValueError):
        take((Taxed.from_net(eur("1.00"), TWENTY),), eur("-0.01"))


def test_taking_more_of_a_rate_than_there_is_is_an_error() -> None:
    with pytest.raises(ValueError):
        less((Taxed.from_net(eur("1.00"), TWENTY),), (Taxed.from_net(eur("1.01"), TWENTY),))
    with pytest.raises(ValueError):
        less((Taxed.from_net(eur("1.00"), TWENTY),), (Taxed.from_net(eur("0.50"), REDUCED),))


def test_many_single_cents_never_take_more_net_than_there_is() -> None:
    left: Parts = (Taxed(eur("0.10"), eur("0.02"), TWENTY),)
    taken: Parts = ()
    for _ in range(12):
        cent = take(left, eur("0.01"))
        assert all(part.net >= ZERO and part.vat >= ZERO for part in cent)
        left, taken = less(left, cent), plus(taken, cent)
    assert left == ()
    assert taken == (Taxed(eur("0.10"), eur("0.02"), TWENTY),)


nets = st.dictionaries(
    st.sampled_from([Decimal(20), Decimal(10), Decimal("5.5"), Decimal(0)]),
    st.integers(1, 10_000_000),
    min_size=1,
)


@given(nets, st.lists(st.integers(0, 1_000_000), max_size=6))
def test_parts_sum_to_the_whole_net_and_vat_apart(net_by_rate: dict[Decimal, int], amounts: list[int]) -> None:
    whole = tax_by_rate([(Money(cents), rate) for rate, cents in net_by_rate.items()])
    left, taken = whole, []
    for cents in amounts:
        amount = min(Money(cents), incl_tax(left))
        part = take(left, amount)
        assert incl_tax(part) == amount
        assert all(share.net >= ZERO and share.vat >= ZERO for share in part)
        left = less(left, part)
        taken.append(part)
    taken.append(take(left, incl_tax(left)))
    for rate in net_by_rate:
        shares = [share for part in taken for share in part if share.rate == rate]
        expected = next(share for share in whole if share.rate == rate)
        assert total(share.net for share in shares) == expected.net
        assert total(share.vat for share in shares) == expected.vat
