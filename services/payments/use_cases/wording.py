"""The French of mails and of invoice lines."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from chassis.typesetting import amount, day, days, percent
from chassis.values.money import Money
from services.payments.documents.wording import title
from services.payments.domain.invoice import Invoice
from services.payments.domain.late_interest import InterestDays
from services.payments.tables import DepositRequestRow


def deposit_line(training: str) -> str:
    """The line of a deposit invoice."""
    return f"Acompte : {training}"


def instalment_line(training: str, due_on: date) -> str:
    """The line of an instalment."""
    return f"Échéance du {day(due_on)} : {training}"


def balance_line(training: str, instalments: Iterable[str]) -> str:
    """The line of the final invoice after instalments."""
    return f"Solde après les échéances déjà facturées ({', '.join(instalments)}) : {training}"


def operator_line(training: str, opco: str, file_number: str) -> str:
    """The line of an operator's invoice and of what corrects it."""
    return f"Part prise en charge par {opco}, dossier {file_number} : {training}"


def client_share_line(training: str) -> str:
    """The line of what operators do not fund."""
    return f"Part non prise en charge par l’OPCO : {training}"


def indemnity_line(training: str) -> str:
    """The line of an absence indemnity: not a training."""
    return f"Indemnité pour heures non suivies : {training}"


def after_grace_line(training: str, operator_invoice: str) -> str:
    """The line of what an operator did not pay in time."""
    return f"Part non réglée par l’OPCO (facture {operator_invoice}) : {training}"


def interest_line(late_invoice: str, spans: Iterable[InterestDays], invoiced: Money) -> str:
    """The line of late interest: each period with its days, its rate and what was unpaid. invoiced: before."""
    periods = " ; ".join(
        f"{days(span.first, span.last)} ({span.days} jours) sur {amount(span.unpaid)} à "
        f"{percent(_decimal(span.yearly_percent))}"
        for span in spans
    )
    less = f", moins {amount(invoiced)} déjà facturés" if invoiced else ""
    return f"Intérêts de retard sur la facture {late_invoice} : {periods}{less}"


def recovery_fee_line(late_invoice: str) -> str:
    """The line of the recovery fee."""
    return f"Indemnité forfaitaire pour frais de recouvrement, facture {late_invoice}"


def charges_credited_line(late_invoice: str) -> str:
    """The line of a credit note on interest and fee."""
    return f"Intérêts et frais de retard qui ne sont pas dus, facture {late_invoice}"


def _decimal(rate: Fraction) -> Decimal:
    """A rate as it was published: finite, as ECB and legal rates are."""
    return Decimal(rate.numerator) / Decimal(rate.denominator)


def invoice_mail(invoice: Invoice, seller: str, training: str) -> tuple[str, str]:
    """Subject and body of the mail that carries a document."""
    name = title(invoice.says.document_type)
    if invoice.says.amount_due and invoice.due_on:
        ask = f"Montant à régler : {amount(invoice.says.amount_due)}, au plus tard le {day(invoice.due_on)}."
    else:
        ask = "Aucun règlement n’est attendu sur ce document."
    body = f"Bonjour,\n\nVeuillez trouver ci-joint le document {invoice.number} ({training}).\n{ask}\n\n{seller}\n"
    return f"{name} {invoice.number}", body


def deposit_request_mail(request: DepositRequestRow, seller: str, training: str, kept_apart: Money) -> tuple[str, str]:
    """Subject and body of the mail that asks for the deposit. kept_apart: what the client sent too early."""
    held = (
        f"Nous conservons à part {amount(kept_apart)}, reçus avant la fin de votre délai de rétractation. Sur "
        "votre confirmation, cette somme devient l’acompte, à hauteur de son montant, et le reste vous est "
        "remboursé ; sans elle, elle vous est remboursée sur simple demande.\n"
    )
    body = (
        f"Bonjour,\n\nVeuillez trouver ci-joint la demande d’acompte {request.number} ({training}).\n"
        f"Montant : {amount(request.amount)}, à régler au plus tard le {day(request.due_on)}.\n"
        f"{held if kept_apart else ''}"
        f"Le contrat est définitivement conclu à réception de la totalité de l’acompte.\n\n{seller}\n"
    )
    return f"Demande d’acompte {request.number}", body
