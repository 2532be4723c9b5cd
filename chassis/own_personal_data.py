"""What the chassis' own tables hold about people, in every service's database.

Messages carry what the service's own tables hold: they are copies for transport, which go by themselves. A mail is
more: what was said, to which address, and when.
"""

from chassis.personal_data import (
    MESSAGES,
    SECURITY,
    Activity,
    Category,
    Field,
    Form,
    Holding,
    Link,
    People,
    Purpose,
    Source,
    holds,
)

_OUTSIDE = ("Hébergeur de la plateforme",)
MAILS = Activity(Purpose("mails", "Envoi des courriels", (*_OUTSIDE, "Prestataire de messagerie")), SECURITY, MESSAGES)
TRANSPORT = Activity(
    Purpose("messages", "Échanges entre les services, remis une seule fois", _OUTSIDE), SECURITY, MESSAGES
)
DECLARATIONS = (
    holds(
        "mail",
        "Courriel",
        Holding(
            Link(People.ANYBODY, "recipient", address=True),
            MAILS,
            Source.SYSTEM,
            (
                Field("recipient", Category.CONTACT, "Destinataire"),
                Field("written_at", Category.CONTACT, "Rédigé le"),
                Field("sent_at", Category.CONTACT, "Envoyé le"),
                Field("subject", Category.FREE_TEXT, "Objet"),
                Field("body", Category.FREE_TEXT, "Texte"),
                Field("attachments[].name", Category.FREE_TEXT, "Pièces jointes"),
                Field("last_error", Category.CONNECTION, "Dernière erreur d’envoi"),
            ),
            Form.ISSUED,
            since="written_at",
        ),
        none="sequence id attachments[].sha256 attempts not_before leased_until dead",
    ),
    holds(
        "outbox",
        "Message à un autre service",
        Holding(
            Link(People.ANYBODY, "data"),
            TRANSPORT,
            Source.SYSTEM,
            (
                Field("data", Category.ORDER, "Contenu du message"),
                Field("subject", Category.CONNECTION, "Dossier"),
                Field("last_error", Category.CONNECTION, "Dernière erreur de remise"),
            ),
            Form.CARRIED,
            since="occurred_at",
        ),
        none="sequence id type request_id traceparent attempts not_before leased_until delivered_at dead",
    ),
    holds("inbox", "Message reçu", none="source event_id type received_at"),
    holds(
        "duty",
        "Échéance",
        Holding(
            Link(People.ANYBODY, "data"),
            TRANSPORT,
            Source.SYSTEM,
            (
                Field("subject", Category.CONNECTION, "Dossier"),
                Field("data", Category.ORDER, "Contenu de l’échéance"),
            ),
            Form.CARRIED,
            since="done_on",
        ),
        none="id kind due_on clause state",
    ),
    holds(
        "kept_answer",
        "Réponse gardée pour une demande répétée",
        Holding(
            Link(People.ANYBODY, "body"),
            TRANSPORT,
            Source.SYSTEM,
            (Field("body", Category.ORDER, "Réponse donnée"),),
            Form.CARRIED,
            since="kept_at",
        ),
        Holding(
            Link(People.STAFF, "caller"),
            TRANSPORT,
            Source.SYSTEM,
            (Field("caller", Category.CONNECTION, "Qui a envoyé la demande"),),
            Form.CARRIED,
            since="kept_at",
        ),
        none="key fingerprint status",
    ),
    # A file is about whoever the row that names it is about.
    holds("file", "Fichier", none="sha256 media_type size content stored_at"),
    holds("sandbox_clock", "Jour du bac à sable", none="id today"),
)
