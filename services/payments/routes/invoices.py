"""Issued documents, as issued; and the proof that they stand as issued."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from chassis.auth import Caller, Principal, Role, allow
from chassis.fields import Page, PageSize, View
from chassis.files import read_file
from chassis.openapi import file_answer
from chassis.platform import Ctx
from chassis.problems import NotFound
from services.payments.documents.factur_x import attached_xml
from services.payments.domain.invoice import PayerKind
from services.payments.domain.standing import Standing
from services.payments.repository.invoices import get_invoice, page_of_invoices
from services.payments.repository.standings import standings
from services.payments.routes.invoice_schemas import InvoiceView, invoice_view
from services.payments.routes.scope import after_text, customer_filter, is_customer_only, page
from services.payments.tables import InvoiceRow
from services.payments.use_cases.verification import verify_invoices

router = APIRouter(prefix="/v1/invoices", tags=["invoices"])
_READERS = (Role.CUSTOMER, Role.SALES, Role.ACCOUNTING)


class FaultView(View):
    """Where the chain does not hold."""

    number: str
    detail: str


class VerificationView(View):
    """The chain, walked from its first record to its head."""

    state: Literal["intact", "broken"]
    invoices: int
    faults: list[FaultView]


@router.get("", **allow(*_READERS))
def list_invoices(
    platform: Ctx,
    caller: Caller,
    contract_id: UUID | None = None,
    customer_id: UUID | None = None,
    limit: Annotated[PageSize, Query()] = 20,
    cursor: str | None = None,
) -> Page[InvoiceView]:
    """Invoices and credit notes by number; a customer sees those addressed to it."""
    own = customer_filter(caller, customer_id)
    payer_kind = PayerKind.CUSTOMER.value if is_customer_only(caller) else None
    with platform.reading() as session:
        rows = page_of_invoices(session, limit + 1, after_text(cursor), contract_id, own, payer_kind)
        known = _standings(session, rows)
    return page(rows, limit, lambda row: invoice_view(row, known.get(row.number)), lambda row: row.number)


@router.get("/verification", **allow(Role.ACCOUNTING))
def verify(platform: Ctx) -> VerificationView:
    """Walk the hash chain of every series and hash every stored page."""
    with platform.reading() as session:
        count, found = verify_invoices(session)
    faults = [FaultView(number=fault.number, detail=fault.detail) for fault in found]
    return VerificationView(state="broken" if faults else "intact", invoices=count, faults=faults)


@router.get("/{number}.pdf", response_class=Response, responses=file_answer("application/pdf"), **allow(*_READERS))
def read_invoice_page(number: str, platform: Ctx, caller: Caller) -> Response:
    """The page as it was issued."""
    with platform.reading() as session:
        row = _seen(caller, get_invoice(session, number))
        stored = read_file(session, row.pdf_sha256)
    return Response(stored.content, media_type=stored.media_type)


@router.get("/{number}.xml", response_class=Response, responses=file_answer("application/xml"), **allow(*_READERS))
def read_invoice_xml(number: str, platform: Ctx, caller: Caller) -> Response:
    """The electronic form (EN 16931, UN/CEFACT CII), as it is attached to the page that was issued."""
    with platform.reading() as session:
        row = _seen(caller, get_invoice(session, number))
        page = read_file(session, row.pdf_sha256).content
    xml = attached_xml(page)
    if xml is None:
        raise NotFound("The invoice's electronic form")
    return Response(xml, media_type="application/xml")


@router.get("/{number}", **allow(*_READERS))
def read_invoice(number: str, platform: Ctx, caller: Caller) -> InvoiceView:
    """One document, and how it stands."""
    with platform.reading() as session:
        row = _seen(caller, get_invoice(session, number))
        return invoice_view(row, _standings(session, [row]).get(number))


def _seen(caller: Principal, row: InvoiceRow) -> InvoiceRow:
    """The document, where the caller may see it: a customer what is addressed to it."""
    is_another = row.payer_kind != PayerKind.CUSTOMER and is_customer_only(caller)
    if is_another or not caller.sees_customer(row.customer_id):
        raise NotFound("The invoice")
    return row


def _standings(session: Session, rows: Sequence[InvoiceRow]) -> dict[str, Standing]:
    return {standing.invoice.number: standing for standing in standings(session, rows)}
