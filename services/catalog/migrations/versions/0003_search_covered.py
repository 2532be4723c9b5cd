"""An index that holds all a search asks of a term, so that common words are read from it alone."""

from alembic import op

revision = "0003"
down_revision = "0002"

_INDEX = "ix_search_term_term_course_id_weight"


def upgrade() -> None:
    op.create_index(_INDEX, "search_term", ["term", "course_id", "weight"])


def downgrade() -> None:
    op.drop_index(_INDEX, "search_term")
