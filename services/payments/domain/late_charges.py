"""Late interest and fee as they are invoiced, and credited where facts lower them (clause 3.4; clauses, section 7).

No day of interest is asked for twice, nor a fee: what is invoiced is the whole to a day, rounded once, less what was
invoiced before. Money that turns out to have come earlier, or an undone fallback, lowers the whole: what was invoiced
above it is credited.
"""

from dataclasses import dataclass

from chassis.values.money import ZERO, Money
from services.payments.domain.late_interest import LateCharge


@dataclass(frozen=True, slots=True)
class Charged:
    """Interest and fee of one late invoice: what is invoiced of them, or is to be."""

    interest: Money = ZERO
    recovery_fee: Money = ZERO

    @property
    def total(self) -> Money:
        """Both together."""
        return self.interest + self.recovery_fee

    def __add__(self, other: "Charged") -> "Charged":
        return Charged(self.interest + other.interest, self.recovery_fee + other.recovery_fee)


NOTHING = Charged()


def to_charge(whole: LateCharge, charged: Charged) -> Charged:
    """What came since: the whole to a day less what was invoiced of it, never below zero."""
    return Charged(max(whole.interest - charged.interest, ZERO), max(whole.recovery_fee - charged.recovery_fee, ZERO))


def to_credit(whole: LateCharge, charged: Charged) -> Charged:
    """What was invoiced above the whole to the last day invoiced."""
    return Charged(max(charged.interest - whole.interest, ZERO), max(charged.recovery_fee - whole.recovery_fee, ZERO))


def part_of(wanted: Charged, uncredited: Money) -> Charged:
    """What of a credit one invoice of charges bears, interest first."""
    interest = min(wanted.interest, uncredited)
    return Charged(interest, min(wanted.recovery_fee, uncredited - interest))
