"""What one concluded contract has left in the real tables, each effect counted: once is right, nothing else is."""

from collections.abc import Iterator

from sqlmodel import col, select

from chassis.tables import mail, outbox
from services.catalog.tables import SeatHoldRow
from services.contracts.tables import AcceptanceRow, ContractRow, TimelineRow
from services.payments.tables import AllocationRow, ContractAccountRow, DepositRequestRow, InvoiceRow, ReceiptRow
from tests.faults import witness
from tests.faults.fleet import Fleet
from tests.faults.story import Signed

# Who sends what, and who takes it in.
SIGNED, PAID, CONCLUDED = (
    "contracts.contract-signed.v1",
    "payments.deposit-paid.v1",
    "contracts.contract-concluded.v1",
)
EVENTS = (
    ("contracts", SIGNED, ("catalog", "payments")),
    ("payments", PAID, ("contracts",)),
    ("contracts", CONCLUDED, ("payments",)),
)
_TIMELINE = ("proposal-issued", "contract-signed", "deposit-asked-for", "contract-concluded")


def not_once(fleet: Fleet, signed: Signed) -> dict[str, int]:
    """The effects that the contract has not had exactly once, and how often it had them."""
    counted = [*_at_catalog(fleet, signed), *_at_contracts(fleet, signed), *_at_payments(fleet, signed)]
    counted += _told(fleet, signed)
    return {effect: times for effect, times in counted if times != 1}


def gaps(fleet: Fleet) -> list[str]:
    """The numbers that are missing from the contracts, the deposit requests and the invoices."""
    found = []
    for service, column in (
        ("contracts", ContractRow.number),
        ("payments", DepositRequestRow.number),
        ("payments", InvoiceRow.number),
    ):
        with fleet.databases[service].reading() as session:
            numbers = sorted(session.exec(select(column)))
        letter = numbers[0][0]
        expected = [f"{letter}2026-{position:06d}" for position in range(1, len(numbers) + 1)]
        found += sorted(set(expected) ^ set(numbers))
    return found


Counted = Iterator[tuple[str, int]]


def _at_catalog(fleet: Fleet, signed: Signed) -> Counted:
    is_its = col(SeatHoldRow.contract_id) == signed.contract_id
    is_confirmed = col(SeatHoldRow.expires_at).is_(None) & (col(SeatHoldRow.seats) == 1)
    yield "seats held", fleet.count("catalog", SeatHoldRow, is_its)
    yield "seats confirmed", fleet.count("catalog", SeatHoldRow, is_its & is_confirmed)


def _at_contracts(fleet: Fleet, signed: Signed) -> Counted:
    is_its = col(ContractRow.proposal_id) == signed.proposal_id
    yield "contract", fleet.count("contracts", ContractRow, is_its)
    yield "contract concluded", fleet.count("contracts", ContractRow, is_its & (col(ContractRow.state) == "concluded"))
    yield "acceptance", fleet.count("contracts", AcceptanceRow, col(AcceptanceRow.proposal_id) == signed.proposal_id)
    for kind in _TIMELINE:
        is_it = (col(TimelineRow.contract_id) == signed.contract_id) & (col(TimelineRow.kind) == kind)
        yield f"timeline: {kind}", fleet.count("contracts", TimelineRow, is_it)
    subject = f"Proposition {signed.proposal_number} : acceptation reçue"
    yield "mail: acceptance received", fleet.count("contracts", mail, mail.c.subject == subject)


def _at_payments(fleet: Fleet, signed: Signed) -> Counted:
    for rows in (ContractAccountRow, DepositRequestRow, InvoiceRow):
        yield rows.__name__, fleet.count("payments", rows, col(rows.contract_id) == signed.contract_id)
    its_receipts = col(ReceiptRow.payer_id) == signed.customer_id
    yield "receipt", fleet.count("payments", ReceiptRow, its_receipts)
    allocated = col(AllocationRow.receipt_id).in_(select(ReceiptRow.id).where(its_receipts))
    yield "allocation", fleet.count("payments", AllocationRow, allocated)
    with fleet.databases["payments"].reading() as session:
        invoices = session.exec(select(InvoiceRow.number).where(InvoiceRow.contract_id == signed.contract_id)).all()
    for number in (signed.deposit_request, *invoices):
        yield f"mail: {number}", fleet.count("payments", mail, mail.c.subject.contains(number))


def _told(fleet: Fleet, signed: Signed) -> Counted:
    """Each event is there once, and each of its subscribers took it in once."""
    for sender, type_, subscribers in EVENTS:
        is_it = (outbox.c.subject == str(signed.contract_id)) & (outbox.c.type == type_)
        with fleet.databases[sender].reading() as session:
            ids = session.connection().execute(select(outbox.c.id).where(is_it)).scalars().all()
        yield type_, len(ids)
        for subscriber in subscribers:
            with fleet.databases[subscriber].reading() as session:
                yield f"{type_} at {subscriber}", sum(witness.times_seen(session, ids))
