"""Take a privacy request in, acknowledge it, show it to the data protection officer (clauses, section 8)."""

from dataclasses import dataclass
from uuid import UUID

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
Elle porte le numéro {number}.

Une réponse vous sera donnée au plus tard le {answer_by}. Avant tout envoi de données, il peut vous
être demandé de justifier de votre identité.

Si vous n'êtes pas à l'origine de cette demande, vous pouvez ignorer ce message.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wrote."""

    kind: Right
    name: str
    email: str
    message: str | None


def take_request(platform: Platform, asked: Asked) -> PrivacyRequestRow:
    """Store the request with its number and deadline, and acknowledge it to the address given.

    Nothing is looked up: known or unknown, the person is answered the same.
    """
    with platform.unit_of_work() as tx:
        due = deadline(tx.today)
        row = PrivacyRequestRow(
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
        tx.session.add(row)
        tx.send_mail(_acknowledgement(row))
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
        number=row.number,
        answer_by=day(row.answer_by),
    )
    return Mail(to=row.email, subject=f"Votre demande {row.number} sur vos données personnelles", body=body)
