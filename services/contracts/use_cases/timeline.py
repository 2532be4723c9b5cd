"""What happened to a contract and to the proposal it comes from, for people to read."""

from datetime import date
from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from services.contracts.tables import TimelineRow


def note(
    tx: Transaction,
    contract_id: UUID,
    kind: str,
    detail: str,
    clause: str | None = None,
    *,
    happened_on: date | None = None,
) -> None:
    """Record a fact in the transaction that makes it; it happened today unless a day is given."""
    tx.session.add(
        TimelineRow(
            id=new_id(),
            contract_id=contract_id,
            happened_on=happened_on or tx.today,
            recorded_at=tx.now,
            kind=kind,
            detail=detail,
            clause=clause,
        )
    )
