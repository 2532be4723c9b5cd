"""Privacy requests and their numbers."""

import sqlalchemy as sa
from alembic import op

from chassis.schema import v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    v1.upgrade()
    op.create_table(
        "request_counter",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_request_counter"),
    )
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("reference", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.Column("desk_day", sa.Date, nullable=False),
        sa.Column("answer_by", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_request"),
        sa.UniqueConstraint("number", name="uq_privacy_request_number"),
        sa.UniqueConstraint("reference", name="uq_privacy_request_reference"),
        sa.CheckConstraint("received_on < desk_day", name=op.f("ck_privacy_request_a_deadline_follows_the_receipt")),
        sa.CheckConstraint(
            "desk_day <= answer_by", name=op.f("ck_privacy_request_the_desk_is_never_later_than_the_law")
        ),
    )
    op.create_index("ix_privacy_request_kind_acknowledged_at", "privacy_request", ["kind", "acknowledged_at"])


def downgrade() -> None:
    op.drop_table("privacy_request")
    op.drop_table("request_counter")
    v1.downgrade()
