"""Individuals: what the website asks for a seat, their orders, their withdrawals."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
# A check that a state more makes larger: its name, as it is from now on, as it was.
_LARGER = (
    (
        "ck_contract_state_is_known",
        "state IN ('signed', 'concluded', 'completed', 'withdrawn')",
        "state IN ('signed', 'concluded', 'completed')",
    ),
    (
        "ck_contract_only_the_deposit_concludes",
        "state = 'withdrawn' OR (state = 'signed') = (concluded_on IS NULL)",
        "(state = 'signed') = (concluded_on IS NULL)",
    ),
)
_NEW = (
    ("ck_contract_a_withdrawn_contract_has_its_day", "(state = 'withdrawn') = (withdrawn_on IS NOT NULL)"),
    (
        "ck_contract_nobody_withdraws_after_the_last_day",
        "withdrawn_on IS NULL OR withdrawal_ends_on IS NOT NULL AND withdrawn_on <= withdrawal_ends_on",
    ),
    (
        "ck_contract_no_deposit_is_callable_during_withdrawal",
        "deposit_callable_on > withdrawal_ends_on",
    ),
)


def upgrade() -> None:
    with op.batch_alter_table("contract") as contract:
        contract.add_column(sa.Column("withdrawal_ends_on", sa.Date))
        contract.add_column(sa.Column("withdrawn_on", sa.Date))
        for name, now, _ in _LARGER:
            contract.drop_constraint(op.f(name), type_="check")
            contract.create_check_constraint(op.f(name), now)
        for name, check in _NEW:
            contract.create_check_constraint(op.f(name), check)
    _offer()
    _website_order()
    _withdrawal()


def downgrade() -> None:
    for name in ("withdrawal", "website_order", "offer"):
        op.drop_table(name)
    with op.batch_alter_table("contract") as contract:
        for name, _ in _NEW:
            contract.drop_constraint(op.f(name), type_="check")
        for name, _, before in _LARGER:
            contract.drop_constraint(op.f(name), type_="check")
            contract.create_check_constraint(op.f(name), before)
        contract.drop_column("withdrawn_on")
        contract.drop_column("withdrawal_ends_on")


def _offer() -> None:
    op.create_table(
        "offer",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seller_code", sa.String(30), nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("unit_price", sa.BigInteger, nullable=False),
        sa.Column("vat_rate", sa.String(10), nullable=False),
        sa.Column("trainer_qualifications", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_offer"),
        sa.ForeignKeyConstraint(["seller_code"], ["legal_entity.code"], name="fk_offer_seller_code"),
        sa.CheckConstraint("unit_price > 0", name="a_seat_has_a_price"),
    )


def _website_order() -> None:
    op.create_table(
        "website_order",
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("code_sha256", sa.String(64), nullable=False),
        sa.Column("ordered_at", _INSTANT, nullable=False),
        sa.Column("statement", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(30)),
        sa.PrimaryKeyConstraint("contract_id", name="pk_website_order"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_website_order_contract_id"),
    )


def _withdrawal() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("means", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("dispatched_on", sa.Date, nullable=False),
        sa.Column("declared_at", _INSTANT, nullable=False),
        sa.Column("recorded_by", sa.String(200)),
        sa.Column("confirmed_at", _INSTANT),
        sa.Column("refund_by", sa.Date),
        sa.Column("document_sha256", sa.String(64)),
        sa.PrimaryKeyConstraint("contract_id", name="pk_withdrawal"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_withdrawal_contract_id"),
        sa.CheckConstraint("state IN ('declared', 'confirmed')", name="state_is_known"),
        sa.CheckConstraint("means IN ('website', 'letter', 'email', 'form', 'other')", name="means_are_known"),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL) AND (state = 'confirmed') = (refund_by IS NOT NULL)"
            " AND (state = 'confirmed') = (document_sha256 IS NOT NULL)",
            name="a_confirmed_withdrawal_is_acknowledged",
        ),
        sa.CheckConstraint("(means = 'website') = (recorded_by IS NULL)", name="staff_record_what_others_declare"),
    )
