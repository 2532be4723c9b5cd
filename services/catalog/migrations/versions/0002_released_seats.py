"""Seats that a withdrawn contract lets go of stay free."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CHECK = "ck_seat_hold_what_is_released_overbooks_nothing"


def upgrade() -> None:
    with op.batch_alter_table("seat_hold") as seat_hold:
        seat_hold.add_column(sa.Column("released_at", sa.DateTime(timezone=True)))
        seat_hold.create_check_constraint(op.f(_CHECK), "NOT overbooked OR released_at IS NULL")


def downgrade() -> None:
    with op.batch_alter_table("seat_hold") as seat_hold:
        seat_hold.drop_constraint(op.f(_CHECK), type_="check")
        seat_hold.drop_column("released_at")
