"""French documents: Typst templates in, PDF/A out.

What varies reaches a template as JSON only, never as Typst source: a customer named `#panic()` is
printed so. The same template, data and day give the same bytes. Nothing is read from the system or
the network: the fonts are those the `typst` wheel embeds.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from queue import LifoQueue
from typing import TYPE_CHECKING, Literal, TypeVar

from chassis.values.money import CENTS_IN_EURO, Money

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from typst import Compiler

D = TypeVar("D")
PdfStandard = Literal["a-2b", "a-3a", "a-3b"]

ROOT = Path(__file__).resolve().parents[1]
NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"
MINUS = "\u2212"
# Printed for a character that no embedded font draws: PDF/A forbids to leave a gap for it.
UNDRAWN = "\ufffd"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_NOON = time(12, tzinfo=UTC)
_UNDRAWABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_AFTER_LATIN = 0x250
# Control, formatting (such as a reversed reading order), surrogate, private and unassigned characters.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# A compiler keeps what it has parsed, and refuses to be used by two threads at once; None: one not made yet.
_COMPILERS = 2
_idle: "LifoQueue[Compiler | None]" = LifoQueue()
for _ in range(_COMPILERS):
    _idle.put(None)


def typeset(template: Path, data: Mapping[str, object], *, dated: date, standard: PdfStandard = "a-3b") -> bytes:
    """The template filled with `data` (see `printable`), as a PDF of the given standard.

    dated: the business day that stands in the file's metadata. The template lies below the folder that
    holds `chassis` and reads its data with `json(bytes(sys.inputs.data))`. A character that no font
    draws is printed as U+FFFD. Raises typst.TypstError where the template itself is wrong. Thread-safe.
    """
    from typst import TypstError  # loaded on the first document: most processes never make one

    text = json.dumps(printable(data), ensure_ascii=False, sort_keys=True)
    while True:
        try:
            return _compile(template, text, dated, standard)
        except TypstError as error:
            drawable = text.translate(dict.fromkeys(_undrawable(error.diagnostic), UNDRAWN))
            if drawable == text:
                raise
            text = drawable


def at_once(make: Callable[[D], bytes], documents: Sequence[D]) -> list[bytes]:
    """Each document made, in their order, on as many processors as there are compilers.

    make: calls `typeset`, and nothing that is of one thread, such as a database session.
    """
    if len(documents) < _COMPILERS:
        return [make(document) for document in documents]
    with ThreadPoolExecutor(_COMPILERS) as pool:
        return list(pool.map(make, documents))


def _undrawable(diagnostic: str) -> set[int]:
    # The diagnostic names whole clusters, an invisible character as \u{301}; a base letter beside such a
    # mark is not what is wanting, for the page's font has all of Latin.
    clusters = "".join(_UNDRAWABLE.findall(diagnostic))
    spelt = {int(digits, 16) for digits in _ESCAPED.findall(clusters)}
    return {point for point in spelt | {ord(character) for character in clusters} if point >= _AFTER_LATIN}


def _compile(template: Path, text: str, dated: date, standard: PdfStandard) -> bytes:
    with _compiler() as compiler:
        made = compiler.compile(
            str(template),
            format="pdf",
            sys_inputs={"data": text},
            pdf_standards=standard,
            timestamp=datetime.combine(dated, _NOON),
        )
    if not isinstance(made, bytes):
        raise TypeError("Typst answered something else than one PDF")
    return made


@contextmanager
def _compiler() -> "Iterator[Compiler]":
    from typst import Compiler

    compiler = _idle.get()
    try:
        compiler = compiler or Compiler(root=str(ROOT), ignore_system_fonts=True)
        yield compiler
    finally:
        _idle.put(compiler)


def printable(value: object) -> object:
    """A value as a template prints it, JSON-ready, at any depth.

    Money becomes "1 920,00 €", a date "31 janvier 2026", a Decimal "12,5"; a dataclass or a mapping an
    object, a sequence an array; text loses its invisible characters. TypeError for anything else.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return clean(value)
        case Money():
            return amount(value)
        case Decimal():
            return number(value)
        case date():
            return day(value)
        case Mapping():
            return {str(key): printable(item) for key, item in value.items()}
        case list() | tuple():
            return [printable(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return printable(fields_of(value))
    raise TypeError(f"a document prints no {type(value).__name__}")


def fields_of(value: "DataclassInstance") -> dict[str, object]:
    """The fields of a dataclass by name, as they are."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def amount(money: Money) -> str:
    """French euros: "1 920,00 €", the thousands parted by narrow no-break spaces, a true minus sign."""
    euros, cents = divmod(abs(money.cents), CENTS_IN_EURO)
    grouped = f"{euros:,}".replace(",", NARROW_NO_BREAK)
    return f"{MINUS if money.cents < 0 else ''}{grouped},{cents:02d}{NO_BREAK}€"


def number(value: Decimal) -> str:
    """A decimal in French, without idle zeros: "14", "3,5", "1 200"."""
    whole, _, decimals = f"{abs(value):,f}".partition(".")
    decimals = decimals.rstrip("0")
    digits = whole.replace(",", NARROW_NO_BREAK) + (f",{decimals}" if decimals else "")
    return MINUS + digits if value < 0 else digits


def percent(rate: Decimal) -> str:
    """A rate in percent: "20 %", "5,5 %"."""
    return f"{number(rate)}{NARROW_NO_BREAK}%"


def day(value: date) -> str:
    """A day in French, unbroken: "31 janvier 2026", "1er mars 2026"."""
    ordinal = "1er" if value.day == 1 else str(value.day)
    return NO_BREAK.join((ordinal, MONTHS[value.month - 1], str(value.year)))


def weekday(value: date) -> str:
    """A day with its name, unbroken: "samedi 31 janvier 2026"."""
    return f"{WEEKDAYS[value.weekday()]}{NO_BREAK}{day(value)}"


def days(first: date, last: date) -> str:
    """One day, "le 30 janvier 2026", or a period, "du 30 au 31 janvier 2026", naming no month or year twice."""
    if first == last:
        return f"le {day(first)}"
    shared = 1 if first.year != last.year else 2 if first.month != last.month else 3
    start = day(first).split(NO_BREAK)[: 4 - shared]
    return f"du {NO_BREAK.join(start)} au {day(last)}"


def clean(text: str) -> str:
    """Text without what cannot be seen: control and direction characters, private ones; line breaks stay."""
    composed = unicodedata.normalize("NFC", text).replace("\t", " ")
    return "".join(
        character for character in composed if character == "\n" or unicodedata.category(character) not in _INVISIBLE
    )
