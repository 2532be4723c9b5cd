"""The general terms as documents: one for each version and seller, written once."""

from sqlmodel import Session

from chassis.database import insert_once
from services.contracts.tables import TermsDocumentRow, metadata


def one(session: Session, version: str, seller_code: str) -> TermsDocumentRow | None:
    """The terms of that version and seller; None where there are none."""
    return session.get(TermsDocumentRow, (version, seller_code))


def first(session: Session, version: str, seller_code: str, text: str, document_sha256: str) -> TermsDocumentRow:
    """The row that stands, else one made of these values. Of several at the same time one is made, the rest find it."""
    values = {"version": version, "seller_code": seller_code, "text": text, "document_sha256": document_sha256}
    insert_once(session, metadata.tables["terms_document"], values)
    found = one(session, version, seller_code)
    if found is None:
        raise ValueError("a row that was just made or found is there")
    return found


def sha256(session: Session, version: str, seller_code: str) -> str | None:
    """The SHA-256 of the PDF; None where there is none."""
    found = one(session, version, seller_code)
    return found.document_sha256 if found else None
