"""Orders that a code proves, and declarations of withdrawal."""

from uuid import UUID

from sqlmodel import Session

from services.contracts.domain.withdrawal import Declaration, Means, WithdrawalState
from services.contracts.tables import WebsiteOrderRow, WithdrawalRow


def website_order(session: Session, contract_id: UUID) -> WebsiteOrderRow | None:
    """How the contract was ordered; None where it was not on the website."""
    return session.get(WebsiteOrderRow, contract_id)


def one(session: Session, contract_id: UUID) -> WithdrawalRow | None:
    """The contract's withdrawal, declared or confirmed; who changes it holds the contract's row."""
    return session.get(WithdrawalRow, contract_id)


def put(session: Session, contract_id: UUID, declaration: Declaration, recorded_by: str | None) -> WithdrawalRow:
    """The row made of a declaration, in the place of one that was never confirmed."""
    row = WithdrawalRow(
        contract_id=contract_id,
        state=WithdrawalState.DECLARED.value,
        means=declaration.means.value,
        name=declaration.name,
        email=declaration.email,
        dispatched_on=declaration.dispatched_on,
        declared_at=declaration.declared_at,
        recorded_by=recorded_by,
    )
    return session.merge(row)


def declaration_of(row: WithdrawalRow) -> Declaration:
    """The declaration that the row holds."""
    return Declaration(row.name, row.email, Means(row.means), row.dispatched_on, row.declared_at)
