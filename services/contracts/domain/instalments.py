"""An individual's balance, staged over the training (C. trav. L6353-6).

« Aucune somme ne peut être exigée du stagiaire avant l'expiration du délai de rétractation prévu à l'article
L. 6353-5. Il ne peut être payé à l'expiration de ce délai une somme supérieure à 30 % du prix convenu. Le solde donne
lieu à échelonnement des paiements au fur et à mesure du déroulement de l'action de formation. »
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.values.money import Money, split


@dataclass(frozen=True)
class Instalment:
    """A part of the balance, incl. tax, payable on a training day."""

    due_on: date
    amount: Money


def instalments(incl_tax: Money, deposit: Money, training_days: Sequence[date]) -> tuple[Instalment, ...]:
    """One instalment a training day, in order; they sum to the price less the deposit.

    A remainder's cents go to the first days; a day that none is left for has no instalment.
    """
    parts = split(incl_tax - deposit, len(training_days))
    return tuple(Instalment(day, part) for day, part in zip(training_days, parts, strict=True) if part)
