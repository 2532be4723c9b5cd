"""What the person is handed."""

from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from services.gdpr.tables import PrivacyPackageRow


def add(session: Session, request_id: UUID, archive: bytes, readable: bytes, made_on: date) -> PrivacyPackageRow:
    """Keep both forms of the package."""
    row = PrivacyPackageRow(
        request_id=request_id,
        made_on=made_on,
        archive=archive,
        archive_sha256=sha256(archive).hexdigest(),
        readable=readable,
        readable_sha256=sha256(readable).hexdigest(),
    )
    session.add(row)
    session.flush()
    return row


def of(session: Session, request_id: UUID) -> PrivacyPackageRow | None:
    """The request's package, where there is one."""
    return session.get(PrivacyPackageRow, request_id)


def drop_contents(session: Session, request_id: UUID) -> None:
    """The data go, the digests of what was handed over stay."""
    row = of(session, request_id)
    if row is not None:
        row.archive = row.readable = None
        session.add(row)


def forget(session: Session, request_id: UUID) -> None:
    """The package was of another search: nothing of it stays."""
    session.connection().execute(delete(PrivacyPackageRow).where(col(PrivacyPackageRow.request_id) == request_id))
