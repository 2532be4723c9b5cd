"""The price: a detailed count of quantities and unit prices, excl. tax, VAT at the rate in force (clause 3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chassis.values.money import Money, Taxed, round_half_up, tax_by_rate, total


@dataclass(frozen=True)
class PriceLine:
    """`unit_price` excl. tax for one of `quantity`; `vat_rate` in percent."""

    description: str
    quantity: Decimal
    unit_price: Money
    vat_rate: Decimal

    @property
    def excl_tax(self) -> Money:
        """Quantity × unit price, half-up to the cent, line by line."""
        return round_half_up(Fraction(self.quantity) * self.unit_price.cents)


@dataclass(frozen=True)
class Price:
    """The whole, and its parts by VAT rate, which sum to it in net and in VAT apart."""

    excl_tax: Money
    vat: Money
    by_rate: tuple[Taxed, ...]

    @property
    def incl_tax(self) -> Money:
        """Net plus VAT."""
        return self.excl_tax + self.vat


def price_of(lines: Sequence[PriceLine]) -> Price:
    """The price of these lines: VAT once for each rate, on the sum of its nets."""
    by_rate = tax_by_rate((line.excl_tax, line.vat_rate) for line in lines)
    return Price(total(part.net for part in by_rate), total(part.vat for part in by_rate), by_rate)
