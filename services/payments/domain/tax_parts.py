"""Amounts at several VAT rates, cut into parts whose net and VAT always sum to the whole.

Where the amount incl. tax is what is fixed (a deposit, an operator's part, a credit): net = half-up
(incl / (1 + rate)), VAT = incl - net, and the last part takes what remains of net and of VAT
(clauses, section 7).
"""

from chassis.values.money import ZERO, Money, Taxed, split_by, total

Parts = tuple[Taxed, ...]


def incl_tax(parts: Parts) -> Money:
    """What the parts are worth incl. tax."""
    return total(part.incl_tax for part in parts)


def plus(one: Parts, other: Parts) -> Parts:
    """Both together, one part a rate, highest rate first; what comes to nothing is left out."""
    by_rate = {part.rate: part for part in one}
    for part in other:
        by_rate[part.rate] = by_rate[part.rate] + part if part.rate in by_rate else part
    ordered = sorted(by_rate.values(), key=lambda part: part.rate, reverse=True)
    return tuple(part for part in ordered if part.net or part.vat)


def less(whole: Parts, taken: Parts) -> Parts:
    """What remains of `whole`; ValueError where a rate has less net or VAT than is taken."""
    left = plus(whole, tuple(Taxed(-part.net, -part.vat, part.rate) for part in taken))
    if any(part.net < ZERO or part.vat < ZERO for part in left):
        raise ValueError("a part takes more of a VAT rate than there is")
    return left


def take(whole: Parts, amount: Money) -> Parts:
    """The part of `whole` that is worth `amount` incl. tax, over its rates by their weight.

    Taking everything yields exactly `whole`. ValueError for less than zero or more than the whole.
    """
    if not ZERO <= amount <= incl_tax(whole):
        raise ValueError(f"a part of {amount} out of {incl_tax(whole)} incl. tax")
    if not amount:
        return ()
    shares = split_by(amount, [part.incl_tax.cents for part in whole])
    return tuple(_taken(part, share) for part, share in zip(whole, shares, strict=True) if share)


def _taken(left: Taxed, share: Money) -> Taxed:
    """`share` incl. tax of one rate; never more net or VAT than is left, which matters for single cents."""
    net = Taxed.from_incl_tax(share, left.rate).net
    net = min(max(net, share - left.vat, ZERO), left.net, share)
    return Taxed(net, share - net, left.rate)
