"""Operators' decisions and notices, each kept as it came; what a file stands at is read from its decisions.

Columns and tables are only added, without batch mode: it would drop the triggers of the tables it makes anew.
"""

import sqlalchemy as sa
from alembic import op

from chassis.values.identifiers import new_id

revision = "0003"
down_revision = "0002"

_KEYS = {
    "funding_decision": "id = NEW.id OR (request_id = NEW.request_id AND key = NEW.key)",
    "funding_notice": "id = NEW.id OR delivery_id = NEW.delivery_id",
}
_ADDED = ("approved_hours", "expires_on", "refused_on", "refusal_reason", "trainees")
_TO_READ = "opco-webhook-to-read"


def upgrade() -> None:
    for name, kind in zip(_ADDED, (sa.BigInteger, sa.Date, sa.Date, sa.Text, sa.Text), strict=True):
        op.add_column("funding_request", sa.Column(name, kind))
    _decisions()
    _notices()
    _read_again_what_waits()
    for table, key in _KEYS.items():
        _guard(table, key)


def downgrade() -> None:
    op.drop_table("funding_notice")
    op.drop_table("funding_decision")
    for name in reversed(_ADDED):
        op.drop_column("funding_request", name)


def _decisions() -> None:
    op.create_table(
        "funding_decision",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String(240), nullable=False),
        sa.Column("delivery_id", sa.Uuid),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_on", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger),
        sa.Column("tax_basis", sa.String(10)),
        sa.Column("direct_payment", sa.Boolean),
        sa.Column("hours", sa.BigInteger),
        sa.Column("expires_on", sa.Date),
        sa.Column("copy_sha256", sa.String(64)),
        sa.Column("reason", sa.Text),
        sa.Column("recorded_by", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_funding_decision"),
        sa.CheckConstraint(
            "kind IN ('approved', 'amended', 'refused', 'withdrawn')",
            name=op.f("ck_funding_decision_a_funding_decision_has_a_known_kind"),
        ),
        sa.CheckConstraint(
            "(kind IN ('approved', 'amended')) = (amount IS NOT NULL)",
            name=op.f("ck_funding_decision_only_a_promise_names_an_amount"),
        ),
        sa.CheckConstraint(
            "(amount IS NULL) = (tax_basis IS NULL OR direct_payment IS NULL)",
            name=op.f("ck_funding_decision_a_promise_says_how_it_is_paid"),
        ),
        sa.ForeignKeyConstraint(["request_id"], ["funding_request.id"], name="fk_funding_decision_request_id"),
        sa.ForeignKeyConstraint(["delivery_id"], ["webhook_delivery.id"], name="fk_funding_decision_delivery_id"),
        sa.UniqueConstraint("request_id", "key", name="uq_funding_decision_request_id_key"),
        sa.UniqueConstraint("delivery_id", name="uq_funding_decision_delivery_id"),
    )
    op.create_index("ix_funding_decision_request_id", "funding_decision", ["request_id"])


def _notices() -> None:
    op.create_table(
        "funding_notice",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("delivery_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_on", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger),
        sa.Column("day", sa.Date),
        sa.Column("reference", sa.String(200)),
        sa.Column("document", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_funding_notice"),
        sa.CheckConstraint(
            "kind IN ('payment_announced', 'payment_sent', 'document_asked_for')",
            name=op.f("ck_funding_notice_a_funding_notice_has_a_known_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'document_asked_for') = (amount IS NULL)", name=op.f("ck_funding_notice_a_payment_is_an_amount")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["funding_request.id"], name="fk_funding_notice_request_id"),
        sa.ForeignKeyConstraint(["delivery_id"], ["webhook_delivery.id"], name="fk_funding_notice_delivery_id"),
        sa.UniqueConstraint("delivery_id", name="uq_funding_notice_delivery_id"),
    )
    op.create_index("ix_funding_notice_request_id", "funding_notice", ["request_id"])


def _read_again_what_waits() -> None:
    """Messages that no rule understood before may be understood now: the sweep reads them."""
    delivery = sa.table(
        "webhook_delivery", sa.column("id", sa.Uuid), sa.column("state", sa.String), sa.column("received_on", sa.Date)
    )
    duty = sa.table(
        "duty",
        sa.column("id", sa.Uuid),
        sa.column("kind", sa.String),
        sa.column("subject", sa.String),
        sa.column("due_on", sa.Date),
        sa.column("clause", sa.String),
        sa.column("data", sa.Text),
        sa.column("state", sa.String),
        sa.column("done_on", sa.Date),
    )
    connection = op.get_bind()
    waiting = connection.execute(sa.select(delivery).where(delivery.c.state == "waiting")).all()
    for row in waiting:
        subject = str(row.id)
        own = sa.and_(duty.c.kind == _TO_READ, duty.c.subject == subject)
        connection.execute(sa.delete(duty).where(own))
        values = {"id": new_id(), "kind": _TO_READ, "subject": subject, "due_on": row.received_on}
        connection.execute(sa.insert(duty).values(**values, clause="3.3", data="{}", state="pending"))
        connection.execute(sa.update(delivery).where(delivery.c.id == row.id).values(state="received"))


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
