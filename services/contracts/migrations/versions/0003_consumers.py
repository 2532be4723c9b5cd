"""What consumers are owed besides: the general terms as documents, the seller's mediator."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("legal_entity", sa.Column("mediator", sa.Text))
    op.add_column("withdrawal", sa.Column("declarer_document_sha256", sa.String(64)))
    op.add_column("offer", sa.Column("taken_back_at", sa.DateTime(timezone=True)))
    op.create_table(
        "terms_document",
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("seller_code", sa.String(30), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("version", "seller_code", name="pk_terms_document"),
        sa.ForeignKeyConstraint(["seller_code"], ["legal_entity.code"], name="fk_terms_document_seller_code"),
    )


def downgrade() -> None:
    op.drop_table("terms_document")
    with op.batch_alter_table("offer") as offer:
        offer.drop_column("taken_back_at")
    with op.batch_alter_table("withdrawal") as withdrawal:
        withdrawal.drop_column("declarer_document_sha256")
    with op.batch_alter_table("legal_entity") as legal_entity:
        legal_entity.drop_column("mediator")
