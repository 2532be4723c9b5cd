"""French amounts, dates and identifiers."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.letterhead import Address, address_lines, grouped
from chassis.price_table import Line, table_data
from chassis.typesetting import amount, clean, day, days, number, percent, printable, weekday
from chassis.values.money import Money, Taxed


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("1920.00", "1\u202f920,00\u00a0€"),
        ("0.05", "0,05\u00a0€"),
        ("999.99", "999,99\u00a0€"),
        ("1234567.80", "1\u202f234\u202f567,80\u00a0€"),
        ("-720.00", "\u2212720,00\u00a0€"),
    ],
)
def test_amounts_are_written_the_french_way(written: str, printed: str) -> None:
    assert amount(Money.parse(written)) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [("14.00", "14"), ("3.50", "3,5"), ("1200", "1\u202f200"), ("1E+1", "10"), ("0", "0"), ("-0.25", "\u22120,25")],
)
def test_numbers_have_a_comma_and_no_idle_zeros(value: str, printed: str) -> None:
    assert number(Decimal(value)) == printed


def test_rates_keep_their_sign_beside_them() -> None:
    assert percent(Decimal("5.5")) == "5,5\u202f%"


def test_days_are_unbroken_and_the_first_is_ordinal() -> None:
    assert day(date(2026, 3, 1)) == "1er\u00a0mars\u00a02026"
    assert weekday(date(2026, 1, 31)) == "samedi\u00a031\u00a0janvier\u00a02026"


@pytest.mark.parametrize(
    ("first", "last", "printed"),
    [
        (date(2026, 1, 30), date(2026, 1, 30), "le 30 janvier 2026"),
        (date(2026, 1, 30), date(2026, 1, 31), "du 30 au 31 janvier 2026"),
        (date(2026, 1, 30), date(2026, 2, 1), "du 30 janvier au 1er février 2026"),
        (date(2025, 12, 31), date(2026, 1, 31), "du 31 décembre 2025 au 31 janvier 2026"),
        (date(2025, 1, 30), date(2026, 1, 31), "du 30 janvier 2025 au 31 janvier 2026"),
    ],
)
def test_a_period_names_no_month_and_no_year_twice(first: date, last: date, printed: str) -> None:
    assert days(first, last).replace("\u00a0", " ") == printed


def test_text_loses_what_cannot_be_seen() -> None:
    assert clean("a\x00b\u202ec\ue000\ud83d\td\ne\u0301") == "abc d\n\u00e9"


def test_a_document_prints_no_float() -> None:
    with pytest.raises(TypeError, match="float"):
        printable({"lines": [{"price": 2.5}]})


def test_identifiers_stand_in_groups() -> None:
    assert grouped("73282932000074", (3, 3, 3, 5)) == "732\u00a0829\u00a0320\u00a000074"
    assert grouped("FR76 3000 6", (4,)) == "FR76\u00a03000\u00a06"


def test_a_country_is_named_outside_france_only() -> None:
    assert address_lines(Address(street="1 rue A\nBP 2", postal_code="07000", city="Privas")) == [
        "1 rue A",
        "BP 2",
        "07000 Privas",
    ]
    assert address_lines(Address(street="2 rue B", postal_code="1000", city="Bruxelles", country="BE"))[-1] == "BE"


def _line(excl_tax: str, rate: str = "20") -> Line:
    price = Money.parse(excl_tax)
    return Line(description="x", quantity=Decimal(1), unit_price=price, vat_rate=Decimal(rate), excl_tax=price)


@pytest.mark.parametrize(
    ("lines", "taxes"),
    [
        ([], ()),
        ([_line("33.33")], (Taxed(Money(33_34), Money(6_67), Decimal(20)),)),
        ([_line("33.33"), _line("1.00", "5.5")], (Taxed(Money(33_33), Money(6_67), Decimal(20)),)),
        ([_line("33.33")], (Taxed(Money(33_33), Money(6_67), Decimal(20)),) * 2),
    ],
)
def test_lines_that_do_not_sum_to_what_is_taxed_never_leave(lines: list[Line], taxes: tuple[Taxed, ...]) -> None:
    with pytest.raises(ValueError, match=r"line"):
        table_data(lines, taxes)
