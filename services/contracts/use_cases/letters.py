"""The mails that contracts sends, in French: receipt is acknowledged, orders and withdrawals are (clause 2.1)."""

from collections.abc import Sequence

from chassis.mail import Attachment, Mail
from chassis.typesetting import amount, day, days, weekday
from services.contracts.documents.parts import instant
from services.contracts.documents.withdrawal import WithdrawalDocument, declared_when
from services.contracts.domain.contract import Contract
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


def order_received(
    number: str, ordered: IssuedProposal, contract: Contract, code: str, attached: Sequence[Attachment]
) -> Mail:
    """An individual's order is confirmed on a durable medium, with the right to withdraw (C. conso L221-13)."""
    if contract.withdrawal_ends_on is None:
        raise ValueError("an individual's contract can be withdrawn from")
    deposit = contract.deposit
    body = f"""Bonjour,

Nous vous confirmons votre commande, enregistrée sous le numéro {number} :

    {ordered.course.title} ({ordered.course.reference})
    {days(ordered.session.starts_on, ordered.session.ends_on)}, {ordered.session.place}
    prix : {amount(ordered.price.incl_tax)} TTC

Votre contrat de formation est joint à ce courriel, avec l’échéancier et un modèle de formulaire de rétractation, \
ainsi que les conditions générales de vente qui s’y appliquent (version {ordered.terms.version}). Conservez-les.

Vous pouvez vous rétracter sans donner de motif jusqu’au {weekday(contract.withdrawal_ends_on)} inclus : \
par la fonction « Renoncer au contrat ici » de notre site, avec le code de commande ci-dessous, ou par toute \
déclaration dénuée d’ambiguïté.

    code de commande : {code}

Conservez ce code : il prouve que cette commande est la vôtre. Ne nous versez rien avant le \
{day(deposit.callable_on)}. L’acompte de {amount(deposit.amount)} TTC vous sera demandé ce jour-là, à régler au plus \
tard le {day(deposit.due_on)}.

{ordered.seller.name}
"""
    subject = f"Commande {number} : votre contrat de formation"
    return Mail(to=ordered.customer.email, subject=subject, body=body, attachments=attached)


def withdrawal_acknowledged(to: str, document: WithdrawalDocument, attached: Attachment) -> Mail:
    """The withdrawal is acknowledged, with its content, its date and its hour (C. conso L221-21, D221-5)."""
    declaration, proposal = document.declaration, document.proposal
    training = f"""
    {proposal.course.title} ({proposal.course.reference})
    {days(proposal.session.starts_on, proposal.session.ends_on)}, {proposal.session.place}"""
    body = f"""Bonjour,

Nous accusons réception de votre rétractation du contrat {document.number} :
{training if document.shows_contract else ""}
    déclarée par {declaration.name}, {declared_when(declaration)}
    enregistrée le {instant(document.confirmed_at)}

Le contrat prend fin et vous ne nous devez rien. Si vous nous avez déjà versé une somme, elle vous est remboursée \
au plus tard le {day(document.refund_by)}. L’accusé de réception joint reprend le contenu de votre déclaration : \
conservez-le.

{proposal.seller.name}
"""
    subject = f"Contrat {document.number} : accusé de réception de votre rétractation"
    return Mail(to=to, subject=subject, body=body, attachments=[attached])
