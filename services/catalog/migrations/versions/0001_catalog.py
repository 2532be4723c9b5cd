"""Courses, their drafts and revisions, the search's terms, sessions and seats."""

import sqlalchemy as sa
from alembic import op

from chassis.schema import v1

revision = "0001"
down_revision = None

_REFERENCE = sa.String(20).with_variant(sa.String(20, collation="C"), "postgresql")
_TERM = sa.String(100).with_variant(sa.String(100, collation="C"), "postgresql")


def upgrade() -> None:
    v1.upgrade()
    _courses()
    _search()
    _sessions()


def downgrade() -> None:
    for name in (
        "seat_hold",
        "session_half_day",
        "session",
        "search_term",
        "course_revision",
        "course_draft",
        "course",
    ):
        op.drop_table(name)
    v1.downgrade()


def _courses() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("reference", _REFERENCE, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("title", sa.String),
        sa.Column("domain", sa.String),
        sa.Column("subdomain", sa.String),
        sa.Column("domain_key", sa.String),
        sa.Column("subdomain_key", sa.String),
        sa.Column("days", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_course"),
        sa.UniqueConstraint("reference", name="uq_course_reference"),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_course_a_revision_is_counted_from_one")),
        sa.CheckConstraint("revision = 0 OR title IS NOT NULL", name=op.f("ck_course_a_published_course_has_a_title")),
    )
    op.create_index("ix_course_domain_key_subdomain_key", "course", ["domain_key", "subdomain_key"])
    op.create_table(
        "course_draft",
        sa.Column("course_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("course_id", name="pk_course_draft"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_course_draft_course_id"),
    )
    op.create_table(
        "course_revision",
        sa.Column("course_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("course_id", "number", name="pk_course_revision"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_course_revision_course_id"),
        sa.CheckConstraint("number >= 1", name=op.f("ck_course_revision_a_revision_is_counted_from_one")),
    )


def _search() -> None:
    op.create_table(
        "search_term",
        sa.Column("term", _TERM, nullable=False),
        sa.Column("course_id", sa.Uuid, nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("term", "course_id", name="pk_search_term"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_search_term_course_id"),
    )
    op.create_index("ix_search_term_course_id", "search_term", ["course_id"])


def _sessions() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("course_id", sa.Uuid, nullable=False),
        sa.Column("course_reference", sa.String(20), nullable=False),
        sa.Column("course_revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("trainer", sa.String(200), nullable=False),
        sa.Column("seats_max", sa.Integer, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_session_course_id"),
        sa.CheckConstraint("seats_max >= 1", name=op.f("ck_session_a_session_has_a_seat")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_session_a_session_ends_after_its_start")),
    )
    op.create_index("ix_session_course_id_starts_on", "session", ["course_id", "starts_on"])
    op.create_table(
        "session_half_day",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("half", sa.String(10), nullable=False),
        sa.Column("hours_hundredths", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "place", name="pk_session_half_day"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name="fk_session_half_day_session_id"),
        sa.CheckConstraint(
            "hours_hundredths BETWEEN 1 AND 2400",
            name=op.f("ck_session_half_day_a_half_day_has_hours_and_24_at_most"),
        ),
    )
    op.create_table(
        "seat_hold",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("overbooked", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "contract_id", name="pk_seat_hold"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name="fk_seat_hold_session_id"),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_seat_hold_a_hold_has_a_seat")),
        sa.CheckConstraint(
            "NOT overbooked OR expires_at IS NULL", name=op.f("ck_seat_hold_only_signed_contracts_overbook")
        ),
    )
