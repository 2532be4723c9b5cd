"""Accounts, invoices and their chain, receipts, funding, webhooks: the tables, and the triggers that keep them."""

import sqlalchemy as sa
from alembic import op

from chassis.schema import v1

revision = "0001"
down_revision = None

_KEPT_FOR_EVER = ("invoice", "deposit_use", "receipt", "allocation")
_KEYS = {
    "invoice": (
        "number = NEW.number OR sha256 = NEW.sha256 OR (series = NEW.series AND "
        "(previous_sha256 = NEW.previous_sha256 OR (year = NEW.year AND position = NEW.position)))"
    ),
    "deposit_use": "id = NEW.id",
    "receipt": "id = NEW.id",
    "allocation": "id = NEW.id",
}
_TABLES = (
    "reference_rate",
    "webhook_delivery",
    "funding_request",
    "opco_webhook_secret",
    "opco",
    "allocation",
    "deposit_use",
    "invoice",
    "receipt",
    "deposit_request",
    "document_series",
    "contract_account",
    "customer",
)
_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION '% is never changed or deleted', TG_TABLE_NAME; END$$"""


def upgrade() -> None:
    v1.upgrade()
    _accounts()
    _documents()
    _uses()
    _funding()
    _messages()
    _guards()


def downgrade() -> None:
    for name in _TABLES:
        op.drop_table(name)
    if _is_postgresql():
        op.execute("DROP FUNCTION refuse_change()")
    v1.downgrade()


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _guards() -> None:
    if _is_postgresql():
        op.execute(_FUNCTION)
    for table in _KEPT_FOR_EVER:
        if _is_postgresql():
            op.execute(
                f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        op.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "  # noqa: S608 - names of ours
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {_KEYS[table]}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed or deleted'); END"
        )
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{action} BEFORE {action.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed or deleted'); END"
            )


def _accounts() -> None:
    op.create_table(
        "customer",
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer"),
    )
    op.create_table(
        "contract_account",
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("contract_number", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("signed", sa.Text, nullable=False),
        sa.Column("concluded_on", sa.Date),
        sa.Column("completed", sa.Text),
        sa.Column("billed_on", sa.Date),
        sa.PrimaryKeyConstraint("contract_id", name="pk_contract_account"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"], name="fk_contract_account_customer_id"),
        sa.UniqueConstraint("contract_number", name="uq_contract_account_contract_number"),
    )
    op.create_index("ix_contract_account_customer_id", "contract_account", ["customer_id"])
    op.create_table(
        "document_series",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("prefix", sa.String(60), nullable=False),
        sa.Column("last_year", sa.Integer, nullable=False),
        sa.Column("last_position", sa.Integer, nullable=False),
        sa.Column("last_issued_on", sa.Date),
        sa.Column("head_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_document_series"),
        sa.CheckConstraint("last_position >= 0", name=op.f("ck_document_series_a_series_counts_up")),
        sa.UniqueConstraint("prefix", name="uq_document_series_prefix"),
    )
    op.create_table(
        "deposit_request",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("callable_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deposit_request"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_deposit_request_a_deposit_request_asks_for_money")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract_account.contract_id"], name="fk_deposit_request_contract_id"
        ),
        sa.UniqueConstraint("contract_id", name="uq_deposit_request_contract_id"),
        sa.UniqueConstraint("number", name="uq_deposit_request_number"),
    )
    op.create_index("ix_deposit_request_customer_id", "deposit_request", ["customer_id"])


def _documents() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("payer_kind", sa.String(10), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("value_date", sa.Date, nullable=False),
        sa.Column("booked_on", sa.Date, nullable=False),
        sa.Column("reference", sa.String(200)),
        sa.Column("booked_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.CheckConstraint(
            "payer_kind IN ('customer', 'opco')", name=op.f("ck_receipt_a_receipt_comes_from_a_customer_or_an_operator")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_receipt_a_receipt_is_above_zero")),
        sa.CheckConstraint(
            "value_date <= booked_on", name=op.f("ck_receipt_a_receipt_is_booked_on_or_after_its_value_date")
        ),
    )
    op.create_index("ix_receipt_payer_id", "receipt", ["payer_id"])
    op.create_table(
        "invoice",
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("series", sa.String(80), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("document_type", sa.String(3), nullable=False),
        sa.Column("purpose", sa.String(30), nullable=False),
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("payer_kind", sa.String(10), nullable=False),
        sa.Column("payer_id", sa.String(40), nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("total_net", sa.BigInteger, nullable=False),
        sa.Column("total_vat", sa.BigInteger, nullable=False),
        sa.Column("total_incl", sa.BigInteger, nullable=False),
        sa.Column("amount_due", sa.BigInteger, nullable=False),
        sa.Column("credits_number", sa.String(80)),
        sa.Column("receipt_id", sa.Uuid),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("personal", sa.Text),
        sa.Column("personal_salt", sa.String(64)),
        sa.Column("personal_sha256", sa.String(64), nullable=False),
        sa.Column("pdf_sha256", sa.String(64), nullable=False),
        sa.Column("previous_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_invoice"),
        sa.CheckConstraint(
            "(document_type IN ('381', '503')) = (credits_number IS NOT NULL)",
            name=op.f("ck_invoice_a_credit_note_names_its_invoice"),
        ),
        sa.CheckConstraint(
            "(document_type = '386') = (receipt_id IS NOT NULL)",
            name=op.f("ck_invoice_a_deposit_invoice_is_of_one_receipt"),
        ),
        sa.CheckConstraint("total_incl = total_net + total_vat", name=op.f("ck_invoice_net_and_vat_make_the_total")),
        sa.CheckConstraint(
            "due_on IS NULL OR due_on >= issued_on", name=op.f("ck_invoice_nothing_is_due_before_its_issue")
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_invoice_numbers_start_at_one")),
        sa.CheckConstraint(
            "amount_due >= 0 AND amount_due <= total_incl", name=op.f("ck_invoice_the_amount_due_is_within_the_total")
        ),
        sa.CheckConstraint(
            "document_type IN ('386', '380', '381', '503')", name=op.f("ck_invoice_the_document_type_is_known")
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract_account.contract_id"], name="fk_invoice_contract_id"),
        sa.ForeignKeyConstraint(["credits_number"], ["invoice.number"], name="fk_invoice_credits_number"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_invoice_receipt_id"),
        sa.ForeignKeyConstraint(["series"], ["document_series.name"], name="fk_invoice_series"),
        sa.UniqueConstraint("series", "previous_sha256", name="uq_invoice_series_previous_sha256"),
        sa.UniqueConstraint("series", "year", "position", name="uq_invoice_series_year_position"),
        sa.UniqueConstraint("sha256", name="uq_invoice_sha256"),
    )
    op.create_index("ix_invoice_contract_id", "invoice", ["contract_id"])
    op.create_index("ix_invoice_credits_number", "invoice", ["credits_number"])
    op.create_index("ix_invoice_customer_id", "invoice", ["customer_id"])
    op.create_index("ix_invoice_receipt_id", "invoice", ["receipt_id"])


def _uses() -> None:
    op.create_table(
        "deposit_use",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("deposit_number", sa.String(80), nullable=False),
        sa.Column("used_by", sa.String(80), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("parts", sa.Text, nullable=False),
        sa.Column("used_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deposit_use"),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_deposit_use_a_use_of_a_deposit_is_an_amount")),
        sa.ForeignKeyConstraint(["deposit_number"], ["invoice.number"], name="fk_deposit_use_deposit_number"),
        sa.ForeignKeyConstraint(["used_by"], ["invoice.number"], name="fk_deposit_use_used_by"),
    )
    op.create_index("ix_deposit_use_deposit_number", "deposit_use", ["deposit_number"])
    op.create_index("ix_deposit_use_used_by", "deposit_use", ["used_by"])
    op.create_table(
        "allocation",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("receipt_id", sa.Uuid, nullable=False),
        sa.Column("deposit_request_id", sa.Uuid),
        sa.Column("invoice_number", sa.String(80)),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("allocated_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_allocation"),
        sa.CheckConstraint(
            "(deposit_request_id IS NULL) <> (invoice_number IS NULL)",
            name=op.f("ck_allocation_an_allocation_has_one_target"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_allocation_an_allocation_is_an_amount")),
        sa.ForeignKeyConstraint(
            ["deposit_request_id"], ["deposit_request.id"], name="fk_allocation_deposit_request_id"
        ),
        sa.ForeignKeyConstraint(["invoice_number"], ["invoice.number"], name="fk_allocation_invoice_number"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_allocation_receipt_id"),
    )
    op.create_index("ix_allocation_deposit_request_id", "allocation", ["deposit_request_id"])
    op.create_index("ix_allocation_invoice_number", "allocation", ["invoice_number"])
    op.create_index("ix_allocation_receipt_id", "allocation", ["receipt_id"])


def _funding() -> None:
    op.create_table(
        "opco",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("siret", sa.String(14)),
        sa.Column("vat_number", sa.String(20)),
        sa.Column("billing_address", sa.Text, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_opco"),
    )
    op.create_table(
        "opco_webhook_secret",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("opco", sa.String(40), nullable=False),
        sa.Column("secret", sa.String(200), nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opco_webhook_secret"),
        sa.ForeignKeyConstraint(["opco"], ["opco.code"], name="fk_opco_webhook_secret_opco"),
    )
    op.create_index("ix_opco_webhook_secret_opco", "opco_webhook_secret", ["opco"])
    op.create_table(
        "funding_request",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("opco", sa.String(40), nullable=False),
        sa.Column("file_number", sa.String(80), nullable=False),
        sa.Column("amount_asked", sa.BigInteger, nullable=False),
        sa.Column("requested_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("approved_amount", sa.BigInteger),
        sa.Column("approved_tax_basis", sa.String(10)),
        sa.Column("approved_incl_tax", sa.BigInteger),
        sa.Column("direct_payment", sa.Boolean),
        sa.Column("approval_sha256", sa.String(64)),
        sa.Column("approved_on", sa.Date),
        sa.Column("copy_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_funding_request"),
        sa.CheckConstraint("state IN ('asked', 'approved')", name=op.f("ck_funding_request_a_funding_state_is_known")),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_incl_tax IS NOT NULL AND direct_payment IS NOT NULL)",
            name=op.f("ck_funding_request_an_approval_says_how_much_and_how"),
        ),
        sa.CheckConstraint(
            "(approved_on IS NOT NULL) = (state = 'approved')",
            name=op.f("ck_funding_request_an_approval_has_its_day"),
        ),
        sa.CheckConstraint(
            "(approval_sha256 IS NULL) = (copy_on IS NULL)", name=op.f("ck_funding_request_a_copy_has_its_day")
        ),
        sa.CheckConstraint("amount_asked > 0", name=op.f("ck_funding_request_funding_is_asked_for_as_an_amount")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract_account.contract_id"], name="fk_funding_request_contract_id"
        ),
        sa.ForeignKeyConstraint(["opco"], ["opco.code"], name="fk_funding_request_opco"),
        sa.UniqueConstraint("opco", "file_number", name="uq_funding_request_opco_file_number"),
    )
    op.create_index("ix_funding_request_contract_id", "funding_request", ["contract_id"])
    op.create_index("ix_funding_request_customer_id", "funding_request", ["customer_id"])


def _messages() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("opco", sa.String(40), nullable=False),
        sa.Column("webhook_id", sa.String(200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("file_number", sa.String(200)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.CheckConstraint(
            "state IN ('received', 'applied', 'waiting')", name=op.f("ck_webhook_delivery_a_delivery_state_is_known")
        ),
        sa.ForeignKeyConstraint(["opco"], ["opco.code"], name="fk_webhook_delivery_opco"),
        sa.UniqueConstraint("opco", "webhook_id", name="uq_webhook_delivery_opco_webhook_id"),
    )
    op.create_index("ix_webhook_delivery_file_number", "webhook_delivery", ["file_number"])
    op.create_index("ix_webhook_delivery_state", "webhook_delivery", ["state"])
    op.create_table(
        "reference_rate",
        sa.Column("half_year", sa.String(7), nullable=False),
        sa.Column("ecb", sa.String(20), nullable=False),
        sa.Column("legal", sa.String(20), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("added_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("half_year", name="pk_reference_rate"),
    )
