"""A mail as its reader sees it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SentMail:
    """Whom it went to, what it says, and the bytes of each attachment by name."""

    to: str
    subject: str
    body: str
    attachments: dict[str, bytes]
