"""Take a privacy request in, acknowledge it, show it to the data protection officer (clauses, section 8)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.clock import real_now
from chassis.mail import Mail
from chassis.platform import Platform
from chassis.problems import NotFound
from chassis.typesetting import day
from services.gdpr.domain.deadlines import deadline
from services.gdpr.domain.rights import NAMED, Right
from services.gdpr.repository import requests
from services.gdpr.tables import PrivacyRequestRow

# Neither the name nor the message is repeated: whoever writes here may have given somebody else's address.
_ACKNOWLEDGEMENT = """Madame, Monsieur,

Nous avons reçu le {received} votre demande au titre du {right} sur vos données personnelles.
Elle porte la référence {reference}.

Une réponse vous sera donnée au plus tard le {answer_by}. Avant tout envoi de données, il peut vous
être demandé de justifier de votre identité.

Si vous n'êtes pas à l'origine de cette demande, vous pouvez ignorer ce message.
"""
# Real time for one mail to an address about a right: whoever writes here must not fill somebody else's mailbox.
_QUIET = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wrote."""

    kind: Right
    name: str
    email: str
    message: str | None


def take_request(platform: Platform, asked: Asked) -> PrivacyRequestRow:
    """Store the request with its number and deadline, and acknowledge it to the address given, once in 24 hours.

    Nothing is looked up of the person: known or unknown, acknowledged or not, they are answered the same.
    """
    now = real_now()
    with platform.unit_of_work() as tx:
        due = deadline(tx.today)
        row = PrivacyRequestRow(
            # First, as it makes who asks at the same time wait: they then see who was acknowledged.
            number=requests.next_number(tx.session, tx.today.year),
            kind=asked.kind,
            name=asked.name,
            email=asked.email,
            message=asked.message,
            received_on=tx.today,
            received_at=tx.now,
            desk_day=due.desk_day,
            answer_by=due.last_day,
        )
        if not requests.acknowledged_since(tx.session, asked.kind, asked.email, now - _QUIET):
            row.acknowledged_at = now
            tx.send_mail(_acknowledgement(row))
        tx.session.add(row)
        return row


def read_request(platform: Platform, request_id: UUID) -> PrivacyRequestRow:
    """A request by its id."""
    with platform.reading() as session:
        row = requests.one(session, request_id)
    if row is None:
        raise NotFound("The privacy request")
    return row


def list_requests(platform: Platform, limit: int, after: str | None) -> list[PrivacyRequestRow]:
    """Requests by their number."""
    with platform.reading() as session:
        return requests.listed(session, limit, after)


def _acknowledgement(row: PrivacyRequestRow) -> Mail:
    body = _ACKNOWLEDGEMENT.format(
        received=day(row.received_on),
        right=NAMED[Right(row.kind)],
        reference=row.reference,
        answer_by=day(row.answer_by),
    )
    return Mail(to=row.email, subject="Votre demande sur vos données personnelles", body=body)
