"""Version 1 of the chassis' tables."""

import sqlalchemy as sa
from alembic import op

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_UNDELIVERED = sa.text("delivered_at IS NULL")


def upgrade() -> None:
    """Create the tables."""
    _messages()
    _duties()
    _kept()


def downgrade() -> None:
    """Drop them."""
    for name in ("sandbox_clock", "mail", "file", "kept_answer", "duty", "inbox", "outbox"):
        op.drop_table(name)


def _messages() -> None:
    op.create_table(
        "outbox",
        sa.Column("sequence", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("occurred_at", _INSTANT, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("traceparent", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", _INSTANT, nullable=False),
        sa.Column("leased_until", _INSTANT),
        sa.Column("delivered_at", _INSTANT),
        sa.Column("dead", sa.Boolean, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.PrimaryKeyConstraint("sequence", name="pk_outbox"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_undelivered",
        "outbox",
        ["subject", "sequence"],
        postgresql_where=_UNDELIVERED,
        sqlite_where=_UNDELIVERED,
    )
    op.create_table(
        "inbox",
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source", "event_id", name="pk_inbox"),
    )
    op.create_table(
        "mail",
        sa.Column("sequence", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("attachments", sa.Text, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", _INSTANT, nullable=False),
        sa.Column("leased_until", _INSTANT),
        sa.Column("sent_at", _INSTANT),
        sa.Column("dead", sa.Boolean, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.PrimaryKeyConstraint("sequence", name="pk_mail"),
        sa.UniqueConstraint("id", name="uq_mail_id"),
        sqlite_autoincrement=True,
    )


def _duties() -> None:
    op.create_table(
        "duty",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("clause", sa.String(50), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_duty"),
        sa.UniqueConstraint("kind", "subject", name="uq_duty_kind_subject"),
    )
    op.create_index("ix_duty_state_due_on", "duty", ["state", "due_on"])
    op.create_table(
        "sandbox_clock",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("today", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sandbox_clock"),
    )


def _kept() -> None:
    op.create_table(
        "kept_answer",
        sa.Column("caller", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("body", sa.Text),
        sa.Column("kept_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_kept_answer"),
    )
    op.create_table(
        "file",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("stored_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_file"),
    )
