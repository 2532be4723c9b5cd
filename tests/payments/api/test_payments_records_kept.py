"""What was issued stands: the database refuses its change, and the chain names whatever was forced."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from services.payments.tables import Table
from services.payments.triggers import KEPT_FOR_EVER
from tests.payments.story import Case, Individual, message
from tests.support.client import ok
from tests.support.service import ServiceUnderTest, key


def execute(api: ServiceUnderTest, *statements: str) -> None:
    with api.platform.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def one_of_everything(api: ServiceUnderTest) -> None:
    """The whole story, and an individual whose money was paid back."""
    case = Case(api)
    case.to_the_fallback()
    case.deliver_webhook(case.secret(), message("payment.sent", case.file_number, amount="5.00", sent_on="2026-03-01"))
    api.move_to("2026-03-02")
    ok(case.accounting.post(f"/v1/accounts/{case.customer_id}/late-charges", json={}, once=key()), 201)
    individual = Individual(api)
    individual.sign()
    individual.receive("720.00", "2026-03-07", None)
    individual.withdraw()
    (refund,) = individual.refunds()
    body = {"paid_on": "2026-03-18", "bank_reference": "VIR 17"}
    body_of_reversal = {"reason": "Rejet", "reversed_on": "2026-03-18"}
    second = Individual(api, number="C2026-000011")
    second.sign(on="2026-03-18")
    taken = second.receive("30.00", "2026-03-18", None)
    decided = {"receipt_id": taken["id"], "contract_id": str(second.contract_id), "amount": "10.00"}
    ok(second.accounting.post("/v1/refunds", json=decided, once=key()), 201)
    ok(second.accounting.post(f"/v1/receipts/{taken['id']}/reversal", json=body_of_reversal, once=key()), 201)
    _move_one(api)
    individual.approve_refund(refund)
    ok(individual.accounting.post(f"/v1/refunds/{refund['id']}/payment", json=body, once=key()), 201)


def _move_one(api: ServiceUnderTest) -> None:
    """A deposit booked on the wrong contract of a client."""
    first = Case(api, number="C2026-000021")
    first.sign(on="2026-03-18", opco_named=None)
    other = Case(api, customer_id=first.customer_id, number="C2026-000022")
    other.sign(on="2026-03-18", opco_named=None)
    wrong = first.deposit_request()["number"]
    receipt = first.receive("1.00", "2026-03-18", wrong)
    body = {"to_document": other.deposit_request()["number"], "reason": "Autre contrat"}
    path = f"/v1/receipts/{receipt['id']}/allocations/{wrong}/move"
    ok(first.accounting.post(path, json=body, once=key()), 201)


COLUMNS = {
    "invoice": "series",
    "receipt": "reference",
    "refund_payment": "paid_on",
    "refund_approval": "approved_on",
    "refund_withdrawal": "reason",
    "late_charge": "interest",
}


@pytest.mark.parametrize("table", KEPT_FOR_EVER)
def test_the_database_refuses_to_change_or_delete(api: ServiceUnderTest, table: str) -> None:
    one_of_everything(api)
    column = COLUMNS.get(table, "amount")
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608 - names of ours
        with pytest.raises(DBAPIError, match="never changed or deleted"):
            execute(api, statement)


@pytest.mark.parametrize("table", KEPT_FOR_EVER)
def test_sqlite_refuses_to_replace(api: ServiceUnderTest, table: str) -> None:
    """INSERT OR REPLACE fires no trigger of DELETE; PostgreSQL has no such statement."""
    if not api.platform.database.is_sqlite:
        return
    one_of_everything(api)
    statements = [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"]  # noqa: S608 - names of ours
    if table == "invoice":
        columns = [column.name for column in Table.metadata.tables[table].columns]
        for new in ({"number"}, {"number", "sha256"}, {"number", "sha256", "previous_sha256"}):
            values = ", ".join(f"{name} || 'x'" if name in new else name for name in columns)
            statements.append(f"INSERT OR REPLACE INTO {table} SELECT {values} FROM {table}")  # noqa: S608 - as above
    for statement in statements:
        with pytest.raises(DBAPIError, match="never changed or deleted"):
            execute(api, statement)


def forge(api: ServiceUnderTest, forgery: str) -> None:
    """What somebody with the rights of the tables' owner could do."""
    guards = ["ALTER TABLE invoice DISABLE TRIGGER ALL"]
    if api.platform.database.is_sqlite:
        guards = ["DROP TRIGGER invoice_refuses_update", "DROP TRIGGER invoice_refuses_delete"]
    # An engine of its own: SQLite checks foreign keys only where it was asked to.
    engine = create_engine(api.settings.database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for statement in [*guards, forgery]:
            connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize(
    ("forgery", "named"),
    [
        ("UPDATE invoice SET content = replace(content, '1920.00', '1820.00') WHERE position = 2", "F2026-000002"),
        ("UPDATE invoice SET pdf_sha256 = '0' WHERE position = 3", "F2026-000003"),
        ("UPDATE invoice SET sha256 = '0' WHERE position = 5", "F2026-000005"),
        ("DELETE FROM invoice WHERE position = 5", "F"),
    ],
)
def test_verification_names_what_was_forced(api: ServiceUnderTest, forgery: str, named: str) -> None:
    case = Case(api)
    case.to_the_fallback()
    forge(api, forgery)
    verified = ok(case.accounting.get("/v1/invoices/verification"))
    assert verified["state"] == "broken"
    assert named in {fault["number"] for fault in verified["faults"]}


def test_a_changed_page_is_named(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    digest = case.invoices()[0]["pdf_sha256"]
    execute(api, f"UPDATE file SET content = (SELECT content FROM file WHERE sha256 <> '{digest}' LIMIT 1)")  # noqa: S608 - a digest of ours
    verified = ok(case.accounting.get("/v1/invoices/verification"))
    assert "F2026-000001" in {fault["number"] for fault in verified["faults"]}
