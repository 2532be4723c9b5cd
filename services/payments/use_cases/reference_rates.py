"""Staff add the rates of a half-year once they are published (clause 3.4)."""

from chassis.unit_of_work import Transaction
from chassis.values.refusals import Refused
from services.payments.domain.reference_rates import HalfYear, ReferenceRate
from services.payments.repository.rates import add_rate
from services.payments.use_cases.overdue import review_all


def load_rate(tx: Transaction, half_year: HalfYear, rate: ReferenceRate) -> None:
    """Add a half-year; Refused where it is loaded already, or has not begun: its rates are not known yet."""
    if half_year > HalfYear.of(tx.today):
        raise Refused("reference-rate-not-known", f"{half_year} has not begun: its rates are not known yet.", "3.4")
    if not add_rate(tx.session, half_year, rate, tx.today):
        raise Refused("reference-rate-loaded", f"The rates of {half_year} are loaded and never change.", "3.4")
    review_all(tx)
