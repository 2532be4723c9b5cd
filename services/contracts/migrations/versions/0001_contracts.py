"""Parties, proposals, acceptances, contracts; the chassis' own tables."""

import sqlalchemy as sa
from alembic import op

from chassis.schema import v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TABLES = (
    "counter",
    "timeline",
    "contract_person",
    "contract",
    "acceptance",
    "proposal_trainee",
    "proposal_line",
    "proposal",
    "person",
    "customer",
    "legal_entity",
)


def upgrade() -> None:
    v1.upgrade()
    _parties()
    _proposal()
    _proposal_parts()
    _acceptance()
    _contract()
    _contract_parts()
    op.create_table(
        "counter",
        sa.Column("series", sa.String(10), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name="pk_counter"),
    )


def downgrade() -> None:
    for name in _TABLES:
        op.drop_table(name)
    v1.downgrade()


def _parties() -> None:
    op.create_table(
        "legal_entity",
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("legal_form", sa.String(50), nullable=False),
        sa.Column("share_capital", sa.BigInteger, nullable=False),
        sa.Column("siret", sa.String(14), nullable=False),
        sa.Column("vat_number", sa.String(20), nullable=False),
        sa.Column("rcs", sa.String(100), nullable=False),
        sa.Column("naf", sa.String(10), nullable=False),
        sa.Column("activity_number", sa.String(20)),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("iban", sa.String(34)),
        sa.PrimaryKeyConstraint("code", name="pk_legal_entity"),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("siret", sa.String(14)),
        sa.Column("vat_number", sa.String(20)),
        sa.Column("billing_address", sa.Text, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("contact_name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.CheckConstraint("kind IN ('company', 'sole_trader', 'individual')", name="kind_is_known"),
        sa.CheckConstraint("(kind = 'individual') = (siret IS NULL)", name="professionals_have_a_siret"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("given_name", sa.String(200), nullable=False),
        sa.Column("family_name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_person_customer_id"),
    )
    op.create_index("ix_person_customer_id", "person", ["customer_id"])


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("seller_code", sa.String(30)),
        sa.Column("course_reference", sa.String(50)),
        sa.Column("session_id", sa.Uuid),
        sa.Column("place", sa.String(200)),
        sa.Column("billing_address", sa.Text),
        sa.Column("preparation_cost", sa.BigInteger),
        sa.Column("opco", sa.String(50)),
        sa.Column("number", sa.String(20)),
        sa.Column("issued_on", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("contract_id", sa.Uuid),
        sa.Column("issued", sa.Text),
        sa.Column("document_sha256", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_proposal_customer_id"),
        sa.ForeignKeyConstraint(["seller_code"], ["legal_entity.code"], name="fk_proposal_seller_code"),
        sa.UniqueConstraint("number", name="uq_proposal_number"),
        sa.UniqueConstraint("contract_id", name="uq_proposal_contract_id"),
        sa.CheckConstraint("state IN ('draft', 'issued', 'accepted')", name="state_is_known"),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (issued_on IS NULL)"
            " AND (state = 'draft') = (last_day IS NULL) AND (state = 'draft') = (contract_id IS NULL)"
            " AND (state = 'draft') = (issued IS NULL) AND (state = 'draft') = (document_sha256 IS NULL)",
            name="an_issued_proposal_has_all_that_its_issue_gives",
        ),
        sa.CheckConstraint("last_day >= issued_on", name="the_last_day_follows_the_issue"),
    )
    op.create_index("ix_proposal_customer_id", "proposal", ["customer_id"])


def _proposal_parts() -> None:
    op.create_table(
        "proposal_line",
        sa.Column("proposal_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("quantity", sa.String(20), nullable=False),
        sa.Column("unit_price", sa.BigInteger, nullable=False),
        sa.Column("vat_rate", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", "position", name="pk_proposal_line"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_proposal_line_proposal_id"),
        sa.CheckConstraint("unit_price >= 0", name="a_unit_price_is_not_negative"),
    )
    op.create_table(
        "proposal_trainee",
        sa.Column("proposal_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", "person_id", name="pk_proposal_trainee"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_proposal_trainee_proposal_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_proposal_trainee_person_id"),
    )


def _acceptance() -> None:
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("proposal_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("missing", sa.Text, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("checked_by", sa.String(200), nullable=False),
        sa.Column("statement", sa.String(200), nullable=False),
        sa.Column("initialled", sa.Boolean, nullable=False),
        sa.Column("stamped", sa.Boolean, nullable=False),
        sa.Column("signed", sa.Boolean, nullable=False),
        sa.Column("terms_initialled", sa.Boolean, nullable=False),
        sa.Column("terms_signed", sa.Boolean, nullable=False),
        sa.Column("document_name", sa.String(200)),
        sa.Column("document_sha256", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_acceptance"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_acceptance_proposal_id"),
        sa.CheckConstraint("state IN ('incomplete', 'complete')", name="state_is_known"),
        sa.CheckConstraint(
            "state = 'incomplete' OR document_sha256 IS NOT NULL", name="a_complete_one_has_its_document"
        ),
    )
    op.create_index("ix_acceptance_proposal_id", "acceptance", ["proposal_id"])
    complete = sa.text("state = 'complete'")
    op.create_index(
        "uq_acceptance_one_complete_for_each_proposal",
        "acceptance",
        ["proposal_id"],
        unique=True,
        postgresql_where=complete,
        sqlite_where=complete,
    )


def _contract() -> None:
    op.create_table(
        "contract",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("proposal_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("planned_hours", sa.String(20), nullable=False),
        sa.Column("deposit_amount", sa.BigInteger, nullable=False),
        sa.Column("deposit_callable_on", sa.Date, nullable=False),
        sa.Column("deposit_due_on", sa.Date, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("concluded_on", sa.Date),
        sa.Column("ended_on", sa.Date),
        sa.Column("opco_due_on", sa.Date),
        sa.Column("client_billed_from", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
        sa.UniqueConstraint("number", name="uq_contract_number"),
        sa.UniqueConstraint("proposal_id", name="uq_contract_proposal_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_contract_proposal_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_contract_customer_id"),
        sa.CheckConstraint("state IN ('signed', 'concluded', 'completed')", name="state_is_known"),
        sa.CheckConstraint("(state = 'signed') = (concluded_on IS NULL)", name="only_the_deposit_concludes"),
        sa.CheckConstraint(
            "(state = 'completed') = (ended_on IS NOT NULL) AND (state = 'completed') = (opco_due_on IS NOT NULL)"
            " AND (state = 'completed') = (client_billed_from IS NOT NULL)",
            name="a_completed_contract_has_its_end_and_its_grace",
        ),
        sa.CheckConstraint("deposit_amount > 0", name="there_is_a_deposit_to_pay"),
        sa.CheckConstraint("deposit_due_on >= deposit_callable_on", name="no_deposit_is_due_before_it_is_callable"),
        sa.CheckConstraint("concluded_on >= signed_on", name="nothing_is_concluded_before_it_is_signed"),
        sa.CheckConstraint("client_billed_from > opco_due_on", name="the_client_is_billed_after_the_grace"),
    )
    op.create_index("ix_contract_customer_id", "contract", ["customer_id"])


def _contract_parts() -> None:
    op.create_table(
        "contract_person",
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("attended_hours", sa.String(20)),
        sa.PrimaryKeyConstraint("contract_id", "person_id", name="pk_contract_person"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contract_person_contract_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_contract_person_person_id"),
    )
    op.create_table(
        "timeline",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("detail", sa.String(500), nullable=False),
        sa.Column("clause", sa.String(50)),
        sa.PrimaryKeyConstraint("id", name="pk_timeline"),
        sa.ForeignKeyConstraint(["contract_id"], ["proposal.contract_id"], name="fk_timeline_contract_id"),
    )
    op.create_index("ix_timeline_contract_id", "timeline", ["contract_id"])
