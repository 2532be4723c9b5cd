"""What gdpr's own tables hold about people: those who ask, as they wrote and as they were answered.

A part and a package carry what other tables hold, for the time of the answer: they are copies that go by themselves.
Candidates who are not the person are deleted when the officer says so.
"""

from chassis.personal_data import (
    Activity,
    Basis,
    Category,
    CountedFrom,
    Field,
    Form,
    Holding,
    Link,
    People,
    Purpose,
    Retention,
    Source,
    fields,
    holds,
)
from services.gdpr.domain.statutory import PACKAGE_MONTHS, REQUEST_MONTHS

_LAW = Basis("c", "Obligation légale : RGPD, articles 12 à 22")
_PURPOSE = Purpose(
    "privacy-requests",
    "Réponse aux demandes relatives aux données personnelles",
    ("Délégué à la protection des données", "Hébergeur de la plateforme"),
)
_KEPT = Retention("privacy-requests", CountedFrom.REQUEST_CLOSED, "C. civ. 2224", months=REQUEST_MONTHS)
_HANDED_OVER = Retention("privacy-packages", CountedFrom.REQUEST_CLOSED, "Art. 5(1)(e)", months=PACKAGE_MONTHS)
REQUESTS = Activity(_PURPOSE, _LAW, _KEPT)
PACKAGES = Activity(_PURPOSE, _LAW, _HANDED_OVER)

DECLARATIONS = (
    holds("request_counter", "Compteur des demandes", none="year last"),
    holds(
        "privacy_request",
        "Demande",
        Holding(
            Link(People.REQUESTER, "id"),
            REQUESTS,
            Source.PERSON,
            (
                *fields(Category.IDENTITY, {"name": "Nom"}),
                *fields(Category.FREE_TEXT, {"message": "Message"}),
                *fields(Category.ORDER, {"kind": "Droit exercé", "received_on": "Reçue le"}),
                Field("email", Category.CONTACT, "Adresse électronique", address=True),
            ),
            since="closed_on",
        ),
        Holding(
            Link(People.REQUESTER, "id"),
            REQUESTS,
            Source.SYSTEM,
            fields(
                Category.ORDER,
                {
                    "number": "Numéro",
                    "reference": "Référence",
                    "acknowledged_at": "Accusé de réception envoyé le",
                    "answer_by": "Réponse au plus tard le",
                    "stage": "État",
                    "identity": "Identité",
                    "extended_on": "Délai prolongé le",
                    "closed_on": "Close le",
                },
            ),
            since="closed_on",
        ),
        none="received_at desk_day",
    ),
    holds(
        "identity_demand",
        "Demande de justification d’identité",
        Holding(
            Link(People.REQUESTER, "request_id"),
            REQUESTS,
            Source.SYSTEM,
            fields(Category.ORDER, {"asked_on": "Demandée le", "answered_on": "Réponse reçue le"}),
        ),
        none="id",
    ),
    holds(
        "privacy_step",
        "Étape de la demande",
        Holding(
            Link(People.REQUESTER, "request_id"),
            REQUESTS,
            Source.STAFF,
            (
                *fields(Category.ORDER, {"kind": "Étape", "on_day": "Le"}),
                *fields(Category.FREE_TEXT, {"said": "Motif ou moyen"}),
            ),
        ),
        Holding(
            Link(People.STAFF, "decided_by"),
            REQUESTS,
            Source.SYSTEM,
            fields(Category.CONNECTION, {"decided_by": "Qui en a décidé", "at": "À quel instant"}),
        ),
        none="id",
    ),
    holds(
        "privacy_candidate",
        "Personne reconnue dans les fichiers",
        Holding(
            Link(People.REQUESTER, "request_id"),
            REQUESTS,
            Source.SYSTEM,
            fields(
                Category.IDENTITY,
                {
                    "label": "Nom",
                    "service": "Fichier",
                    "kind": "Qualité",
                    "subject_id": "Identifiant",
                    "matched_on": "Reconnue par",
                    "details": "Précisions",
                },
            ),
        ),
        none="id confirmed",
    ),
    holds(
        "privacy_part",
        "Question posée à un service",
        Holding(
            Link(People.REQUESTER, "request_id"),
            PACKAGES,
            Source.SYSTEM,
            fields(Category.ORDER, {"question": "Question", "answer": "Réponse"}),
            Form.CARRIED,
        ),
        none="id kind service as_of answered_at attempts not_before leased_until last_error",
    ),
    holds(
        "privacy_package",
        "Réponse remise",
        Holding(
            Link(People.REQUESTER, "request_id"),
            PACKAGES,
            Source.SYSTEM,
            fields(Category.ORDER, {"archive": "Archive", "readable": "Document"}),
            Form.CARRIED,
        ),
        none="made_on archive_sha256 readable_sha256",
    ),
)
