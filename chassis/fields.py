"""The forms in which JSON carries amounts, days and texts; the bases of bodies, answers and events."""

import base64
import binascii
import json
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from chassis.problems import Invalid
from chassis.values.money import ZERO, Money

_MAX_PERCENT = 100
_MOST_UNKNOWN = 20
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-][A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-]{{0,63}}@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}"
)
_LARGEST_INTEGER = 2**31 - 1
_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,2})?", re.ASCII)
# Periods are counted from any day that is taken in, and end on a day too.
_YEARS = range(1900, 3000)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Body(BaseModel):
    """Base of request bodies: an unknown field is an error, a flood of them is one error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _few_unknown(cls, data: Any) -> Any:
        # Each unknown field would make an error of its own, and a million of them an answer of a hundred megabytes.
        if isinstance(data, dict) and len(data) > len(cls.model_fields) + _MOST_UNKNOWN:
            raise ValueError("too many unknown fields")
        return data


class View(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Event(BaseModel):
    """Base of events, published or consumed: a consumer ignores what it does not declare."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _read_amount(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    if not isinstance(value, str):
        raise ValueError('an amount is written as a string, such as "2400.00"')
    return Money.parse(value)


def _positive(value: Money) -> Money:
    if value <= ZERO:
        raise ValueError("the amount must be above zero")
    return value


def _not_negative(value: Money) -> Money:
    if value < ZERO:
        raise ValueError("the amount must not be negative")
    return value


_AMOUNT_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,2})?$", "examples": ["2400.00"]})
Amount = Annotated[Money, PlainValidator(_read_amount), PlainSerializer(str, return_type=str), _AMOUNT_SCHEMA]
PositiveAmount = Annotated[Amount, AfterValidator(_positive)]
NonNegativeAmount = Annotated[Amount, AfterValidator(_not_negative)]


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str):
        raise ValueError('write the number as a string, such as "3.50"')
    if not _DECIMAL.fullmatch(value):
        raise ValueError('not a number with at most two decimals; write it such as "3.50"')
    return Decimal(value)


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _rate_range(value: Decimal) -> Decimal:
    if not 0 <= value <= _MAX_PERCENT:
        raise ValueError("a rate is a percentage from 0 to 100")
    # 20 and 20.00 are one rate: amounts are gathered by it.
    return Decimal(int(value)) if value == int(value) else value.normalize()


def _above_zero(value: Decimal) -> Decimal:
    if value <= 0:
        raise ValueError("must be above zero")
    return value


_DECIMAL_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,9}(\.\d{1,2})?$", "examples": ["3.50"]})
DecimalString = Annotated[
    Decimal,
    PlainValidator(_decimal),
    PlainSerializer(_plain, return_type=str),
    _DECIMAL_SCHEMA,
]
Rate = Annotated[DecimalString, AfterValidator(_rate_range)]
Quantity = Annotated[DecimalString, AfterValidator(_above_zero)]


def _written_day(value: Any) -> Any:
    if isinstance(value, date) and type(value) is date:
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a date is written year-month-day, such as 2026-01-31")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is not a date of the calendar, written such as 2026-01-31") from None
    if day.year not in _YEARS:
        raise ValueError(f"a date lies in the years {_YEARS[0]} to {_YEARS[-1]}")
    return day


Day = Annotated[date, BeforeValidator(_written_day)]


def _within_years(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError(f"a moment lies in the years {_YEARS[0]} to {_YEARS[-1]}")
    return moment


# With its zone; one near the calendar's ends has no counterpart in UTC.
Moment = Annotated[AwareDatetime, AfterValidator(_within_years)]
Flag = StrictBool


def _visible(value: str) -> str:
    """The text without format characters, which show nothing (soft hyphens, zero-width spaces, directions)."""
    # PostgreSQL keeps no zero byte in a text; SQLite would.
    if "\x00" in value:
        raise ValueError("a text holds no zero byte")
    shown = "".join(character for character in value if unicodedata.category(character) != "Cf").strip()
    if not shown:
        raise ValueError("a text that shows something is needed")
    return shown


def _one_line(value: str) -> str:
    # A name with line ends would write lines of our mails.
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValueError("a short text stands on one line, without control characters")
    return value


_Kept = AfterValidator(_visible)
ShortText = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200),
    _Kept,
    AfterValidator(_one_line),
]
LongText = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=20_000), _Kept]
WholeText = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200_000), _Kept
]


def _address(value: str) -> str:
    # What looks like an encoded word would be decoded by the mail, into another address.
    if not _ADDRESS.fullmatch(value) or ".." in value or "=?" in value:
        raise ValueError("not an e-mail address, such as name@example.org")
    return value


Email = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, max_length=254),
    AfterValidator(_address),
    Field(json_schema_extra={"format": "email"}),
]


def _decode_base64(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise ValueError("send the file's bytes as a base64 string")
    try:
        content = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError("not valid base64") from None
    if not content:
        raise ValueError("the file is empty")
    return content


Base64Bytes = Annotated[
    bytes,
    PlainValidator(_decode_base64),
    PlainSerializer(lambda content: base64.b64encode(content).decode(), return_type=str),
    WithJsonSchema({"type": "string", "contentEncoding": "base64", "minLength": 4}),
]


class UploadedFile(Body):
    """A file inside a JSON body."""

    file_name: ShortText
    media_type: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]
    content_base64: Annotated[Base64Bytes, Field(description="the file's bytes, base64")]


T = TypeVar("T")


class Page(View, Generic[T]):
    """One page of a list; `next_cursor` asks for the next, null on the last."""

    items: list[T]
    next_cursor: str | None = None


PageSize = Annotated[int, Field(ge=1, le=100)]


def encode_cursor(*parts: str | int) -> str:
    """Where the next page starts, opaque to the caller."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _usual(part: str | int) -> bool:
    # What no list gives and a database would choke on: zero bytes, lone surrogates, endless integers.
    return part.isprintable() if isinstance(part, str) else abs(part) <= _LARGEST_INTEGER


def decode_cursor(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """The parts of a cursor; Invalid (422) where it is not one that this list gave."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, RecursionError):
        parts = None
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds) or not all(map(_usual, parts)):
        raise Invalid("The cursor is not one that this list gave: leave it out to start over.")
    return tuple(parts)
