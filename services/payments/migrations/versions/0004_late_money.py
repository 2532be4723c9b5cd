"""Late money: deposits that nothing needs are paid back, four eyes on refunds, receipts taken back, late charges.

What SQLite cannot alter is made anew from its own text, with its rows, indexes and triggers.
"""

import json
from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from chassis.values.identifiers import new_id

revision = "0004"
down_revision = "0003"

_REASON = "ck_refund_a_refund_has_a_known_reason"
_REASONS = "reason IN ('withdrawal', 'above_deposit', 'decision')"
_MORE_REASONS = "reason IN ('withdrawal', 'above_deposit', 'deposit_not_needed', 'decision')"


_KEYS = {
    "refund_approval": "refund_id = NEW.refund_id",
    "refund_withdrawal": "refund_id = NEW.refund_id",
    "receipt_reversal": "receipt_id = NEW.receipt_id",
    "allocation_move": "id = NEW.id",
    "late_charge": "id = NEW.id",
}


def upgrade() -> None:
    _know_more_reasons()
    _refunds()
    _receipts()
    _late_charges()
    _watch_what_is_unpaid()
    for table, key in _KEYS.items():
        _guard(table, key)


def downgrade() -> None:
    """The wider check of reasons stays: refunds with the new one stand."""
    for table in reversed(_KEYS):
        op.drop_table(table)
    op.drop_column("customer", "overdue_since")
    op.execute("DELETE FROM duty WHERE kind = 'account-review'")


def _late_charges() -> None:
    op.add_column("customer", sa.Column("overdue_since", sa.Date))
    op.create_table(
        "late_charge",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("late_invoice", sa.String(80), nullable=False),
        sa.Column("charged_by", sa.String(80), nullable=False),
        sa.Column("through_on", sa.Date, nullable=False),
        sa.Column("interest", sa.BigInteger, nullable=False),
        sa.Column("recovery_fee", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_late_charge"),
        sa.CheckConstraint(
            "interest <> 0 OR recovery_fee <> 0", name=op.f("ck_late_charge_a_late_charge_is_an_amount")
        ),
        sa.ForeignKeyConstraint(["late_invoice"], ["invoice.number"], name="fk_late_charge_late_invoice"),
        sa.ForeignKeyConstraint(["charged_by"], ["invoice.number"], name="fk_late_charge_charged_by"),
    )
    op.create_index("ix_late_charge_late_invoice", "late_charge", ["late_invoice"])


def _watch_what_is_unpaid() -> None:
    """Of the invoices issued before, as of those issued from now on: whoever paid in time is passed over then."""
    invoices = sa.table(
        "invoice",
        sa.column("number", sa.Text),
        sa.column("document_type", sa.Text),
        sa.column("payer_kind", sa.Text),
        sa.column("customer_id", sa.Uuid),
        sa.column("due_on", sa.Date),
    )
    duties = sa.table(
        "duty",
        sa.column("id", sa.Uuid),
        sa.column("kind", sa.Text),
        sa.column("subject", sa.Text),
        sa.column("due_on", sa.Date),
        sa.column("clause", sa.Text),
        sa.column("data", sa.Text),
        sa.column("state", sa.Text),
    )
    asks = (invoices.c.document_type == "380", invoices.c.payer_kind == "customer", invoices.c.due_on.is_not(None))
    connection = op.get_bind()
    for row in connection.execute(sa.select(invoices).where(*asks)).all():
        values = {"id": new_id(), "kind": "account-review", "subject": row.number, "clause": "3.4", "state": "pending"}
        day, data = row.due_on + timedelta(days=1), json.dumps({"customer_id": str(row.customer_id)})
        connection.execute(sa.insert(duties).values(**values, due_on=day, data=data))


def _refunds() -> None:
    op.create_table(
        "refund_approval",
        sa.Column("refund_id", sa.Uuid, nullable=False),
        sa.Column("approved_on", sa.Date, nullable=False),
        sa.Column("approved_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("refund_id", name="pk_refund_approval"),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name="fk_refund_approval_refund_id"),
    )
    op.create_table(
        "refund_withdrawal",
        sa.Column("refund_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("withdrawn_on", sa.Date, nullable=False),
        sa.Column("withdrawn_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("refund_id", name="pk_refund_withdrawal"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_refund_withdrawal_a_withdrawal_says_why")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name="fk_refund_withdrawal_refund_id"),
    )


def _receipts() -> None:
    op.create_table(
        "receipt_reversal",
        sa.Column("receipt_id", sa.Uuid, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("reversed_on", sa.Date, nullable=False),
        sa.Column("recorded_on", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("receipt_id", name="pk_receipt_reversal"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_receipt_reversal_a_reversal_is_above_zero")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_receipt_reversal_a_reversal_says_why")),
        sa.CheckConstraint(
            "reversed_on <= recorded_on",
            name=op.f("ck_receipt_reversal_a_reversal_is_recorded_on_or_after_its_day"),
        ),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_receipt_reversal_receipt_id"),
    )
    op.create_table(
        "allocation_move",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("receipt_id", sa.Uuid, nullable=False),
        sa.Column("from_document", sa.String(80), nullable=False),
        sa.Column("to_document", sa.String(80), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("moved_on", sa.Date, nullable=False),
        sa.Column("moved_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_allocation_move"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_allocation_move_a_move_is_above_zero")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_allocation_move_a_move_says_why")),
        sa.CheckConstraint("from_document <> to_document", name=op.f("ck_allocation_move_a_move_goes_elsewhere")),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_allocation_move_receipt_id"),
    )
    op.create_index("ix_allocation_move_receipt_id", "allocation_move", ["receipt_id"])


def _guard(table: str, key: str) -> None:
    """As 0001 made them; the function stands since then."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "  # noqa: S608 - names of ours
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is never changed or deleted'); END"
    )
    for action in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{action} BEFORE {action.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed or deleted'); END"
        )


def _know_more_reasons() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(_REASON), "refund", type_="check")
        op.create_check_constraint(op.f(_REASON), "refund", _MORE_REASONS)
    else:
        _make_anew("refund", _REASONS, _MORE_REASONS)


def _make_anew(table: str, before: str, after: str) -> None:
    """The runner has switched references off meanwhile, and checks them at the end."""
    connection = op.get_bind()
    found = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    made = connection.execute(found, {"table": table}).all()
    (own,) = (statement for kind, statement in made if kind == "table")
    op.execute(own.replace(f"CREATE TABLE {table} ", f"CREATE TABLE {table}_anew ", 1).replace(before, after))
    op.execute(f"INSERT INTO {table}_anew SELECT * FROM {table}")  # noqa: S608 - names of ours
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)
    for kind, statement in made:
        if kind != "table":
            op.execute(statement)
