"""The eleven operators: whom to invoice, and the keys they sign with."""

from datetime import date
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator

from chassis.auth import Role, allow
from chassis.fields import Body, Email, Page, ShortText, View
from chassis.platform import Ctx
from chassis.values import identifiers
from services.payments.domain.opcos import NAMES
from services.payments.repository.funding import drop_secret, find_opco, secrets_of
from services.payments.tables import OpcoRow
from services.payments.use_cases.opcos import OpcoDetails, check_known, make_secret, set_opco

router = APIRouter(prefix="/v1/opcos", tags=["opcos"])


class AddressBody(Body):
    """A postal address."""

    street: ShortText
    postal_code: ShortText
    city: ShortText
    country: ShortText = "FR"


class OpcoBody(Body):
    """Whom to invoice at an operator. siret: since 2026-09-01 no company is invoiced without its SIREN."""

    name: ShortText
    siret: Annotated[ShortText, AfterValidator(identifiers.siret)]
    vat_number: Annotated[ShortText, AfterValidator(identifiers.vat_number)] | None = None
    billing_address: AddressBody
    email: Email


class AddressView(View):
    """A postal address."""

    street: str
    postal_code: str
    city: str
    country: str


class OpcoView(View):
    """An operator; without a billing address it can be neither asked nor invoiced."""

    code: str
    name: str
    siret: str | None
    vat_number: str | None
    billing_address: AddressView | None
    email: str | None


class KnownSecretView(View):
    """A signing secret that is accepted; the secret itself is not shown again."""

    id: UUID
    made_on: date


class SecretView(KnownSecretView):
    """A signing secret, shown this once."""

    secret: str


@router.get("", **allow(Role.SALES, Role.ACCOUNTING))
def list_opcos(platform: Ctx) -> Page[OpcoView]:
    """All operators."""
    with platform.reading() as session:
        return Page(items=[_view(code, find_opco(session, code)) for code in NAMES])


@router.get("/{code}", **allow(Role.SALES, Role.ACCOUNTING, Role.SERVICE))
def read_opco(code: str, platform: Ctx) -> OpcoView:
    """One operator."""
    check_known(code)
    with platform.reading() as session:
        return _view(code, find_opco(session, code))


@router.put("/{code}", **allow(Role.ACCOUNTING))
def put_opco(code: str, body: OpcoBody, platform: Ctx) -> OpcoView:
    """Set whom to invoice at an operator."""
    details = OpcoDetails(
        name=body.name,
        siret=body.siret,
        vat_number=body.vat_number,
        billing_address=body.billing_address.model_dump(),
        email=body.email,
    )
    with platform.unit_of_work() as tx:
        return _view(code, set_opco(tx, code, details))


@router.post("/{code}/webhook-secrets", status_code=201, **allow(Role.ADMIN))
def make_webhook_secret(code: str, platform: Ctx) -> SecretView:
    """Accept one more signing secret of an operator; it is shown in this answer only."""
    with platform.unit_of_work() as tx:
        return SecretView.model_validate(make_secret(tx, code))


@router.get("/{code}/webhook-secrets", **allow(Role.ADMIN))
def list_webhook_secrets(code: str, platform: Ctx) -> Page[KnownSecretView]:
    """The signing secrets of an operator that are accepted, newest first."""
    check_known(code)
    with platform.reading() as session:
        return Page(items=[KnownSecretView.model_validate(row) for row in secrets_of(session, code)])


@router.delete("/{code}/webhook-secrets/{secret_id}", status_code=204, response_class=Response, **allow(Role.ADMIN))
def drop_webhook_secret(code: str, secret_id: UUID, platform: Ctx) -> Response:
    """Accept a secret no longer: once the operator signs with a newer one, or at once where it leaked."""
    check_known(code)
    with platform.unit_of_work() as tx:
        drop_secret(tx.session, code, secret_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _view(code: str, row: OpcoRow | None) -> OpcoView:
    if row is None:
        return OpcoView(code=code, name=NAMES[code], siret=None, vat_number=None, billing_address=None, email=None)
    address = AddressView(**row.billing_address)
    return OpcoView(
        code=code,
        name=row.name,
        siret=row.siret,
        vat_number=row.vat_number,
        billing_address=address,
        email=row.email,
    )
