"""Individuals: from which day their money counts, withdrawals, and what is paid back.

Columns and tables are only added, without batch mode: it would drop the triggers of the tables it makes anew.
"""

import json
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEYS = {"refund": "id = NEW.id", "refund_payment": "refund_id = NEW.refund_id"}


def upgrade() -> None:
    op.add_column("contract_account", sa.Column("money_from", sa.Date))
    op.add_column("contract_account", sa.Column("withdrawn_on", sa.Date))
    op.add_column("contract_account", sa.Column("refund_by", sa.Date))
    op.add_column("receipt", sa.Column("customer_id", sa.Uuid))
    op.create_index("ix_receipt_customer_id", "receipt", ["customer_id"])
    _count_money_from_the_callable_day()
    _refunds()
    for table, key in _KEYS.items():
        _guard(table, key)


def downgrade() -> None:
    op.drop_table("refund_payment")
    op.drop_table("refund")
    op.drop_index("ix_receipt_customer_id", "receipt")
    op.drop_column("receipt", "customer_id")
    for name in ("refund_by", "withdrawn_on", "money_from"):
        op.drop_column("contract_account", name)


def _count_money_from_the_callable_day() -> None:
    """Of the individuals whose accounts were open before, as of those opened from now on."""
    columns = (sa.column("contract_id", sa.Uuid), sa.column("signed", sa.Text), sa.column("money_from", sa.Date))
    accounts = sa.table("contract_account", *columns)
    connection = op.get_bind()
    for contract_id, written in connection.execute(sa.select(accounts.c.contract_id, accounts.c.signed)).all():
        signed = json.loads(written)
        if signed.get("customer", {}).get("kind") == "individual":
            callable_on = date.fromisoformat(signed["deposit"]["callable_on"])
            own = accounts.c.contract_id == contract_id
            connection.execute(sa.update(accounts).where(own).values(money_from=callable_on))


def _refunds() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("receipt_id", sa.Uuid, nullable=False),
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("refund_by", sa.Date, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("decided_by", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_refund"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_a_refund_is_above_zero")),
        sa.CheckConstraint(
            "reason IN ('withdrawal', 'above_deposit', 'decision')", name=op.f("ck_refund_a_refund_has_a_known_reason")
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract_account.contract_id"], name="fk_refund_contract_id"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_refund_receipt_id"),
    )
    for column in ("contract_id", "customer_id", "receipt_id", "refund_by"):
        op.create_index(f"ix_refund_{column}", "refund", [column])
    op.create_table(
        "refund_payment",
        sa.Column("refund_id", sa.Uuid, nullable=False),
        sa.Column("paid_on", sa.Date, nullable=False),
        sa.Column("bank_reference", sa.String(200), nullable=False),
        sa.Column("recorded_on", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("refund_id", name="pk_refund_payment"),
        sa.CheckConstraint("bank_reference <> ''", name=op.f("ck_refund_payment_a_payment_has_the_banks_reference")),
        sa.CheckConstraint(
            "paid_on <= recorded_on", name=op.f("ck_refund_payment_a_refund_is_recorded_on_or_after_its_payment")
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name="fk_refund_payment_refund_id"),
    )


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
