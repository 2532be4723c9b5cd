"""What the tables of payments hold about people, column by column.

A customer is known by the id that contracts gave, a trainee by the person's; names stand in what was published at
the signature and in what an issued document says. Documents, receipts and what was done with them are kept as the
law has it: 10 years from the close of the fiscal year (C. com. L123-22).
"""

from chassis.personal_data import (
    ACCOUNTING_LAW,
    BUSINESS_RELATION,
    CONTRACT,
    CUSTOMERS_TOO,
    INVOICES,
    MESSAGES,
    RELATIONSHIP,
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
    fields,
    holds,
)

_OFFICES = ("Service comptable", "Service commercial", "Hébergeur de la plateforme")
_ACCOUNTS = Purpose("customer-accounts", "Comptes des clients : acomptes, facturation, recouvrement", _OFFICES)
_INVOICING = Purpose(
    "invoicing",
    "Facturation et comptabilité",
    (*_OFFICES, "Client", "Opérateur de compétences", "Expert-comptable", "Administration fiscale"),
)
ACCOUNTS = Activity(_ACCOUNTS, CONTRACT, RELATIONSHIP)
ACCOUNTS_OF_COMPANIES = Activity(_ACCOUNTS, BUSINESS_RELATION, RELATIONSHIP)
INVOICING = Activity(_INVOICING, ACCOUNTING_LAW, INVOICES)
_FUNDING = Purpose(
    "funding", "Prise en charge par les opérateurs de compétences", (*_OFFICES, "Opérateur de compétences")
)
FUNDING = Activity(_FUNDING, CONTRACT, RELATIONSHIP)
FUNDING_OF_TRAINEES = Activity(_FUNDING, BUSINESS_RELATION, RELATIONSHIP)
# What an operator approved is what its invoice, and the client's, rest on: a voucher of the accounts.
FUNDING_VOUCHERS = Activity(_FUNDING, ACCOUNTING_LAW, INVOICES)
# What a message said of a file stands in the file; the message itself goes as all messages do.
OPERATORS_MESSAGES = Activity(_FUNDING, SECURITY, MESSAGES)

# The contact stands beside: a person of their own.
_BUYER = (
    ("name", Category.IDENTITY, "Adressée à"),
    ("address", Category.CONTACT, "Adresse"),
    ("email", Category.CONTACT, "Envoyée à"),
    ("siret", Category.PROFESSIONAL, "SIRET"),
    ("vat_number", Category.PROFESSIONAL, "Numéro de TVA"),
)
_TRAINEES_OF_CONTRACT = "contract_id/signed.trainees[].person_id"
_CUSTOMER_OF_CONTRACT = "contract_id/signed.customer"
_MAY_NAME = "Le document peut nommer d’autres personnes ; il est remis après vérification."

DECLARATIONS = (
    holds(
        "customer",
        "Compte client",
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            ACCOUNTS,
            Source.SYSTEM,
            fields(
                Category.FINANCIAL,
                {"customer_id": "Référence du compte", "overdue_since": "En retard de paiement depuis"},
            ),
        ),
    ),
    holds(
        "contract_account",
        "Compte d’un contrat",
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            ACCOUNTS,
            Source.PERSON,
            (
                *fields(Category.IDENTITY, {"signed.customer.name": "Nom"}),
                Field("signed.customer.email", Category.CONTACT, "Adresse électronique", address=True),
                *fields(Category.CONTACT, {"signed.customer.billing_address": "Adresse de facturation"}),
                *fields(
                    Category.PROFESSIONAL,
                    {
                        "signed.customer.kind": "Qualité",
                        "signed.customer.siret": "SIRET",
                        "signed.customer.vat_number": "Numéro de TVA",
                    },
                ),
            ),
            Form.ISSUED,
        ),
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            ACCOUNTS,
            Source.SYSTEM,
            (
                *fields(
                    Category.ORDER,
                    {
                        "contract_number": "Contrat",
                        "signed.proposal_number": "Proposition",
                        "signed.signed_on": "Signé le",
                        "signed.course": "Formation",
                        "signed.session": "Session",
                        "concluded_on": "Conclu le",
                        "withdrawn_on": "Rétracté le",
                        "completed.ended_on": "Terminé le",
                    },
                ),
                *fields(
                    Category.FINANCIAL,
                    {
                        "signed.lines": "Lignes de prix",
                        "signed.price": "Prix",
                        "signed.deposit": "Acompte",
                        "signed.instalments": "Échéancier",
                        "signed.opco_named": "Opérateur de compétences",
                        "completed.opco_due_on": "Paiement de l’opérateur attendu jusqu’au",
                        "completed.client_billed_from": "Facturation au client à partir du",
                        "billed_on": "Facturé le",
                        "money_from": "Paiement possible à partir du",
                        "refund_by": "Remboursement au plus tard le",
                    },
                ),
            ),
            Form.ISSUED,
        ),
        Holding(
            Link(People.CONTACT, "customer_id", named="signed.customer.contact_name"),
            ACCOUNTS_OF_COMPANIES,
            Source.CUSTOMER,
            (
                *fields(Category.IDENTITY, {"signed.customer.contact_name": "Interlocuteur"}),
                Field("signed.customer.email", Category.CONTACT, "Adresse électronique", address=True),
                *fields(Category.PROFESSIONAL, {"signed.customer.name": "Employeur ou mandant"}),
                *fields(Category.ORDER, {"contract_number": "Contrat"}),
            ),
            Form.ISSUED,
        ),
        Holding(
            Link(People.PERSON, "signed.trainees[].person_id", without_id="contract_id"),
            ACCOUNTS_OF_COMPANIES,
            Source.CUSTOMER,
            (
                *fields(
                    Category.IDENTITY,
                    {
                        "signed.trainees[person_id].given_name": "Prénom",
                        "signed.trainees[person_id].family_name": "Nom",
                    },
                ),
                *fields(
                    Category.TRAINING,
                    {
                        "completed.attendance[person_id].planned_hours": "Heures prévues",
                        "completed.attendance[person_id].attended_hours": "Heures suivies",
                    },
                ),
            ),
            Form.ISSUED,
        ),
        none="contract_id signed.contract_id signed.contract_number signed.customer.customer_id signed.seller"
        " signed.late_payment completed.contract_id completed.attendance[].person_id",
    ),
    holds(
        "document_series",
        "Série de documents",
        none="name prefix last_year last_position last_issued_on head_sha256",
    ),
    holds(
        "deposit_request",
        "Demande d’acompte",
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            ACCOUNTS,
            Source.SYSTEM,
            (
                *fields(
                    Category.FINANCIAL,
                    {
                        "number": "Numéro",
                        "amount": "Montant TTC",
                        "issued_on": "Émise le",
                        "callable_on": "Exigible à partir du",
                        "due_on": "À régler au plus tard le",
                    },
                ),
                Field(
                    "document_sha256",
                    Category.FINANCIAL,
                    "Document",
                    file=True,
                    names=_TRAINEES_OF_CONTRACT,
                    party=_CUSTOMER_OF_CONTRACT,
                ),
            ),
            Form.ISSUED,
        ),
        Holding(
            Link(People.PERSON, _TRAINEES_OF_CONTRACT, without_id="contract_id"),
            ACCOUNTS_OF_COMPANIES,
            Source.CUSTOMER,
            (
                *fields(Category.TRAINING, {"number": "Demande d’acompte de la formation"}),
                Field("document_sha256", Category.TRAINING, "Document", file=True, withheld=CUSTOMERS_TOO),
            ),
            Form.ISSUED,
        ),
        none="id contract_id",
    ),
    holds(
        "receipt",
        "Encaissement",
        Holding(
            Link(People.CUSTOMER, "payer_id"),
            INVOICING,
            Source.PERSON,
            (
                *fields(
                    Category.FINANCIAL,
                    {"amount": "Montant", "value_date": "Date de valeur", "booked_on": "Enregistré le"},
                ),
                *fields(Category.FREE_TEXT, {"reference": "Référence bancaire"}),
            ),
            Form.ISSUED,
            since="booked_on",
        ),
        Holding(
            Link(People.STAFF, "booked_by"),
            INVOICING,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"booked_by": "Enregistré par", "booked_on": "Enregistré le"}),
            Form.ISSUED,
            since="booked_on",
        ),
        none="id payer_kind customer_id",
    ),
    holds(
        "invoice",
        "Facture ou avoir",
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            INVOICING,
            Source.PERSON,
            (
                *(
                    Field(f"personal.buyer.{path}", category, label, salt="personal_salt")
                    for path, category, label in _BUYER
                ),
                Field("personal.beneficiary", Category.IDENTITY, "Pour le compte de", salt="personal_salt"),
            ),
            Form.ISSUED,
            since="issued_on",
        ),
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            INVOICING,
            Source.SYSTEM,
            (
                *fields(
                    Category.FINANCIAL,
                    {
                        "number": "Numéro",
                        "document_type": "Type de document",
                        "purpose": "Objet",
                        "issued_on": "Émis le",
                        "due_on": "Échéance",
                        "total_net": "Total HT",
                        "total_vat": "TVA",
                        "total_incl": "Total TTC",
                        "amount_due": "À payer à l’émission",
                        "credits_number": "Document corrigé",
                    },
                ),
                Field(
                    "pdf_sha256",
                    Category.FINANCIAL,
                    "Document",
                    file=True,
                    names=_TRAINEES_OF_CONTRACT,
                    party="personal.buyer",
                ),
            ),
            Form.ISSUED,
            since="issued_on",
        ),
        Holding(
            Link(People.CONTACT, "customer_id", named="personal.buyer.contact_name"),
            INVOICING,
            Source.CUSTOMER,
            (
                Field("personal.buyer.contact_name", Category.IDENTITY, "Interlocuteur", salt="personal_salt"),
                Field("personal.buyer.email", Category.CONTACT, "Envoyée à", address=True, salt="personal_salt"),
                *fields(Category.FINANCIAL, {"number": "Numéro"}),
            ),
            Form.ISSUED,
            since="issued_on",
        ),
        Holding(
            Link(People.PERSON, "personal.trainees[].person_id", without_id="contract_id"),
            INVOICING,
            Source.CUSTOMER,
            (
                Field("personal.trainees[person_id].name", Category.IDENTITY, "Nom", salt="personal_salt"),
                *fields(Category.TRAINING, {"number": "Facture de la formation"}),
                Field("pdf_sha256", Category.TRAINING, "Document", file=True, withheld=CUSTOMERS_TOO),
            ),
            Form.ISSUED,
            since="issued_on",
        ),
        # content: what the document says beside the parties; lines name the training, never who follows it.
        none="series year position contract_id payer_kind payer_id receipt_id content personal_sha256"
        " previous_sha256 sha256",
    ),
    holds(
        "late_charge",
        "Intérêts et frais de retard facturés",
        Holding(
            Link(People.CUSTOMER, "late_invoice/customer_id"),
            INVOICING,
            Source.SYSTEM,
            fields(
                Category.FINANCIAL,
                {
                    "late_invoice": "Facture en retard",
                    "charged_by": "Facturés par",
                    "through_on": "Jusqu’au",
                    "interest": "Intérêts",
                    "recovery_fee": "Indemnité de recouvrement",
                },
            ),
            Form.ISSUED,
            since="through_on",
        ),
        none="id",
    ),
    holds(
        "deposit_use",
        "Emploi d’un acompte",
        Holding(
            Link(People.CUSTOMER, "deposit_number/customer_id"),
            INVOICING,
            Source.SYSTEM,
            fields(
                Category.FINANCIAL,
                {
                    "deposit_number": "Facture d’acompte",
                    "used_by": "Employé par",
                    "amount": "Montant TTC",
                    "used_on": "Le",
                },
            ),
            Form.ISSUED,
            since="used_on",
        ),
        none="id parts",
    ),
    holds(
        "allocation",
        "Lettrage",
        Holding(
            Link(People.CUSTOMER, "receipt_id/payer_id"),
            INVOICING,
            Source.SYSTEM,
            fields(
                Category.FINANCIAL,
                {"invoice_number": "Facture", "amount": "Montant", "allocated_on": "Le"},
            ),
            Form.ISSUED,
            since="allocated_on",
        ),
        none="id deposit_request_id",
    ),
    holds(
        "refund",
        "Remboursement",
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            INVOICING,
            Source.SYSTEM,
            fields(
                Category.FINANCIAL,
                {"amount": "Montant", "reason": "Motif", "refund_by": "Au plus tard le", "decided_on": "Décidé le"},
            ),
            Form.ISSUED,
            since="decided_on",
        ),
        Holding(
            Link(People.STAFF, "decided_by"),
            INVOICING,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"decided_by": "Décidé par", "decided_on": "Le"}),
            Form.ISSUED,
            since="decided_on",
        ),
        none="id receipt_id contract_id",
    ),
    holds(
        "refund_payment",
        "Paiement d’un remboursement",
        Holding(
            Link(People.CUSTOMER, "refund_id/customer_id"),
            INVOICING,
            Source.SYSTEM,
            fields(
                Category.FINANCIAL,
                {"paid_on": "Payé le", "bank_reference": "Référence bancaire", "recorded_on": "Enregistré le"},
            ),
            Form.ISSUED,
            since="recorded_on",
        ),
        Holding(
            Link(People.STAFF, "recorded_by"),
            INVOICING,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"recorded_by": "Enregistré par", "recorded_on": "Le"}),
            Form.ISSUED,
            since="recorded_on",
        ),
    ),
    holds(
        "refund_approval",
        "Accord sur un remboursement",
        Holding(
            Link(People.STAFF, "approved_by"),
            INVOICING,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"approved_by": "Approuvé par", "approved_on": "Le"}),
            Form.ISSUED,
            since="approved_on",
        ),
        none="refund_id",
    ),
    holds(
        "refund_withdrawal",
        "Abandon d’un remboursement",
        Holding(
            Link(People.CUSTOMER, "refund_id/customer_id"),
            INVOICING,
            Source.SYSTEM,
            (
                *fields(Category.FINANCIAL, {"withdrawn_on": "Abandonné le"}),
                *fields(Category.FREE_TEXT, {"reason": "Motif"}),
            ),
            Form.ISSUED,
            since="withdrawn_on",
        ),
        Holding(
            Link(People.STAFF, "withdrawn_by"),
            INVOICING,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"withdrawn_by": "Abandonné par", "withdrawn_on": "Le"}),
            Form.ISSUED,
            since="withdrawn_on",
        ),
    ),
    holds(
        "receipt_reversal",
        "Annulation d’un encaissement",
        Holding(
            Link(People.CUSTOMER, "receipt_id/payer_id"),
            INVOICING,
            Source.SYSTEM,
            (
                *fields(
                    Category.FINANCIAL,
                    {"amount": "Montant", "reversed_on": "Annulé le", "recorded_on": "Enregistré le"},
                ),
                *fields(Category.FREE_TEXT, {"reason": "Motif"}),
            ),
            Form.ISSUED,
            since="recorded_on",
        ),
        Holding(
            Link(People.STAFF, "recorded_by"),
            INVOICING,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"recorded_by": "Enregistré par", "recorded_on": "Le"}),
            Form.ISSUED,
            since="recorded_on",
        ),
    ),
    holds(
        "allocation_move",
        "Lettrage corrigé",
        Holding(
            Link(People.CUSTOMER, "receipt_id/payer_id"),
            INVOICING,
            Source.SYSTEM,
            (
                *fields(
                    Category.FINANCIAL,
                    {"from_document": "De", "to_document": "Vers", "amount": "Montant", "moved_on": "Le"},
                ),
                *fields(Category.FREE_TEXT, {"reason": "Motif"}),
            ),
            Form.ISSUED,
            since="moved_on",
        ),
        Holding(
            Link(People.STAFF, "moved_by"),
            INVOICING,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"moved_by": "Corrigé par", "moved_on": "Le"}),
            Form.ISSUED,
            since="moved_on",
        ),
        none="id",
    ),
    holds("opco", "Opérateur de compétences", none="code name siret vat_number billing_address email"),
    holds("opco_webhook_secret", "Clé d’un opérateur", none="id opco secret made_on"),
    holds(
        "funding_request",
        "Demande de prise en charge",
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            FUNDING,
            Source.OPERATOR,
            (
                *fields(
                    Category.FINANCIAL,
                    {
                        "opco": "Opérateur",
                        "file_number": "Numéro de dossier",
                        "amount_asked": "Montant demandé",
                        "requested_on": "Demandé le",
                        "state": "État",
                        "refused_on": "Refusé le",
                    },
                ),
                *fields(Category.FREE_TEXT, {"refusal_reason": "Motif du refus"}),
            ),
        ),
        Holding(
            Link(People.CUSTOMER, "customer_id"),
            FUNDING_VOUCHERS,
            Source.OPERATOR,
            (
                *fields(
                    Category.FINANCIAL,
                    {
                        "approved_amount": "Montant accordé",
                        "approved_tax_basis": "Base",
                        "approved_incl_tax": "Montant accordé TTC",
                        "direct_payment": "Subrogation",
                        "approved_on": "Accordé le",
                        "copy_on": "Copie reçue le",
                        "approved_hours": "Heures accordées, en centièmes",
                        "expires_on": "Accord valable jusqu’au",
                    },
                ),
                Field(
                    "approval_sha256",
                    Category.FINANCIAL,
                    "Accord",
                    file=True,
                    names=_TRAINEES_OF_CONTRACT,
                    party=_CUSTOMER_OF_CONTRACT,
                ),
            ),
            since="approved_on",
        ),
        Holding(
            Link(People.PERSON, _TRAINEES_OF_CONTRACT, without_id="contract_id"),
            FUNDING_OF_TRAINEES,
            Source.OPERATOR,
            fields(Category.TRAINING, {"opco": "Opérateur", "file_number": "Numéro de dossier"}),
        ),
        Holding(
            Link(People.PERSON, _TRAINEES_OF_CONTRACT, without_id="contract_id"),
            FUNDING_VOUCHERS,
            Source.OPERATOR,
            (Field("approval_sha256", Category.TRAINING, "Accord", file=True, withheld=CUSTOMERS_TOO),),
            since="approved_on",
        ),
        Holding(
            Link(People.PERSON, "trainees[]"),
            FUNDING_OF_TRAINEES,
            Source.CUSTOMER,
            fields(Category.TRAINING, {"opco": "Opérateur", "file_number": "Dossier ouvert pour vous"}),
        ),
        none="id contract_id",
    ),
    holds(
        "funding_decision",
        "Décision d’un opérateur",
        Holding(
            Link(People.CUSTOMER, "request_id/customer_id"),
            FUNDING_VOUCHERS,
            Source.OPERATOR,
            (
                *fields(
                    Category.FINANCIAL,
                    {
                        "kind": "Décision",
                        "decided_at": "Prise le",
                        "came_on": "Reçue le",
                        "amount": "Montant",
                        "tax_basis": "Base",
                        "direct_payment": "Subrogation",
                        "hours": "Heures, en centièmes",
                        "expires_on": "Valable jusqu’au",
                    },
                ),
                *fields(Category.FREE_TEXT, {"reason": "Motif"}),
                Field(
                    "copy_sha256",
                    Category.FINANCIAL,
                    "Accord",
                    file=True,
                    names="request_id/contract_id/signed.trainees[].person_id",
                    party="request_id/contract_id/signed.customer",
                ),
            ),
            Form.ISSUED,
            since="came_on",
        ),
        Holding(
            Link(People.STAFF, "recorded_by"),
            FUNDING,
            Source.SYSTEM,
            fields(Category.PROFESSIONAL, {"recorded_by": "Enregistrée par", "came_on": "Le"}),
            Form.ISSUED,
            since="came_on",
        ),
        none="id key delivery_id",
    ),
    holds(
        "funding_notice",
        "Avis d’un opérateur",
        Holding(
            Link(People.CUSTOMER, "request_id/customer_id"),
            FUNDING,
            Source.OPERATOR,
            fields(
                Category.FINANCIAL,
                {
                    "kind": "Avis",
                    "told_at": "Donné le",
                    "came_on": "Reçu le",
                    "amount": "Montant",
                    "day": "Pour le",
                    "reference": "Référence",
                    "document": "Document demandé",
                },
            ),
            Form.ISSUED,
            since="came_on",
        ),
        none="id delivery_id",
    ),
    holds(
        "webhook_delivery",
        "Message d’un opérateur",
        Holding(
            Link(People.CUSTOMER, "funding_request(opco=opco,file_number=file_number)/customer_id"),
            OPERATORS_MESSAGES,
            Source.OPERATOR,
            (
                *fields(Category.FINANCIAL, {"file_number": "Numéro de dossier", "received_at": "Reçu le"}),
                Field("body", Category.FREE_TEXT, "Texte du message", withheld=_MAY_NAME),
            ),
            Form.ISSUED,
            since="received_on",
        ),
        Holding(
            Link(
                People.PERSON,
                f"funding_request(opco=opco,file_number=file_number)/{_TRAINEES_OF_CONTRACT}",
                without_id="funding_request(opco=opco,file_number=file_number)/contract_id",
            ),
            OPERATORS_MESSAGES,
            Source.OPERATOR,
            (
                *fields(Category.TRAINING, {"file_number": "Numéro de dossier", "received_at": "Reçu le"}),
                Field("body", Category.FREE_TEXT, "Texte du message", withheld=_MAY_NAME),
            ),
            Form.ISSUED,
            since="received_on",
        ),
        none="id opco webhook_id state reason",
    ),
    holds("reference_rate", "Taux de référence", none="half_year ecb legal source added_on"),
)
