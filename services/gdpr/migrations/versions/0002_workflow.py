"""From the receipt of a privacy request to its answer: identity, extension, matches, package."""

import sqlalchemy as sa
from alembic import op

from chassis.values.identifiers import new_id

revision = "0002"
down_revision = "0001"

_INSTANT = sa.DateTime(timezone=True)
_UNANSWERED = sa.text("answered_on IS NULL")
_PENDING = sa.text("answered_at IS NULL")
_CHECKS = {
    "stage_is_known": (
        "stage IN ('received', 'searching', 'candidates', 'matched', 'gathering', 'ready', 'delivered', 'refused')"
    ),
    "identity_is_known": "identity IN ('unchecked', 'asked', 'answered', 'established')",
    "nothing_is_gathered_before_identity": (
        "identity = 'established' OR stage NOT IN ('gathering', 'ready', 'delivered')"
    ),
}
_ADDED = (
    ("stage", sa.String(20), "received"),
    ("identity", sa.String(20), "unchecked"),
    ("extended_on", sa.Date, None),
    ("closed_on", sa.Date, None),
)
_REQUEST = sa.table(
    "privacy_request", sa.column("id", sa.Uuid), sa.column("desk_day", sa.Date), sa.column("answer_by", sa.Date)
)
_DUTY = sa.table(
    "duty",
    sa.column("id", sa.Uuid),
    sa.column("kind", sa.String),
    sa.column("subject", sa.String),
    sa.column("due_on", sa.Date),
    sa.column("clause", sa.String),
    sa.column("data", sa.Text),
    sa.column("state", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("privacy_request") as batch:
        for name, kind, default in _ADDED:
            batch.add_column(sa.Column(name, kind, nullable=default is None, server_default=default))
        for name, condition in _CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_privacy_request_{name}"), condition)
    # One acknowledgement to an address, whatever the right.
    op.drop_index("ix_privacy_request_kind_acknowledged_at", "privacy_request")
    op.create_index("ix_privacy_request_acknowledged_at", "privacy_request", ["acknowledged_at"])
    _decisions()
    _gathering()
    _remind_of_those_received()


def downgrade() -> None:
    # Nobody would know how to do them.
    op.execute(sa.delete(_DUTY).where(_DUTY.c.kind.like("privacy-%")))
    for name in ("privacy_package", "privacy_candidate", "privacy_part", "privacy_step", "identity_demand"):
        op.drop_table(name)
    op.drop_index("ix_privacy_request_acknowledged_at", "privacy_request")
    op.create_index("ix_privacy_request_kind_acknowledged_at", "privacy_request", ["kind", "acknowledged_at"])
    with op.batch_alter_table("privacy_request") as batch:
        for name in _CHECKS:
            batch.drop_constraint(op.f(f"ck_privacy_request_{name}"), type_="check")
        for name, _, _ in reversed(_ADDED):
            batch.drop_column(name)


def _request_of(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["request_id"], ["privacy_request.id"], name=f"fk_{table}_request_id")


def _decisions() -> None:
    op.create_table(
        "identity_demand",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("asked_on", sa.Date, nullable=False),
        sa.Column("answered_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_identity_demand"),
        _request_of("identity_demand"),
        sa.CheckConstraint("asked_on <= answered_on", name=op.f("ck_identity_demand_an_answer_follows_its_demand")),
    )
    op.create_index("ix_identity_demand_request_id", "identity_demand", ["request_id"])
    op.create_index(
        "uq_identity_demand_one_open_for_each_request",
        "identity_demand",
        ["request_id"],
        unique=True,
        postgresql_where=_UNANSWERED,
        sqlite_where=_UNANSWERED,
    )
    op.create_table(
        "privacy_step",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("said", sa.Text),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("on_day", sa.Date, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_step"),
        _request_of("privacy_step"),
    )
    op.create_index("ix_privacy_step_request_id", "privacy_step", ["request_id"])


def _gathering() -> None:
    op.create_table(
        "privacy_part",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("as_of", _INSTANT),
        sa.Column("answered_at", _INSTANT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", _INSTANT, nullable=False),
        sa.Column("leased_until", _INSTANT),
        sa.Column("last_error", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_part"),
        _request_of("privacy_part"),
        sa.UniqueConstraint("request_id", "kind", "service", name="uq_privacy_part_request_id_kind_service"),
    )
    op.create_index(
        "ix_privacy_part_pending", "privacy_part", ["not_before"], postgresql_where=_PENDING, sqlite_where=_PENDING
    )
    op.create_table(
        "privacy_candidate",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("matched_on", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_candidate"),
        _request_of("privacy_candidate"),
        sa.UniqueConstraint(
            "request_id",
            "service",
            "kind",
            "subject_id",
            name="uq_privacy_candidate_request_id_service_kind_subject_id",
        ),
    )
    op.create_table(
        "privacy_package",
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("archive", sa.LargeBinary),
        sa.Column("archive_sha256", sa.String(64), nullable=False),
        sa.Column("readable", sa.LargeBinary),
        sa.Column("readable_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name="pk_privacy_package"),
        _request_of("privacy_package"),
        sa.CheckConstraint(
            "(archive IS NULL) = (readable IS NULL)", name=op.f("ck_privacy_package_both_forms_go_together")
        ),
    )


def _remind_of_those_received() -> None:
    """Every request is open so far: both days of its deadline are duties from now on."""
    requests = op.get_bind().execute(sa.select(_REQUEST)).all()
    days = [
        (kind, request.id, day)
        for request in requests
        for kind, day in (("privacy-desk-day", request.desk_day), ("privacy-last-day", request.answer_by))
    ]
    duties = [
        {
            "id": new_id(),
            "kind": kind,
            "subject": f"{request_id}/{day.isoformat()}",
            "due_on": day,
            "clause": "GDPR Art. 12(3)",
            "data": "{}",
            "state": "pending",
        }
        for kind, request_id, day in days
    ]
    if duties:
        op.bulk_insert(_DUTY, duties)
