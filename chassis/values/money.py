"""Exact euro amounts, tax by rate, and splits whose parts always sum to the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Self

CENTS_IN_EURO = 100
PERCENT = 100
_WRITTEN = re.compile(r"-?\d{1,13}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in euros, held as integer cents; may be negative."""

    cents: int

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read "2400.00", "2400" or "-0.5"; ValueError for anything else, a third decimal included."""
        if not _WRITTEN.fullmatch(written):
            raise ValueError("an amount is written with a point and at most two decimals, such as 2400.00")
        return cls(int(Decimal(written) * CENTS_IN_EURO))

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        euros, cents = divmod(abs(self.cents), CENTS_IN_EURO)
        return f"{sign}{euros}.{cents:02d}"

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - other.cents)

    def __neg__(self) -> Money:
        return Money(-self.cents)

    def __bool__(self) -> bool:
        return self.cents != 0


ZERO = Money(0)


def total(amounts: Iterable[Money]) -> Money:
    """The sum; zero for none."""
    return Money(sum(amount.cents for amount in amounts))


def round_half_up(cents: Fraction | Decimal) -> Money:
    """Exact cents to the nearest cent, a half away from zero (commercial rounding)."""
    exact = Fraction(cents)
    magnitude = (2 * abs(exact) + 1).__floor__() // 2
    return Money(magnitude if exact >= 0 else -magnitude)


def round_down(cents: Fraction | Decimal) -> Money:
    """Exact cents to the cent below, towards zero."""
    return Money(int(Fraction(cents)))


def percentage(amount: Money, rate: Decimal, *, rounding: str = ROUND_HALF_UP) -> Money:
    """`rate` percent of `amount`, rounded ROUND_HALF_UP or ROUND_DOWN; ValueError for another rounding."""
    exact = Fraction(amount.cents) * Fraction(rate) / PERCENT
    if rounding == ROUND_HALF_UP:
        return round_half_up(exact)
    if rounding == ROUND_DOWN:
        return round_down(exact)
    raise ValueError(f"amounts are rounded half up or down, not {rounding}")


@dataclass(frozen=True, slots=True)
class Taxed:
    """One amount at one VAT rate: net and VAT are stored apart and never derived again."""

    net: Money
    vat: Money
    rate: Decimal

    @property
    def incl_tax(self) -> Money:
        """Net plus VAT."""
        return self.net + self.vat

    @classmethod
    def from_net(cls, net: Money, rate: Decimal) -> Taxed:
        """VAT half-up on a net amount (clauses, section 7)."""
        return cls(net, percentage(net, rate), rate)

    @classmethod
    def from_incl_tax(cls, incl_tax: Money, rate: Decimal) -> Taxed:
        """Where the amount incl. tax is fixed: net = half-up(incl / (1 + rate)), VAT = incl - net."""
        net = round_half_up(Fraction(incl_tax.cents) * PERCENT / (PERCENT + Fraction(rate)))
        return cls(net, incl_tax - net, rate)

    def __add__(self, other: Taxed) -> Taxed:
        self._same_rate(other)
        return Taxed(self.net + other.net, self.vat + other.vat, self.rate)

    def __sub__(self, other: Taxed) -> Taxed:
        self._same_rate(other)
        return Taxed(self.net - other.net, self.vat - other.vat, self.rate)

    def _same_rate(self, other: Taxed) -> None:
        if self.rate != other.rate:
            raise ValueError(f"amounts at {self.rate} % and {other.rate} % are never merged")


def tax_by_rate(lines: Iterable[tuple[Money, Decimal]]) -> tuple[Taxed, ...]:
    """VAT computed once for each rate on the sum of its nets (three lines of 33.33 at 20 %: 20.00).

    lines: (net, rate in percent). The answer is ordered by rate, highest first.
    """
    nets: dict[Decimal, Money] = {}
    for net, rate in lines:
        nets[rate] = nets.get(rate, ZERO) + net
    return tuple(Taxed.from_net(nets[rate], rate) for rate in sorted(nets, reverse=True))


def split(whole: Money, parts: int) -> tuple[Money, ...]:
    """Equal parts that sum to the whole; a remainder's cents go to the first parts."""
    return split_by(whole, [1] * parts)


def split_by(whole: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    """Parts proportional to non-negative weights that sum to the whole.

    Each part is cut down to the cent, then the remainder's cents go to the first parts of non-zero weight.
    ValueError where no weight is positive or one is negative.
    """
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise ValueError("a split needs weights of zero or more, and at least one above zero")
    sign = -1 if whole.cents < 0 else 1
    magnitude, scale = abs(whole.cents), sum(weights)
    cents = [magnitude * weight // scale for weight in weights]
    remainder = magnitude - sum(cents)
    for place in (index for index, weight in enumerate(weights) if weight):
        if remainder == 0:
            break
        cents[place] += 1
        remainder -= 1
    return tuple(Money(sign * part) for part in cents)
