"""The general terms of sale: one frozen `Terms` value for each published version.

The only file that holds one of these numbers (clauses, section 2). A contract keeps the snapshot it was
signed under; particular conditions negotiated with one customer (clause I) are overrides inside that snapshot.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast, get_type_hints

from chassis.values.money import ZERO, Money
from chassis.values.refusals import Refused
from services.contracts.domain import statutory

Scalar = str | int | bool
# What a particular condition can be at most: a count of days, months or years; the signs of the statement.
_LONGEST_PERIOD = 3650
_LONGEST_STATEMENT = 200
_RATE = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)


def _clause(number: str) -> dict[str, str]:
    """Where a term stands: the number in the terms, or the article of the law it takes its value from."""
    return {"clause": number}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """One published version. Days are calendar days, rates are percentages, `recovery_fee` is in euros."""

    version: str
    in_force_from: date
    proposal_validity_days: int = field(default=30, metadata=_clause("2.1"))
    acceptance_statement: str = field(default="BON POUR ACCORD", metadata=_clause("2.1"))
    deposit_rate: Decimal = field(default=Decimal(30), metadata=_clause("2.1, 2.2"))
    deposit_due_days: int = field(default=15, metadata=_clause("2.2"))
    distance_withdrawal_days: int = field(default=14, metadata=_clause("2.1, C. conso L221-18"))
    individual_withdrawal_days: int = field(default=10, metadata=_clause("C. trav. L6353-5"))
    cancellation_notice_days: int = field(default=15, metadata=_clause("3.5"))
    postponement_months: int = field(default=6, metadata=_clause("3.6"))
    postponement_credits_deposit: bool = field(default=False, metadata=_clause("3.6"))
    funding_grace_months: int = field(default=1, metadata=_clause("3.3"))
    late_interest_margin_points: Decimal = field(default=Decimal(10), metadata=_clause("3.4"))
    late_interest_floor_multiple: Decimal = field(default=Decimal(3), metadata=_clause("3.4"))
    recovery_fee: Money = field(default=Money(40_00), metadata=_clause("3.4, C. com. D441-5"))
    formal_notice_days: int = field(default=8, metadata=_clause("4.7"))
    non_solicitation_salaries: int = field(default=12, metadata=_clause("5.2"))
    personal_data_years: int = field(default=5, metadata=_clause("5.5"))
    particular_conditions: tuple[str, ...] = ()

    def override(self, particular_conditions: Mapping[str, Scalar]) -> "Terms":
        """These terms with one customer's negotiated values in place (clause I), each named.

        Refused where a name is no term, a value cannot be read, or it gives a consumer less than the law.
        """
        changed = {name: _read_term(name, value) for name, value in particular_conditions.items()}
        named = tuple(sorted({*self.particular_conditions, *changed}))
        agreed = replace(self, **changed, particular_conditions=named)  # type: ignore[arg-type]  # each value was read as its field's type
        _refuse_below_law(agreed)
        return agreed

    def values(self) -> dict[str, Scalar]:
        """Each term by its name, JSON-ready: amounts and rates as text."""
        return {name: _write(getattr(self, name)) for name in CLAUSES}

    def snapshot(self) -> dict[str, object]:
        """JSON-ready: what a contract keeps. `from_snapshot` reads it back to an equal value."""
        return {
            "version": self.version,
            "in_force_from": self.in_force_from.isoformat(),
            "values": self.values(),
            "particular_conditions": list(self.particular_conditions),
        }

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, object]) -> "Terms":
        """The terms a contract was signed under. A term that this version lacks is an error, never a default."""
        values = cast(Mapping[str, Scalar], snapshot["values"])
        known = {name: _read(_TYPES[name], values[name]) for name in CLAUSES}
        return cls(
            version=str(snapshot["version"]),
            in_force_from=date.fromisoformat(str(snapshot["in_force_from"])),
            particular_conditions=tuple(cast(list[str], snapshot["particular_conditions"])),
            **known,  # type: ignore[arg-type]  # each value was read as its field's type
        )


CLAUSES: Mapping[str, str] = {term.name: term.metadata["clause"] for term in fields(Terms) if term.metadata}
_TYPES: Mapping[str, type] = get_type_hints(Terms)

# The sheet bears no date: the day from which this version holds is ours.
PUBLISHED: tuple[Terms, ...] = (Terms(version="2024-01", in_force_from=date(2024, 1, 1)),)


def version(name: str) -> Terms | None:
    """The published version of that name, if there is one."""
    return next((terms for terms in PUBLISHED if terms.version == name), None)


def in_force(on: date) -> Terms:
    """The version in force on a day; Refused before the first."""
    known = [terms for terms in PUBLISHED if terms.in_force_from <= on]
    if not known:
        raise Refused("terms-unknown", f"No version of the general terms was in force on {on}.", "I")
    return max(known, key=lambda terms: terms.in_force_from)


def _write(value: object) -> Scalar:
    return str(value) if isinstance(value, Decimal | Money) else cast(Scalar, value)


def _read(kind: type, value: Scalar) -> object:
    """A stored or negotiated value as its field's type; ValueError where it is none."""
    if kind is Money and isinstance(value, str):
        return Money.parse(value)
    if kind is Decimal and isinstance(value, str):
        return Decimal(value)
    if type(value) is kind:
        return value
    raise ValueError(f"not a {kind.__name__}")


def _read_term(name: str, value: Scalar) -> object:
    if name not in CLAUSES:
        raise Refused("particular-condition-unknown", f"{name} is not one of the terms.", "I", name=name)
    try:
        read = _read(_TYPES[name], value)
    except (ValueError, InvalidOperation) as error:
        raise _unreadable(name) from error
    if not _is_possible(value, read):
        raise _unreadable(name)
    return read


def _is_possible(value: Scalar, read: object) -> bool:
    """Nothing negative, endless, blank, or beyond what a date or a percentage can be."""
    if isinstance(read, Decimal):
        return _RATE.fullmatch(str(value)) is not None and read <= 100
    if isinstance(read, int):
        return 0 <= read <= _LONGEST_PERIOD
    if isinstance(read, str):
        shows = any(sign.isalnum() for sign in read)
        return shows and "\x00" not in read and len(read) <= _LONGEST_STATEMENT
    return not isinstance(read, Money) or read >= ZERO


def _unreadable(name: str) -> Refused:
    return Refused("particular-condition-unreadable", f"The value of {name} cannot be read.", "I", name=name)


def _refuse_below_law(terms: Terms) -> None:
    floors: tuple[tuple[str, statutory.Statutory[Any]], ...] = (
        ("distance_withdrawal_days", statutory.DISTANCE_WITHDRAWAL_DAYS),
        ("individual_withdrawal_days", statutory.INDIVIDUAL_WITHDRAWAL_DAYS),
        ("late_interest_floor_multiple", statutory.LATE_INTEREST_FLOOR_MULTIPLE),
        ("recovery_fee", statutory.RECOVERY_FEE),
    )
    for name, floor in floors:
        if getattr(terms, name) < floor.value:
            detail = f"{name} cannot be less than the law's {floor.value}."
            raise Refused("particular-condition-below-law", detail, floor.source, name=name)
