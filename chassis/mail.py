"""Mails: written in the transaction of the fact they tell, sent over SMTP after it.

In the sandbox each is also kept as an `.eml` file.
"""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import Session

from chassis.clock import real_now
from chassis.files import StoredFile, read_file
from chassis.tables import mail
from chassis.values.identifiers import new_id

_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file, under the name that the reader sees."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address, in plain text."""

    to: str
    subject: str
    body: str
    attachments: Sequence[Attachment] = ()


def write_mail(session: Session, message: Mail) -> None:
    """Put a mail in the queue of this transaction."""
    attached = [{"name": item.name, "sha256": item.sha256} for item in message.attachments]
    now = real_now()
    session.connection().execute(
        insert(mail).values(
            id=new_id(),
            recipient=message.to,
            subject=message.subject,
            body=message.body,
            attachments=attached,
            written_at=now,
            attempts=0,
            not_before=now,
            dead=False,
        )
    )


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """A mail as it leaves, its files read."""

    id: UUID
    message: EmailMessage


def read_queued(session: Session, identifier: UUID, sender: str) -> QueuedMail:
    """Build the message of a queued mail; its Message-ID is the mail's own id, so a mail sent twice shows it."""
    row = session.connection().execute(select(mail).where(mail.c.id == identifier)).one()
    files = [(item["name"], read_file(session, item["sha256"])) for item in row.attachments]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = row.recipient
    message["Subject"] = " ".join(row.subject.split())
    message["Date"] = format_datetime(row.written_at)
    message["Message-ID"] = f"<{identifier}@{sender.rpartition('@')[2]}>"
    message.set_content(row.body)
    for name, stored in files:
        _attach(message, name, stored)
    return QueuedMail(identifier, message)


def _attach(message: EmailMessage, name: str, stored: StoredFile) -> None:
    kind, _, subkind = stored.media_type.partition("/")
    message.add_attachment(stored.content, maintype=kind, subtype=subkind, filename=name)


class Post:
    """Sends over SMTP where an address is set, and keeps a copy where a folder is."""

    def __init__(self, smtp_url: str | None, folder: Path | None) -> None:
        self._smtp_url = smtp_url
        self._folder = folder

    def send(self, queued: QueuedMail) -> None:
        """Hand the mail over; OSError or smtplib.SMTPException where nobody takes it."""
        if self._smtp_url is not None:
            self._deliver(self._smtp_url, queued.message)
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{queued.id}.eml").write_bytes(queued.message.as_bytes())

    def _deliver(self, url: str, message: EmailMessage) -> None:
        parts = urlsplit(url)
        host, port, verified = parts.hostname or "", parts.port or 0, ssl.create_default_context()
        with ExitStack() as stack:
            server: smtplib.SMTP
            if parts.scheme == "smtps":
                server = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=verified)
            else:
                server = smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
            stack.enter_context(server)
            server.ehlo()
            # Never a password, nor in the clear what can be enciphered.
            if parts.scheme == "smtp" and (parts.username or server.has_extn("starttls")):
                server.starttls(context=verified)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
