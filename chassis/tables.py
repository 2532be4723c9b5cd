"""The chassis' own tables, in every service's database: messages, duties, files, kept answers, mails."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text, Uuid, text
from sqlalchemy.schema import UniqueConstraint

from chassis.columns import Instant, JsonText, new_metadata

metadata = new_metadata()
_Sequence = BigInteger().with_variant(Integer, "sqlite")

outbox = Table(
    "outbox",
    metadata,
    Column("sequence", _Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("type", String(100), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("data", JsonText, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("traceparent", String(64), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("delivered_at", Instant),
    Column("dead", Boolean(create_constraint=False), nullable=False),
    Column("last_error", Text),
    sqlite_autoincrement=True,
)
Index(
    "ix_outbox_undelivered",
    outbox.c.subject,
    outbox.c.sequence,
    postgresql_where=text("delivered_at IS NULL"),
    sqlite_where=text("delivered_at IS NULL"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("type", String(100), nullable=False),
    Column("received_at", Instant, nullable=False),
)

duty = Table(
    "duty",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(100), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("clause", String(50), nullable=False),
    Column("data", JsonText, nullable=False),
    Column("state", String(10), nullable=False),
    Column("done_on", Date),
    UniqueConstraint("kind", "subject"),
)
Index("ix_duty_state_due_on", duty.c.state, duty.c.due_on)

kept_answer = Table(
    "kept_answer",
    metadata,
    Column("caller", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer),
    Column("body", Text),
    Column("kept_at", Instant, nullable=False),
)

file = Table(
    "file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

mail = Table(
    "mail",
    metadata,
    Column("sequence", _Sequence, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("recipient", String(320), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("body", Text, nullable=False),
    Column("attachments", JsonText, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("sent_at", Instant),
    Column("dead", Boolean(create_constraint=False), nullable=False),
    Column("last_error", Text),
    sqlite_autoincrement=True,
)

sandbox_clock = Table(
    "sandbox_clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("today", Date, nullable=False),
)
