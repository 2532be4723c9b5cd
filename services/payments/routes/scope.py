"""What a caller may see: staff everything, a customer its own; what is another's is not found."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from chassis.auth import Principal
from chassis.fields import Page, decode_cursor, encode_cursor
from chassis.problems import Invalid, NotFound

NOBODY = UUID(int=0)
R = TypeVar("R")
V = TypeVar("V")


def is_customer_only(caller: Principal) -> bool:
    """Whether the caller sees one customer alone."""
    return not caller.sees_all_customers


def customer_filter(caller: Principal, asked: UUID | None) -> UUID | None:
    """The customer that a list is cut down to; None for staff that asked for all."""
    if not is_customer_only(caller):
        return asked
    own = caller.customer_id or NOBODY
    return own if asked in (None, own) else NOBODY


def check_sees(caller: Principal, customer_id: UUID, what: str) -> None:
    """NotFound for what is another customer's, as if it were not there."""
    if not caller.sees_customer(customer_id):
        raise NotFound(what)


def after_id(cursor: str | None) -> UUID | None:
    """The id that a list goes on after."""
    if cursor is None:
        return None
    (written,) = decode_cursor(cursor, str)
    try:
        return UUID(written)
    except ValueError as error:
        raise Invalid("The cursor is not one that this list gave: leave it out to start over.") from error


def after_text(cursor: str | None) -> str | None:
    """The number that a list goes on after."""
    if cursor is None:
        return None
    (written,) = decode_cursor(cursor, str)
    return str(written)


def page(rows: Sequence[R], limit: int, view: Callable[[R], V], place: Callable[[R], str]) -> Page[V]:
    """A page of the first `limit` rows; one more than that means that there is a next one."""
    shown = rows[:limit]
    cursor = encode_cursor(place(shown[-1])) if len(rows) > limit else None
    return Page(items=[view(row) for row in shown], next_cursor=cursor)
