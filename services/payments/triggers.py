"""Rows that are kept as they are: triggers refuse to change, replace or delete them, on both databases.

The migrations make the same ones; these are what the metadata declare.
"""

from sqlalchemy import DDL, MetaData, event

KEPT_FOR_EVER = (
    *("invoice", "deposit_use", "late_charge", "receipt", "receipt_reversal", "allocation", "allocation_move"),
    *("refund", "refund_approval", "refund_payment", "refund_withdrawal"),
    *("funding_decision", "funding_notice"),
)
# What a new row may not have in common with one that stands.
KEYS = {
    "invoice": (
        "number = NEW.number OR sha256 = NEW.sha256 OR (series = NEW.series AND "
        "(previous_sha256 = NEW.previous_sha256 OR (year = NEW.year AND position = NEW.position)))"
    ),
    "deposit_use": "id = NEW.id",
    "late_charge": "id = NEW.id",
    "receipt": "id = NEW.id",
    "allocation": "id = NEW.id",
    "receipt_reversal": "receipt_id = NEW.receipt_id",
    "allocation_move": "id = NEW.id",
    "refund": "id = NEW.id",
    "refund_approval": "refund_id = NEW.refund_id",
    "refund_payment": "refund_id = NEW.refund_id",
    "refund_withdrawal": "refund_id = NEW.refund_id",
    "funding_decision": "id = NEW.id OR (request_id = NEW.request_id AND key = NEW.key)",
    "funding_notice": "id = NEW.id OR delivery_id = NEW.delivery_id",
}
_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION '% is never changed or deleted', TG_TABLE_NAME; END$$"""


def _ddl(statement: str) -> DDL:
    return DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types


def _guard(metadata: MetaData, table: str) -> None:
    target = metadata.tables[table]
    # INSERT OR REPLACE removes the row that stands without firing its DELETE trigger.
    event.listen(
        target,
        "after_create",
        _ddl(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "  # noqa: S608 - names of ours
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {KEYS[table]}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed or deleted'); END"
        ).execute_if(dialect="sqlite"),
    )
    for action in ("update", "delete"):
        name = f"{table}_refuses_{action}"
        event.listen(
            target,
            "after_create",
            _ddl(
                f"CREATE TRIGGER {name} BEFORE {action.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is never changed or deleted'); END"
            ).execute_if(dialect="sqlite"),
        )
    event.listen(
        target,
        "after_create",
        _ddl(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ).execute_if(dialect="postgresql"),
    )


def keep_for_ever(metadata: MetaData) -> None:
    """Have the triggers made with the tables."""
    declared = _ddl(_FUNCTION.replace("%", "%%")).execute_if(dialect="postgresql")
    event.listen(metadata, "before_create", declared)
    for table in KEPT_FOR_EVER:
        _guard(metadata, table)
