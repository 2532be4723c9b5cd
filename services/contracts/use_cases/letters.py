"""The mails that contracts sends, in French: receipt is acknowledged (clause 2.1)."""

from collections.abc import Sequence

from chassis.mail import Mail
from chassis.typesetting import amount, day, days
from services.contracts.domain.deposit import Deposit
from services.contracts.domain.proposal import IssuedProposal

_LACKING = {
    "document": "le document signé lui-même",
    "initials": "les paraphes sur la proposition",
    "stamp": "le tampon de l’entreprise",
    "signature": "la signature de la proposition",
    "acceptance_statement": "la mention manuscrite « {statement} »",
    "terms_initials": "les paraphes sur les conditions générales de vente",
    "terms_signature": "la signature des conditions générales de vente",
}


def acceptance_received(number: str, contract_number: str, proposal: IssuedProposal, deposit: Deposit) -> Mail:
    """The acceptance is complete: received, and what is still needed to conclude, with its due day (clause 2.2)."""
    body = f"""Bonjour,

Nous accusons réception de votre acceptation de la proposition {number}. Votre commande est enregistrée \
sous le numéro {contract_number} :

    {proposal.course.title} ({proposal.course.reference})
    {days(proposal.session.starts_on, proposal.session.ends_on)}, {proposal.session.place}
    prix : {amount(proposal.price.incl_tax)} TTC

Le contrat sera définitivement conclu à réception de l’acompte de {amount(deposit.amount)} TTC, à régler au plus \
tard le {day(deposit.due_on)} (article 2.2 des conditions générales de vente). La demande d’acompte vous est \
adressée séparément.

{proposal.seller.name}
"""
    return Mail(to=proposal.customer.email, subject=f"Proposition {number} : acceptation reçue", body=body)


def acceptance_incomplete(number: str, proposal: IssuedProposal, missing: Sequence[str]) -> Mail:
    """The return was received, but lacks something: what, and until when it can still be sent (clause 2.1)."""
    statement = proposal.terms.acceptance_statement
    lacking = "\n".join(f"    - {_LACKING[name].format(statement=statement)}" for name in missing)
    body = f"""Bonjour,

Nous accusons réception de votre retour de la proposition {number}. Pour que votre commande soit prise en compte, \
il manque encore :

{lacking}

Nous vous remercions de nous retourner la proposition complète au plus tard le {day(proposal.last_day)} \
(article 2.1 des conditions générales de vente).

{proposal.seller.name}
"""
    return Mail(to=proposal.customer.email, subject=f"Proposition {number} : retour incomplet", body=body)
