"""The published interest rates together with the half-years that staff added."""

from datetime import date
from decimal import Decimal

from sqlmodel import Session, select

from chassis.database import insert_once
from services.payments.domain.reference_rates import PUBLISHED, HalfYear, Rates, ReferenceRate
from services.payments.tables import ReferenceRateRow, Table


def all_rates(session: Session) -> Rates:
    """Every half-year that is loaded."""
    added = {
        HalfYear.parse(row.half_year): ReferenceRate(Decimal(row.ecb), Decimal(row.legal), row.source)
        for row in session.exec(select(ReferenceRateRow))
    }
    return {**added, **PUBLISHED}


def add_rate(session: Session, half_year: HalfYear, rate: ReferenceRate, today: date) -> bool:
    """Add a half-year; whether it was not loaded yet."""
    if half_year in PUBLISHED:
        return False
    row = {
        "half_year": str(half_year),
        "ecb": str(rate.ecb),
        "legal": str(rate.legal),
        "source": rate.source,
        "added_on": today,
    }
    return insert_once(session, Table.metadata.tables["reference_rate"], row)
