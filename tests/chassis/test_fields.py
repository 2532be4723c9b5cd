"""What a JSON body may say: texts that show something, addresses that stay themselves, floods that cost nothing."""

from datetime import date
from time import perf_counter
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.fields import Body, Day, Email, ShortText
from tests.support.client import problem
from tests.support.service import ServiceUnderTest, key

ADDRESS: TypeAdapter[str] = TypeAdapter(Email)
TEXT: TypeAdapter[str] = TypeAdapter(ShortText)


@pytest.mark.parametrize("written", ["a@b.fr", "o'neil+formation@mail.example.org", " claire@exemple.fr "])
def test_an_address(written: str) -> None:
    assert ADDRESS.validate_python(written) == written.strip()


@pytest.mark.parametrize(
    "written",
    [
        "=?utf-8?q?x=0ABcc=3A_y?=@b.fr",
        "=?utf-8?q?v1=40b.fr=2C_v2=40c.fr=2C?=@b.fr",
        "a@b..fr",
        "a..b@c.fr",
        ".a@b.fr",
        "a(b@c.fr",
        "a\u200b@b.fr",
        "a\x01@b.fr",
        "a@b",
        "a@-b.fr",
        "a b@c.fr",
        "a@b.fr\nBcc: c@d.fr",
        "é@b.fr",
    ],
)
def test_what_a_mail_would_read_otherwise_is_no_address(written: str) -> None:
    with pytest.raises(ValidationError):
        ADDRESS.validate_python(written)


def test_characters_that_show_nothing_are_dropped() -> None:
    assert TEXT.validate_python("In\u00adès\u200b ") == "Inès"
    for nothing in ("\u200b", " \u00ad ", "\u202e"):
        with pytest.raises(ValidationError, match="shows something"):
            TEXT.validate_python(nothing)


@pytest.mark.parametrize("control", ["\n", "\r", "\t", "\x00", "\x01", "\x1b", "\x7f", "\x85"])
def test_a_short_text_holds_no_control_character(control: str) -> None:
    with pytest.raises(ValidationError, match=r"control characters|zero byte"):
        TEXT.validate_python(f"Inès{control}Morel")


def test_a_flood_of_unknown_fields_is_one_fault() -> None:
    class Small(Body):
        name: str

    started = perf_counter()
    with pytest.raises(ValidationError) as refused:
        Small.model_validate({"name": "x", **{str(number): 1 for number in range(500_000)}})
    assert refused.value.error_count() == 1
    assert perf_counter() - started < 5
    with pytest.raises(ValidationError) as few:
        Small.model_validate({"name": "x", "nickname": "y", "colour": "z"})
    assert [fault["loc"] for fault in few.value.errors()] == [("nickname",), ("colour",)]


def test_no_more_than_fifty_faults_are_listed(api: ServiceUnderTest) -> None:
    flood: dict[str, Any] = {"name": "a", "nested": [{str(field): 1 for field in range(20)} for _ in range(20)]}
    sent = {**flood, **{str(number): 1 for number in range(15)}}
    found = problem(api.client("sales").post("/v1/counters", json=sent, once=key()), 422)
    assert len(found["errors"]) <= 50
    assert len(found["detail"]) < 10_000


@pytest.mark.parametrize("written", ["1899-12-31", "3000-01-01", "0001-01-01", "9999-12-31"])
def test_a_day_leaves_room_for_the_periods_counted_from_it(written: str) -> None:
    with pytest.raises(ValidationError, match="years 1900 to 2999"):
        TypeAdapter(Day).validate_python(written)


@pytest.mark.parametrize("written", ["1900-01-01", "2026-02-28", "2999-12-31"])
def test_a_day_of_these_centuries_is_taken(written: str) -> None:
    assert TypeAdapter(Day).validate_python(written) == date.fromisoformat(written)
