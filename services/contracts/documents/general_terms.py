"""A seller's general terms of sale in one version, as PDF/A-3b: what a consumer keeps (C. conso L221-13)."""

from pathlib import Path

from chassis.typesetting import typeset
from services.contracts.documents.parts import seller_data
from services.contracts.documents.terms_text import blocks
from services.contracts.domain.parties import Seller
from services.contracts.domain.terms import Terms

TEMPLATE = Path(__file__).with_name("general_terms.typ")


def general_terms_pdf(seller: Seller, terms: Terms, text: str) -> bytes:
    """The text, whole and in its order, under the seller's letterhead; the same bytes for the same text and seller."""
    data = {
        "version": terms.version,
        "in_force_from": terms.in_force_from,
        "seller": seller_data(seller),
        "blocks": [{"kind": block.kind.value, "text": block.text} for block in blocks(text)],
    }
    return typeset(TEMPLATE, data, dated=terms.in_force_from)
