"""The proposal the customer signs (clause 2.1), as PDF/A-3b."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.typesetting import percent, typeset
from services.contracts.documents.parts import customer_data, price_data, seller_data, training_data
from services.contracts.domain.proposal import IssuedProposal

TEMPLATE = Path(__file__).with_name("proposal.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDocument:
    """What the page of an issued proposal shows beside the proposal itself.

    objectives: of the course, left out when empty. opco_name: the operator the customer names, spelt out.
    remark: one free paragraph in French.
    """

    number: str
    proposal: IssuedProposal
    objectives: tuple[str, ...] = ()
    opco_name: str | None = None
    remark: str | None = None


def proposal_pdf(document: ProposalDocument) -> bytes:
    """The proposal as a PDF/A-3b, the same bytes for the same proposal.

    Every figure of the terms comes from the terms that the proposal froze. ValueError where the lines do
    not sum to the taxed net.
    """
    proposal = document.proposal
    data = {
        "number": document.number,
        "issued_on": proposal.issued_on,
        "last_day": proposal.last_day,
        "seller": seller_data(proposal.seller),
        "customer": customer_data(proposal.customer, proposal.billing_address),
        "trainees": [f"{trainee.given_name} {trainee.family_name}" for trainee in proposal.trainees],
        "objectives": document.objectives,
        "deposit": proposal.deposit_amount,
        "preparation_cost": proposal.preparation_cost,
        "opco": document.opco_name,
        "remark": document.remark,
        **training_data(proposal),
        **_terms_data(proposal),
        **price_data(proposal),
    }
    return typeset(TEMPLATE, data, dated=proposal.issued_on)


def _terms_data(proposal: IssuedProposal) -> Mapping[str, object]:
    terms = proposal.terms
    return {
        "terms_version": terms.version,
        "deposit_rate": percent(terms.deposit_rate),
        "deposit_due_days": terms.deposit_due_days,
        "acceptance_statement": terms.acceptance_statement,
    }
