"""The general terms as documents: the text that a seller publishes of a version, typeset once, read by everybody."""

from chassis.files import StoredFile, read_file
from chassis.platform import Platform
from chassis.problems import Invalid, NotFound
from chassis.values.refusals import Refused
from services.contracts.documents.general_terms import general_terms_pdf
from services.contracts.domain import terms
from services.contracts.repository import parties, terms_documents
from services.contracts.use_cases.views import TermsDocumentView


def publish(platform: Platform, version: str, seller_code: str, text: str) -> TermsDocumentView:
    """Keep the text of a version and the PDF made of it; the same text again changes nothing.

    NotFound for a version that is not published; Refused (clause I) where another text stands: contracts were made
    under it, and the name of a version says which text was accepted.
    """
    published = terms.version(version)
    if published is None:
        raise NotFound("This version of the terms")
    with platform.unit_of_work() as tx:
        entity = parties.legal_entity(tx.session, seller_code)
        if entity is None:
            detail = f"there is no legal entity {seller_code}"
            raise Invalid(f"The text cannot be kept: {detail}.", [{"at": "path.seller", "detail": detail}])
        document = tx.store_file(general_terms_pdf(parties.seller_of(entity), published, text), "application/pdf")
        row = terms_documents.first(tx.session, version, seller_code, text, document)
        if row.text != text:
            detail = f"Version {version} has another text, which stays: publish the new one as a new version."
            raise Refused("terms-text-published", detail, "I", document_sha256=row.document_sha256)
        return TermsDocumentView(version=version, seller=seller_code, document_sha256=row.document_sha256)


def read(platform: Platform, version: str, seller_code: str) -> StoredFile:
    """The PDF; NotFound."""
    with platform.reading() as session:
        row = terms_documents.one(session, version, seller_code)
        if row is None:
            raise NotFound("The document")
        return read_file(session, row.document_sha256)
