"""Values of the law, dated and sourced: beside the terms, but apart from them (clauses, section 2).

No version of the terms and no particular condition changes one of these.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from chassis.values.money import Money

T = TypeVar("T")


@dataclass(frozen=True)
class Statutory(Generic[T]):
    """A value the law fixes, the day it is in force from, and where it stands."""

    value: T
    since: date
    source: str


# The consumer code as recast by ordonnance 2016-301, the labour code as recast in 2008.
_CONSUMER_CODE = date(2016, 7, 1)
_LABOUR_CODE = date(2008, 5, 1)
_GDPR = date(2018, 5, 25)

DISTANCE_WITHDRAWAL_DAYS = Statutory(14, _CONSUMER_CODE, "C. conso L221-18")
INDIVIDUAL_WITHDRAWAL_DAYS = Statutory(10, _LABOUR_CODE, "C. trav. L6353-5")
INDIVIDUAL_DEPOSIT_CEILING = Statutory(Decimal(30), _LABOUR_CODE, "C. trav. L6353-6")
WITHDRAWAL_REFUND_DAYS = Statutory(14, _CONSUMER_CODE, "C. conso L221-24")
PROSPECT_YEARS = Statutory(3, _GDPR, "GDPR Art. 5(1)(e), CNIL guidance on prospects")
INVOICE_YEARS = Statutory(10, date(2000, 9, 21), "C. com. L123-22")
ONLINE_CONTRACT_YEARS = Statutory(10, _CONSUMER_CODE, "C. conso D213-2")
ONLINE_CONTRACT_FROM = Statutory(Money(120_00), _CONSUMER_CODE, "C. conso D213-1")
LATE_INTEREST_FLOOR_MULTIPLE = Statutory(Decimal(3), date(2019, 4, 26), "C. com. L441-10")
RECOVERY_FEE = Statutory(Money(40_00), date(2013, 1, 1), "C. com. D441-5")
