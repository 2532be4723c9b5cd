"""The mails that gdpr sends, in French.

None repeats a name or a message, nor anything that a service holds: the address may be somebody else's. The reasons
are as the officer wrote them.
"""

from datetime import date

from chassis.mail import Mail
from chassis.typesetting import day
from services.gdpr.domain.case import Ground, Identity
from services.gdpr.domain.rights import NAMED, Right
from services.gdpr.tables import PrivacyRequestRow

_SUBJECT = "Votre demande sur vos données personnelles"
_AUTHORITY = """Vous pouvez introduire une réclamation auprès de la CNIL (3 place de Fontenoy, TSA 80715, 75334 Paris \
Cedex 07, www.cnil.fr) et former un recours devant le tribunal judiciaire compétent."""
_GROUNDS = {
    Ground.MANIFESTLY_UNFOUNDED: "la demande est manifestement infondée (article 12, paragraphe 5, du RGPD)",
    Ground.EXCESSIVE: "la demande est excessive (article 12, paragraphe 5, du RGPD)",
    Ground.IDENTITY_NOT_SHOWN: ("votre identité n'a pas pu être établie (article 12, paragraphes 2 et 6, du RGPD)"),
}


def received(row: PrivacyRequestRow) -> Mail:
    """Receipt is acknowledged, with the law's last day."""
    return _mail(
        row,
        f"""Nous avons reçu le {day(row.received_on)} votre demande au titre du {NAMED[Right(row.kind)]} sur vos \
données personnelles. Elle porte la référence {row.reference}.

Une réponse vous sera donnée au plus tard le {day(row.answer_by)}. Avant tout envoi de données, il peut vous \
être demandé de justifier de votre identité.

Si vous n'êtes pas à l'origine de cette demande, vous pouvez ignorer ce message.""",
    )


def identity_asked(row: PrivacyRequestRow, reason: str, until: date) -> Mail:
    """Identity is asked for: why, and that the clock stands until the answer is in (Art. 12(6))."""
    return _mail(
        row,
        f"""Avant de répondre à votre demande, référence {row.reference}, nous avons besoin de nous assurer de votre \
identité (article 12, paragraphe 6, du RGPD) :

{reason}

Merci de nous répondre au plus tard le {day(until)}. Le délai de réponse est suspendu jusqu'à la réception de votre \
réponse. Sans elle, nous ne pourrons pas donner suite à votre demande.

Si vous n'êtes pas à l'origine de cette demande, vous pouvez ignorer ce message.""",
    )


def extended(row: PrivacyRequestRow, reasons: str) -> Mail:
    """The deadline is extended: why, and the new last day (Art. 12(3)); while the clock stands there is none."""
    until = (
        "dans les trois mois de sa réception, prolongés de la durée de la suspension en cours"
        if row.identity == Identity.ASKED
        else f"au plus tard le {day(row.answer_by)}"
    )
    return _mail(
        row,
        f"""Le délai de réponse à votre demande, référence {row.reference}, est prolongé (article 12, paragraphe 3, du \
RGPD) :

{reasons}

Une réponse vous sera donnée {until}.

{_AUTHORITY}""",
    )


def delivered(row: PrivacyRequestRow, on: date, how: str) -> Mail:
    """The request is answered: when and how."""
    return _mail(
        row,
        f"""La réponse à votre demande, référence {row.reference}, vous a été remise le {day(on)} :

{how}

Vous disposez également des droits de rectification, d'effacement, de limitation, de portabilité et d'opposition.

{_AUTHORITY}""",
    )


def refused(row: PrivacyRequestRow, ground: Ground, reasons: str) -> Mail:
    """The request is refused: why, and where one can complain (Art. 12(4))."""
    return _mail(
        row,
        f"""Nous ne pouvons pas donner suite à votre demande, référence {row.reference} : {_GROUNDS[ground]}.

{reasons}

{_AUTHORITY}""",
    )


def _mail(row: PrivacyRequestRow, said: str) -> Mail:
    return Mail(to=row.email, subject=_SUBJECT, body=f"Madame, Monsieur,\n\n{said}\n")
