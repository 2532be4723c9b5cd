"""Files as content-addressed rows of the database that names them."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session

from chassis.clock import real_now
from chassis.database import insert_once
from chassis.problems import NotFound
from chassis.tables import file


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes as they were stored, and what they are."""

    content: bytes
    media_type: str


def store_file(session: Session, content: bytes, media_type: str) -> str:
    """Keep the bytes in this transaction; the SHA-256 in hexadecimal that names them. Twice is once."""
    digest = sha256(content).hexdigest()
    row = {"sha256": digest, "media_type": media_type, "size": len(content), "content": content}
    insert_once(session, file, {**row, "stored_at": real_now()})
    return digest


def read_file(session: Session, digest: str) -> StoredFile:
    """The file of that SHA-256; NotFound where there is none."""
    found = session.connection().execute(select(file.c.content, file.c.media_type).where(file.c.sha256 == digest))
    row = found.one_or_none()
    if row is None:
        raise NotFound("The file")
    return StoredFile(bytes(row.content), row.media_type)
