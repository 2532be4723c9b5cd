"""Contracts: read, listed, completed."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.auth import Caller, Role, allow
from chassis.fields import Body, Day, DecimalString, Page, PageSize, decode_cursor
from chassis.idempotency import RequiredOnce
from chassis.platform import Ctx
from chassis.problems import Invalid, NotFound
from services.contracts.domain.attendance import Attendance
from services.contracts.use_cases import contracts
from services.contracts.use_cases.views import ContractView, TimelineEntryView

router = APIRouter(tags=["contracts"])

_PAGE = 50
_NUMBER = re.compile(r"C\d{4}-\d{6,}", re.ASCII)
_MOST_TRAINEES = 200
_READERS = (Role.SALES, Role.ACCOUNTING, Role.CUSTOMER)


class AttendanceBody(Body):
    """The hours that one trainee attended."""

    person_id: UUID
    attended_hours: DecimalString


class CompletionBody(Body):
    """Every trainee's attended hours; `ended_on` where the training ended after the session's last day."""

    attendance: Annotated[list[AttendanceBody], Field(min_length=1, max_length=_MOST_TRAINEES)]
    ended_on: Day | None = None


@router.get("/v1/contracts", **allow(*_READERS))
def list_contracts(
    platform: Ctx,
    caller: Caller,
    customer_id: UUID | None = None,
    limit: Annotated[PageSize, Query()] = _PAGE,
    cursor: str | None = None,
) -> Page[ContractView]:
    """Contracts in the order they were signed; a customer sees its own."""
    wanted = customer_id
    if not caller.has(Role.SALES, Role.ACCOUNTING, Role.ADMIN):
        wanted = customer_id or caller.customer_id
        if wanted is None or not caller.sees_customer(wanted):
            raise NotFound("The customer")
    return contracts.list_contracts(platform, wanted, limit, _after(cursor))


@router.get("/v1/contracts/{contract_id}", **allow(*_READERS))
def read_contract(contract_id: UUID, platform: Ctx, caller: Caller) -> ContractView:
    """A contract; a customer sees its own."""
    view = contracts.read_contract(platform, contract_id)
    if not caller.sees_customer(view.customer_id):
        raise NotFound("The contract")
    return view


@router.get("/v1/contracts/{contract_id}/timeline", **allow(*_READERS))
def read_timeline(contract_id: UUID, platform: Ctx, caller: Caller) -> Page[TimelineEntryView]:
    """What happened to a contract, each fact with its day and its clause."""
    if not caller.sees_customer(contracts.read_contract(platform, contract_id).customer_id):
        raise NotFound("The contract")
    return contracts.read_timeline(platform, contract_id)


@router.post("/v1/contracts/{contract_id}/completion", **allow(Role.SALES))
def complete_contract(contract_id: UUID, body: CompletionBody, platform: Ctx, once: RequiredOnce) -> ContractView:
    """The training is over: the operator's month starts (clause 3.3). Refused before, or where not concluded."""
    attendance = tuple(Attendance(each.person_id, each.attended_hours) for each in body.attendance)
    return contracts.complete_contract(platform, once, contract_id, attendance, body.ended_on)


def _after(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    (number,) = decode_cursor(cursor, str)
    if not _NUMBER.fullmatch(number):
        raise Invalid("The cursor is not one that this list gave: leave it out to start over.")
    return str(number)
