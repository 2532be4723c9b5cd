"""The French wording of what payments sends out, in one table; the layout is in the templates beside it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from chassis.letterhead import Company
from chassis.typesetting import amount, day, number
from services.payments.documents.parts import LatePayment
from services.payments.domain.deposit import NOT_NEEDED, NOT_RECEIVED
from services.payments.domain.invoice import DocumentType, Draft, Purpose

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

# What becomes of the amount of a deposit credit note (503), by the clause that it rests on.
DEPOSIT_SETTLED = {
    NOT_RECEIVED: "Le règlement de cette facture d’acompte n’a pas abouti : l’acompte correspondant n’est pas acquis.",
    NOT_NEEDED: "Ce montant vous est remboursé par virement, déduction faite de vos autres factures restant à régler.",
}

NO_DISCOUNT = "Pas d’escompte pour paiement anticipé."
_EXEMPT = "Exonération de TVA, article 261, 4-4° a du Code général des impôts."
_OUTSIDE = (
    "Hors du champ d’application de la TVA (article 256 du Code général des impôts)\u00a0: "
    "somme à caractère indemnitaire."
)


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


def no_vat_reason(rate: Decimal, purpose: Purpose) -> str | None:
    """Why a rate of zero is one (CGI ann. II art. 242 nonies A, I-12°); None for any other rate."""
    if rate:
        return None
    return _OUTSIDE if purpose is Purpose.INTEREST_AND_FEE else _EXEMPT


def no_vat_mention(says: Draft) -> str | None:
    """What a document says of its lines without VAT; None where each bears VAT."""
    reasons = (no_vat_reason(line.vat_rate, says.purpose) for line in says.lines)
    return next((reason for reason in reasons if reason), None)


def recovery_note(late: LatePayment | None, *, is_credit: bool) -> str:
    """The note PMT of an electronic invoice: the fee for recovery, or that none is owed."""
    if is_credit:
        return "Sans objet\u00a0: aucun règlement n’est attendu sur un avoir."
    if late is None or late.recovery_fee is None:
        return "Aucune indemnité forfaitaire pour frais de recouvrement n’est due pour cette facture."
    return (
        "Indemnité forfaitaire pour frais de recouvrement due en cas de retard de paiement\u00a0: "
        f"{amount(late.recovery_fee)} (articles L441-10 et D441-5 du Code de commerce)."
    )


def interest_note(late: LatePayment | None, *, is_credit: bool) -> str:
    """The note PMD of an electronic invoice: what late payment costs, or that it costs nothing."""
    if is_credit:
        return "Sans objet\u00a0: aucun règlement n’est attendu sur un avoir."
    if late is None:
        return "Aucune pénalité de retard n’est stipulée pour cette facture."
    return (
        "Tout retard de paiement entraîne de plein droit, dès le lendemain de l’échéance, des intérêts au taux de "
        "refinancement de la Banque centrale européenne majoré de "
        f"{number(late.interest_margin_points)} points, sans être inférieur à "
        f"{number(late.interest_floor_multiple)} fois le taux de l’intérêt légal (article L441-10 du Code de commerce)."
    )


def link_notes(says: Draft) -> Iterator[str]:
    """Which other invoice an invoice takes the place of, comes from or gives a deposit back to."""
    if says.reissues:
        yield f"Rétablit la facture n° {says.reissues}."
    if says.follows:
        yield f"Suite à la facture n° {says.follows}."
    if says.document_type.is_credit:
        for taken in says.deducted:
            yield f"Acompte rendu disponible\u00a0: {amount(taken.use.amount)}, facture n° {taken.use.number}."


def credit_terms(says: Draft, *, refunded: bool) -> str | None:
    """How a credit note is settled; None on what asks to be paid."""
    if says.credits is None:
        return None
    if refunded:
        return "Le montant de cet avoir vous est remboursé par virement."
    return f"Cet avoir vient en déduction de la facture n° {says.credits.number} du {day(says.credits.issued_on)}."


def legal_mentions(seller: Company) -> str:
    """What a company's papers must say of it beside its identifiers (C. com. R123-237, C. trav. L6352-12)."""
    mentions = [
        f"{seller.legal_form} au capital de {amount(seller.share_capital)}",
        f"RCS {seller.rcs.removeprefix('RCS').strip()} {seller.siret[:9]}",
        f"NAF {seller.naf}",
    ]
    if seller.activity_number:
        mentions.append(
            f"Déclaration d’activité enregistrée sous le numéro {seller.activity_number}\u00a0; cet enregistrement ne "
            "vaut pas agrément de l’État"
        )
    return " · ".join(mentions)
