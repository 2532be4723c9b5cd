"""Orders placed on the website, by when they were placed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.contracts.tables import ContractRow, CustomerRow, WebsiteOrderRow


def of_address(session: Session, email: str, since: datetime) -> list[datetime]:
    """When the orders of that e-mail address were placed after an instant, the newest first; case does not matter."""
    wanted = select(WebsiteOrderRow.ordered_at).join(ContractRow).join(CustomerRow)
    wanted = wanted.where(func.lower(CustomerRow.email) == email.lower(), col(WebsiteOrderRow.ordered_at) > since)
    return list(session.exec(wanted.order_by(col(WebsiteOrderRow.ordered_at).desc())))


def of_session(session: Session, session_id: UUID, since: datetime) -> list[datetime]:
    """When the orders of that session were placed after an instant, the newest first."""
    wanted = select(WebsiteOrderRow.ordered_at).join(ContractRow)
    wanted = wanted.where(ContractRow.session_id == session_id, col(WebsiteOrderRow.ordered_at) > since)
    return list(session.exec(wanted.order_by(col(WebsiteOrderRow.ordered_at).desc())))
