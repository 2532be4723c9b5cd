"""Price lines and VAT totals, as `templates/tables.typ` prints them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chassis.typesetting import fields_of, percent
from chassis.values.money import Money, Taxed, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A price line: unit_price and excl_tax in euros without tax, vat_rate in percent."""

    description: str
    quantity: Decimal
    unit_price: Money
    vat_rate: Decimal
    excl_tax: Money


def table_data(lines: Sequence[Line], taxes: Iterable[Taxed]) -> Mapping[str, object]:
    """`lines` and `totals` of a template: the totals are the sums of `taxes`, VAT as the record holds it.

    ValueError where the lines and the taxes do not agree on the net of each rate.
    """
    taxed = tuple(taxes)
    check_nets(lines, taxed)
    return {
        "lines": [fields_of(line) | {"vat_rate": percent(line.vat_rate)} for line in lines],
        "totals": {
            "excl_tax": total(tax.net for tax in taxed),
            "taxes": [{"rate": percent(tax.rate), "net": tax.net, "vat": tax.vat} for tax in taxed],
            "incl_tax": total(tax.incl_tax for tax in taxed),
        },
    }


def check_nets(lines: Sequence[Line], taxes: Sequence[Taxed]) -> None:
    """ValueError unless there are lines, each rate is taxed once, and its lines sum to the net taxed.

    A rate that only free lines bear needs no total.
    """
    if not lines:
        raise ValueError("a price table has at least one line")
    nets: dict[Decimal, Money] = {}
    for line in lines:
        nets[line.vat_rate] = nets.get(line.vat_rate, Money(0)) + line.excl_tax
    taxed = {tax.rate: tax.net for tax in taxes}
    wanted = {rate: net for rate, net in nets.items() if net or rate in taxed}
    if len(taxed) != len(taxes) or taxed != wanted:
        raise ValueError("the lines do not sum to the net amounts taxed")
