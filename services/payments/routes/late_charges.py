"""Interest and fee of late invoices, invoiced."""

from uuid import UUID

from fastapi import APIRouter

from chassis.auth import Role, allow
from chassis.fields import Body, Day, View
from chassis.idempotency import RequiredOnce
from chassis.platform import Ctx
from services.payments.repository.standings import standings
from services.payments.routes.invoice_schemas import InvoiceView, invoice_view
from services.payments.use_cases.late_charges import invoice_late_charges

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])


class LateChargesBody(Body):
    """The last day of interest to invoice; today without."""

    through_on: Day | None = None


class LateChargesView(View):
    """The invoices made, one for each late invoice."""

    invoices: list[InvoiceView]


@router.post("/{customer_id}/late-charges", status_code=201, **allow(Role.ACCOUNTING))
def make_late_charges(customer_id: UUID, body: LateChargesBody, platform: Ctx, once: RequiredOnce) -> LateChargesView:
    """Invoice what is owed for lateness through a day: no day of interest twice, the fee once for each invoice."""
    with platform.unit_of_work(once) as tx:
        rows = invoice_late_charges(tx, customer_id, body.through_on or tx.today)
        known = {standing.invoice.number: standing for standing in standings(tx.session, rows)}
        view = LateChargesView(invoices=[invoice_view(row, known.get(row.number)) for row in rows])
        return tx.answer(view)
