"""The French wording of what payments sends out, in one table; the layout is in the templates beside it."""

from datetime import date

from chassis.typesetting import day
from services.payments.domain.deposit import NOT_NEEDED, NOT_RECEIVED
from services.payments.domain.invoice import DocumentType, Purpose

_TITLES = {
    DocumentType.DEPOSIT_INVOICE: "Facture d’acompte",
    DocumentType.INVOICE: "Facture",
    DocumentType.CREDIT_NOTE: "Avoir",
    DocumentType.DEPOSIT_CREDIT_NOTE: "Avoir sur acompte",
}

_CHARGED = {
    Purpose.DEPOSIT: "Acompte à la commande",
    Purpose.FINAL: "Facture de fin de formation",
    Purpose.INSTALMENT: "Échéance de la formation",
    Purpose.OPERATOR_PART: "Part prise en charge par l’OPCO, en paiement direct (subrogation)",
    Purpose.AFTER_GRACE: "Part non réglée par l’OPCO dans le délai convenu (article 3.3 des conditions générales)",
    Purpose.ABSENCE_INDEMNITY: "Indemnité pour absence de stagiaires (article 3.7 des conditions générales)",
    Purpose.CANCELLATION: "Annulation par le client (article 3.5 des conditions générales)",
    Purpose.PREPARATION_COST: "Élaboration de la proposition commerciale (article 2.2 des conditions générales)",
    Purpose.SUPPLEMENT: "Prestation complémentaire",
    Purpose.INTEREST_AND_FEE: "Intérêts de retard et frais de recouvrement (article 3.4 des conditions générales)",
}

_CREDITED = {
    Purpose.DEPOSIT: "Acompte non utilisé",
    Purpose.OPERATOR_PART: "Part non réglée dans le délai convenu, facturée au client",
    Purpose.AFTER_GRACE: "Part réglée par l’OPCO dans le délai convenu",
}

# CGI art. 256, I: VAT is on what is supplied for a price; interest and fee make good a damage.
OUTSIDE_VAT = (
    "Intérêts moratoires et indemnité de recouvrement : hors du champ d’application de la TVA (article 256 du code "
    "général des impôts), ils ne rémunèrent aucune prestation."
)

# What becomes of the amount of a deposit credit note (503), by the clause that it rests on.
DEPOSIT_SETTLED = {
    NOT_RECEIVED: "Le règlement de cette facture d’acompte n’a pas abouti : l’acompte correspondant n’est pas acquis.",
    NOT_NEEDED: "Ce montant vous est remboursé par virement, déduction faite de vos autres factures restant à régler.",
}


def title(document_type: DocumentType) -> str:
    """What the document calls itself."""
    return _TITLES[document_type]


def subject(document_type: DocumentType, purpose: Purpose) -> str:
    """One line saying what the document is for."""
    if not document_type.is_credit:
        return _CHARGED[purpose]
    return _CREDITED.get(purpose) or f"Annulation\u00a0: {_CHARGED[purpose]}"


def withdrawal_remark(withdrawn_on: date, refund_by: date) -> str:
    """What a credit note after an individual's withdrawal says."""
    return (
        f"À la suite de votre rétractation du {day(withdrawn_on)} (articles L221-18 du code de la consommation et "
        f"L6353-5 du code du travail), les sommes que vous avez versées vous sont remboursées au plus tard le "
        f"{day(refund_by)}."
    )
