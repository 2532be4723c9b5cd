"""The counter and the chassis' own tables."""

import sqlalchemy as sa
from alembic import op

from chassis.schema import v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    v1.upgrade()
    op.create_table(
        "counter",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True)),
        sa.Column("counted_on", sa.Date),
        sa.Column("notes", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_counter"),
        sa.UniqueConstraint("name", name="uq_counter_name"),
        sa.CheckConstraint("value >= 0", name="a_counter_is_never_below_zero"),
    )


def downgrade() -> None:
    op.drop_table("counter")
    v1.downgrade()
