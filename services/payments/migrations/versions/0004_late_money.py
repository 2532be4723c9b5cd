"""Late money: deposits that nothing needs are paid back.

What SQLite cannot alter is made anew from its own text, with its rows, indexes and triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"

_REASON = "ck_refund_a_refund_has_a_known_reason"
_REASONS = "reason IN ('withdrawal', 'above_deposit', 'decision')"
_MORE_REASONS = "reason IN ('withdrawal', 'above_deposit', 'deposit_not_needed', 'decision')"


def upgrade() -> None:
    _know_more_reasons()


def downgrade() -> None:
    """The wider check of reasons stays: refunds with the new one stand."""


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
