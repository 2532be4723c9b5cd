"""What the tables of contracts hold about people, column by column.

A customer who is a natural person (an individual, a sole trader) is concerned by all of the order; a company's
contact by the name and the address to write to; a trainee by the training. What a proposal or an acceptance holds is
as it was issued or returned. Who can be
looked for stands in `repository/personal_data.py`.
"""

from chassis.personal_data import (
    BUSINESS_RELATION,
    CONTRACT,
    CUSTOMERS_TOO,
    ONLINE_CONTRACTS,
    RELATIONSHIP,
    TRAINING_LAW,
    TRAINING_PROOF,
    Activity,
    Basis,
    Category,
    Field,
    Form,
    Holding,
    Link,
    Longer,
    People,
    Purpose,
    Source,
    fields,
    holds,
)
from services.contracts.domain.statutory import ONLINE_CONTRACT_FROM

_OFFICES = ("Service commercial", "Service comptable", "Hébergeur de la plateforme")
_CONTRACTING = Purpose("contracting", "Propositions, commandes et suivi des contrats de formation", _OFFICES)
_DELIVERY = Purpose(
    "training-delivery",
    "Réalisation de la formation et preuve de l’assiduité",
    (*_OFFICES, "Formateur de la session", "Client (employeur)", "Opérateur de compétences"),
)
ORDERS = Activity(_CONTRACTING, CONTRACT, RELATIONSHIP)
ONLINE_ORDERS = Activity(
    _CONTRACTING, Basis("c", "Archivage des contrats conclus en ligne : C. conso L213-1, D213-2"), ONLINE_CONTRACTS
)
_ONLINE_TAXES = "contract_id/proposal_id/issued.taxes[]"


def _online(orders: str) -> Longer:
    """An individual's contract of 120 EUR or more; only individuals order on the website. orders: path to its order."""
    amounts = (f"{orders}{_ONLINE_TAXES}.net.cents", f"{orders}{_ONLINE_TAXES}.vat.cents")
    return Longer(ONLINE_ORDERS, f"{orders}contract_id/ended_on", amounts, ONLINE_CONTRACT_FROM.value)


_ONLINE_CONTRACT = _online("website_order(contract_id=id)/")
_ONLINE_PROPOSAL = _online("website_order(contract_id=contract_id)/")
_OF_ONLINE_PROPOSAL = _online("proposal_id/website_order(contract_id=contract_id)/")
CONTACTS = Activity(_CONTRACTING, BUSINESS_RELATION, RELATIONSHIP)
CHECKS = Activity(
    Purpose("acceptance-checks", "Contrôle des documents d’acceptation", _OFFICES), BUSINESS_RELATION, RELATIONSHIP
)
TRAINEES = Activity(_DELIVERY, BUSINESS_RELATION, RELATIONSHIP)
ATTENDANCE = Activity(_DELIVERY, TRAINING_LAW, TRAINING_PROOF)

_COMPANY = {"siret": "SIRET", "vat_number": "Numéro de TVA"}
# Everybody whom a proposal's document names beside its customer.
_NAMED_IN = "proposal_trainee(proposal_id=id)/person_id"

DECLARATIONS = (
    holds(
        "legal_entity",
        "Société du groupe",
        none="code version name legal_form share_capital siret vat_number rcs naf activity_number address email iban"
        " mediator",
    ),
    holds("terms_document", "Conditions générales de vente", none="version seller_code text document_sha256"),
    holds(
        "customer",
        "Fiche client",
        Holding(
            Link(People.CUSTOMER, "id"),
            ORDERS,
            Source.PERSON,
            (
                *fields(Category.IDENTITY, {"name": "Nom"}),
                Field("email", Category.CONTACT, "Adresse électronique", address=True),
                *fields(Category.CONTACT, {"billing_address": "Adresse de facturation"}),
                *fields(Category.PROFESSIONAL, {"kind": "Qualité", **_COMPANY}),
            ),
        ),
        Holding(
            Link(People.CONTACT, "id", named="contact_name"),
            CONTACTS,
            Source.CUSTOMER,
            (
                *fields(Category.IDENTITY, {"contact_name": "Interlocuteur"}),
                Field("email", Category.CONTACT, "Adresse électronique", address=True),
                *fields(Category.PROFESSIONAL, {"name": "Employeur ou mandant"}),
            ),
        ),
        none="version",
    ),
    holds(
        "person",
        "Fiche stagiaire",
        Holding(
            Link(People.PERSON, "id"),
            TRAINEES,
            Source.CUSTOMER,
            (
                *fields(Category.IDENTITY, {"given_name": "Prénom", "family_name": "Nom"}),
                Field("email", Category.CONTACT, "Adresse électronique", address=True),
                *fields(Category.PROFESSIONAL, {"customer_id": "Inscrit par le client"}),
            ),
        ),
    ),
    holds(
        "proposal",
        "Proposition",
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            ORDERS,
            Source.PERSON,
            (
                *fields(Category.IDENTITY, {"issued.customer.name": "Nom"}),
                Field("issued.customer.email", Category.CONTACT, "Adresse électronique", address=True),
                *fields(
                    Category.CONTACT,
                    {
                        "billing_address": "Adresse de facturation demandée",
                        "issued.billing_address": "Adresse de facturation",
                        "issued.customer.billing_address": "Adresse du client",
                    },
                ),
                *fields(
                    Category.PROFESSIONAL,
                    {
                        "issued.customer.kind": "Qualité",
                        **{f"issued.customer.{path}": label for path, label in _COMPANY.items()},
                    },
                ),
                *fields(Category.FINANCIAL, {"opco": "Opérateur de compétences"}),
            ),
            Form.ISSUED,
            longer=_ONLINE_PROPOSAL,
        ),
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            ORDERS,
            Source.STAFF,
            (
                *fields(
                    Category.ORDER,
                    {
                        "number": "Numéro",
                        "state": "État",
                        "course_reference": "Formation",
                        "place": "Lieu",
                        "issued_on": "Émise le",
                        "last_day": "Valable jusqu’au",
                        "issued.course.title": "Intitulé",
                        "issued.session.half_days": "Dates",
                    },
                ),
                *fields(
                    Category.FINANCIAL,
                    {
                        "preparation_cost": "Coût de préparation",
                        "issued.taxes": "Prix par taux de TVA",
                        "issued.deposit_amount": "Acompte, en centimes",
                    },
                ),
                Field(
                    "document_sha256", Category.ORDER, "Document", file=True, names=_NAMED_IN, party="issued.customer"
                ),
            ),
            Form.ISSUED,
            longer=_ONLINE_PROPOSAL,
        ),
        Holding(
            Link(People.CONTACT, "customer_id", named="issued.customer.contact_name"),
            CONTACTS,
            Source.CUSTOMER,
            (
                *fields(Category.IDENTITY, {"issued.customer.contact_name": "Interlocuteur"}),
                Field("issued.customer.email", Category.CONTACT, "Adresse électronique", address=True),
                *fields(Category.ORDER, {"number": "Numéro", "issued_on": "Émise le"}),
            ),
            Form.ISSUED,
        ),
        Holding(
            Link(People.PERSON, _NAMED_IN),
            TRAINEES,
            Source.CUSTOMER,
            (
                *fields(Category.TRAINING, {"number": "Proposition", "issued_on": "Émise le"}),
                Field("document_sha256", Category.TRAINING, "Document", file=True, withheld=CUSTOMERS_TOO),
            ),
            Form.ISSUED,
        ),
        none="id version seller_code session_id contract_id issued.customer.customer_id issued.seller issued.course"
        " issued.session issued.terms issued.terms_document",
    ),
    holds(
        "proposal_line",
        "Ligne de prix",
        Holding(
            Link(People.CUSTOMER, "proposal_id/customer_id"),
            ORDERS,
            Source.STAFF,
            (
                *fields(Category.FREE_TEXT, {"description": "Désignation"}),
                *fields(
                    Category.FINANCIAL,
                    {"quantity": "Quantité", "unit_price": "Prix unitaire HT", "vat_rate": "Taux de TVA"},
                ),
            ),
            longer=_OF_ONLINE_PROPOSAL,
        ),
        none="position",
    ),
    holds(
        "proposal_trainee",
        "Inscription sur une proposition",
        Holding(
            Link(People.PERSON, "person_id"),
            TRAINEES,
            Source.CUSTOMER,
            fields(Category.TRAINING, {"proposal_id": "Proposition"}),
        ),
        none="position",
    ),
    holds(
        "acceptance",
        "Retour d’une proposition",
        Holding(
            Link(People.CUSTOMER, "proposal_id/customer_id"),
            ORDERS,
            Source.PERSON,
            (
                *fields(
                    Category.ORDER,
                    {"received_on": "Reçu le", "statement": "Mention manuscrite", "document_name": "Nom du fichier"},
                ),
                Field(
                    "document_sha256",
                    Category.ORDER,
                    "Document signé",
                    file=True,
                    names="proposal_trainee(proposal_id=proposal_id)/person_id",
                    party="proposal_id/issued.customer",
                ),
            ),
            Form.ISSUED,
            longer=_OF_ONLINE_PROPOSAL,
        ),
        Holding(
            Link(People.CUSTOMER, "proposal_id/customer_id"),
            ORDERS,
            Source.STAFF,
            fields(
                Category.ORDER,
                {
                    "state": "État",
                    "missing": "Ce qui manquait",
                    "recorded_at": "Enregistré le",
                    "initialled": "Paraphé",
                    "stamped": "Tamponné",
                    "signed": "Signé",
                    "terms_initialled": "Conditions générales paraphées",
                    "terms_signed": "Conditions générales signées",
                },
            ),
            Form.ISSUED,
            longer=_OF_ONLINE_PROPOSAL,
        ),
        Holding(
            Link(People.PERSON, "proposal_trainee(proposal_id=proposal_id)/person_id"),
            TRAINEES,
            Source.CUSTOMER,
            (
                *fields(Category.TRAINING, {"received_on": "Reçu le"}),
                Field("document_sha256", Category.TRAINING, "Document signé", file=True, withheld=CUSTOMERS_TOO),
            ),
            Form.ISSUED,
        ),
        Holding(
            Link(People.STAFF, "checked_by"),
            CHECKS,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"checked_by": "Contrôlé par", "recorded_at": "Enregistré le"}),
            Form.ISSUED,
        ),
        none="id",
    ),
    holds(
        "contract",
        "Contrat",
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            ORDERS,
            Source.SYSTEM,
            (
                *fields(
                    Category.ORDER,
                    {
                        "number": "Numéro",
                        "state": "État",
                        "signed_on": "Signé le",
                        "starts_on": "Du",
                        "ends_on": "Au",
                        "planned_hours": "Heures prévues",
                        "concluded_on": "Conclu le",
                        "ended_on": "Terminé le",
                        "withdrawal_ends_on": "Rétractation possible jusqu’au",
                        "withdrawn_on": "Rétracté le",
                        "terms": "Conditions du contrat",
                    },
                ),
                *fields(
                    Category.FINANCIAL,
                    {
                        "deposit_amount": "Acompte",
                        "deposit_callable_on": "Acompte exigible à partir du",
                        "deposit_due_on": "Acompte dû le",
                        "opco_due_on": "Paiement de l’opérateur attendu jusqu’au",
                        "client_billed_from": "Facturation au client à partir du",
                    },
                ),
            ),
            longer=_ONLINE_CONTRACT,
        ),
        Holding(
            Link(People.PERSON, "contract_person(contract_id=id)/person_id"),
            ATTENDANCE,
            Source.SYSTEM,
            fields(
                Category.TRAINING,
                {
                    "number": "Contrat",
                    "starts_on": "Du",
                    "ends_on": "Au",
                    "planned_hours": "Heures prévues",
                    "ended_on": "Terminée le",
                },
            ),
            since="ended_on",
        ),
        none="id proposal_id session_id",
    ),
    holds(
        "contract_person",
        "Assiduité",
        Holding(
            Link(People.PERSON, "person_id"),
            ATTENDANCE,
            Source.STAFF,
            fields(Category.TRAINING, {"contract_id": "Contrat", "attended_hours": "Heures suivies"}),
            since="contract_id/ended_on",
        ),
        none="position",
    ),
    holds(
        "timeline",
        "Fait du dossier",
        Holding(
            Link(People.CUSTOMER, "contract_id/customer_id"),
            ORDERS,
            Source.SYSTEM,
            fields(
                Category.ORDER,
                {
                    "happened_on": "Le",
                    "recorded_at": "Enregistré le",
                    "kind": "Fait",
                    "detail": "Détail",
                    "clause": "Article",
                },
            ),
        ),
        none="id",
    ),
    # trainer_qualifications: of the session's trainer, whom only the catalog names.
    holds(
        "offer",
        "Offre du site",
        none="session_id version seller_code description unit_price vat_rate trainer_qualifications taken_back_at",
    ),
    holds(
        "website_order",
        "Commande sur le site",
        Holding(
            Link(People.CUSTOMER, "contract_id/customer_id"),
            ORDERS,
            Source.PERSON,
            (
                *fields(Category.CONTACT, {"phone": "Téléphone"}),
                *fields(Category.ORDER, {"ordered_at": "Commandé le", "statement": "Mention saisie"}),
            ),
            Form.ISSUED,
            longer=_online(""),
        ),
        none="code_sha256",
    ),
    holds(
        "withdrawal",
        "Rétractation",
        Holding(
            Link(People.CUSTOMER, "contract_id/customer_id"),
            ORDERS,
            Source.PERSON,
            (
                *fields(Category.IDENTITY, {"name": "Nom"}),
                Field("email", Category.CONTACT, "Adresse électronique", address=True),
                *fields(
                    Category.ORDER,
                    {
                        "state": "État",
                        "means": "Moyen",
                        "dispatched_on": "Envoyée le",
                        "declared_at": "Déclarée le",
                        "confirmed_at": "Confirmée le",
                        "refund_by": "Remboursement au plus tard le",
                    },
                ),
                Field("document_sha256", Category.ORDER, "Accusé de réception", file=True),
                Field("declarer_document_sha256", Category.ORDER, "Copie adressée au déclarant", file=True),
            ),
            Form.ISSUED,
        ),
        Holding(
            Link(People.STAFF, "recorded_by"),
            CHECKS,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"recorded_by": "Enregistré par", "declared_at": "Le"}),
            Form.ISSUED,
        ),
    ),
    holds("counter", "Dernier numéro", none="series year last"),
)
