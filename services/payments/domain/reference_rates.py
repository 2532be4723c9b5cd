"""The interest rates of each half-year: dated data of the law, each with its source (clauses, section 7).

ECB: the rate of the main refinancing operations on 1 January and on 1 July (C. com. L441-10). Legal: the
rate of a professional creditor (C. mon. fin. L313-2). Staff add the next half-year through the API; a
half-year that is not loaded is an error that names it, never a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from chassis.values.refusals import Refused

INTEREST_YEAR_DAYS = 365
_JULY = 7
_JUNE_30 = (6, 30)
_DECEMBER_31 = (12, 31)


@dataclass(frozen=True, order=True, slots=True)
class HalfYear:
    """January to June (half 1) or July to December (half 2) of a year."""

    year: int
    half: int

    @classmethod
    def of(cls, day: date) -> "HalfYear":
        """The half-year that a day lies in."""
        return cls(day.year, 1 if day.month < _JULY else 2)

    @classmethod
    def parse(cls, written: str) -> "HalfYear":
        """Read "2026-H2"; ValueError for anything else."""
        year, _, half = written.partition("-H")
        if not (year.isascii() and year.isdigit() and len(year) == len("2026") and half in ("1", "2")):
            raise ValueError("a half-year is written such as 2026-H1 or 2026-H2")
        return cls(int(year), int(half))

    @property
    def last_day(self) -> date:
        """30 June or 31 December."""
        return date(self.year, *(_JUNE_30 if self.half == 1 else _DECEMBER_31))

    def __str__(self) -> str:
        return f"{self.year}-H{self.half}"


@dataclass(frozen=True, slots=True)
class ReferenceRate:
    """Both rates of one half-year in percent, and where they were published."""

    ecb: Decimal
    legal: Decimal
    source: str


Rates = Mapping[HalfYear, ReferenceRate]

_PUBLISHED = (
    # half-year, ECB main refinancing rate, legal rate of a professional creditor
    ("2019-H1", "0.00", "0.86"),
    ("2019-H2", "0.00", "0.87"),
    ("2020-H1", "0.00", "0.87"),
    ("2020-H2", "0.00", "0.84"),
    ("2021-H1", "0.00", "0.79"),
    ("2021-H2", "0.00", "0.76"),
    ("2022-H1", "0.00", "0.76"),
    ("2022-H2", "0.00", "0.77"),
    ("2023-H1", "2.50", "2.06"),
    ("2023-H2", "4.00", "4.22"),
    ("2024-H1", "4.50", "5.07"),
    ("2024-H2", "4.25", "4.92"),
    ("2025-H1", "3.15", "3.71"),
    ("2025-H2", "2.15", "2.76"),
    ("2026-H1", "2.15", "2.62"),
)


def _source(half_year: HalfYear) -> str:
    first = "1 January" if half_year.half == 1 else "1 July"
    return (
        f"ECB, key interest rates: main refinancing operations in force on {first} {half_year.year}; "
        f"Journal officiel, arrêté fixant le taux de l'intérêt légal, semestre {half_year.half} de {half_year.year}"
    )


PUBLISHED: Rates = MappingProxyType(
    {
        HalfYear.parse(written): ReferenceRate(Decimal(ecb), Decimal(legal), _source(HalfYear.parse(written)))
        for written, ecb, legal in _PUBLISHED
    }
)


def rate_of(rates: Rates, half_year: HalfYear) -> ReferenceRate:
    """The rates of a half-year; Refused naming it where they are not loaded (clause 3.4)."""
    if half_year not in rates:
        raise Refused(
            "reference-rate-missing",
            f"The interest rates of {half_year} are not loaded: add them before asking for interest up to that day.",
            "3.4",
            half_year=str(half_year),
        )
    return rates[half_year]
