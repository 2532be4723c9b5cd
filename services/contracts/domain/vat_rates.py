"""VAT rates of mainland France, as dated data with their source (clause 3.1: the rate in force).

Rates for Corsica and overseas are not here: a line at one of them is refused, never guessed.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.values.refusals import Refused


@dataclass(frozen=True)
class VatRate:
    """A rate in percent, the first day it holds and where the law states it."""

    rate: Decimal
    since: date
    source: str


_LAW_2012_1510 = date(2014, 1, 1)

RATES: tuple[VatRate, ...] = (
    VatRate(Decimal(20), _LAW_2012_1510, "CGI art. 278"),
    VatRate(Decimal(10), _LAW_2012_1510, "CGI art. 278 bis to 279"),
    VatRate(Decimal("5.5"), _LAW_2012_1510, "CGI art. 278-0 bis"),
    VatRate(Decimal("2.1"), _LAW_2012_1510, "CGI art. 281 quater to 281 nonies"),
)


def refuse_rate_not_in_force(rate: Decimal, on: date) -> None:
    """Refused (clause 3.1) where `rate` is none of the rates in force on that day."""
    in_force = sorted((known.rate for known in RATES if known.since <= on), reverse=True)
    if rate not in in_force:
        allowed = [str(known) for known in in_force]
        detail = f"{rate} % is not a VAT rate in force on {on}."
        raise Refused("vat-rate-not-in-force", detail, "3.1", rates=allowed)
