"""The interest rates of each half-year."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator

from chassis.auth import Role, allow
from chassis.fields import Body, DecimalString, Page, Rate, ShortText, View
from chassis.platform import Ctx
from services.payments.domain.reference_rates import HalfYear, ReferenceRate
from services.payments.repository.rates import all_rates
from services.payments.use_cases.reference_rates import load_rate

router = APIRouter(prefix="/v1/reference-rates", tags=["reference rates"])


def _half_year(written: str) -> str:
    return str(HalfYear.parse(written))


class ReferenceRateBody(Body):
    """Both rates of a half-year, percent, and where they were published."""

    half_year: Annotated[ShortText, AfterValidator(_half_year)]
    ecb: Rate
    legal: Rate
    source: ShortText


class ReferenceRateView(View):
    """ecb: main refinancing rate on the half-year's first day; legal: of a professional creditor; percent."""

    half_year: str
    ecb: DecimalString
    legal: DecimalString
    source: str


@router.get("", **allow(Role.ACCOUNTING))
def list_reference_rates(platform: Ctx) -> Page[ReferenceRateView]:
    """Every half-year that is loaded, newest first."""
    with platform.reading() as session:
        rates = all_rates(session)
    return Page(items=[_view(half_year, rates[half_year]) for half_year in sorted(rates, reverse=True)])


@router.post("", status_code=201, **allow(Role.ACCOUNTING))
def add_reference_rate(body: ReferenceRateBody, platform: Ctx) -> ReferenceRateView:
    """Add the rates of a half-year that has begun; what is loaded never changes."""
    half_year = HalfYear.parse(body.half_year)
    rate = ReferenceRate(body.ecb, body.legal, body.source)
    with platform.unit_of_work() as tx:
        load_rate(tx, half_year, rate)
    return _view(half_year, rate)


def _view(half_year: HalfYear, rate: ReferenceRate) -> ReferenceRateView:
    return ReferenceRateView(half_year=str(half_year), ecb=rate.ecb, legal=rate.legal, source=rate.source)
