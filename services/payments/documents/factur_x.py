"""Factur-X: the page as a PDF/A-3 with its electronic form attached, and the form read back out of it.

factur-x's own `generate_from_binary` would attach the XML as well, but writes the wall clock's time into the file:
the same invoice would not be the same bytes. pypdf is loaded by who reads a form: most processes never do.
"""

import re
from io import BytesIO

from services.payments.documents.business_terms import business_terms
from services.payments.documents.einvoice import einvoice
from services.payments.documents.invoice import InvoiceDocument, check, invoice_pdf

NAME = "factur-x.xml"
_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
# Factur-X 1.0, section 6.2.2.
_PROPERTIES = {
    "DocumentFileName": (NAME, "name of the embedded XML invoice file"),
    "DocumentType": ("INVOICE", "INVOICE"),
    "Version": ("1.0", "The actual version of the Factur-X XML schema"),
    "ConformanceLevel": ("EN 16931", "The conformance level of the embedded Factur-X data"),
}
_METADATA = re.compile(rb"/Length (?P<length>\d+)/Type/Metadata/Subtype/XML>>\nstream\n")
_TABLE = b"\nxref\n"
# Where an object begins, and where the table of them does.
_OFFSET = re.compile(rb"\d{10}(?= \d{5} n)|(?<=\nstartxref\n)\d+")
_END_OF_SCHEMAS = b"</rdf:Bag></pdfaExtension:schemas>"
_END_OF_METADATA = b"</rdf:RDF>"


def factur_x(document: InvoiceDocument) -> bytes:
    """The document as it leaves, the same bytes for the same document.

    ValueError where it contradicts itself, Refused where its electronic form breaks a rule: it must not leave.
    Unavailable where the rules cannot be asked.
    """
    check(document.invoice.says)
    xml = einvoice(business_terms(document)).encode()
    return marked(invoice_pdf(document, xml))


def marked(pdf: bytes) -> bytes:
    """The PDF/A-3 of Typst, its metadata saying which Factur-X it is. ValueError where they have no place for it.

    Written in place, for pypdf would take as long as all the rest; what stands behind moves by what was added.
    """
    found, table = _METADATA.search(pdf), pdf.rfind(_TABLE)
    if found is None or table < 0:
        raise ValueError("the page has no metadata that Factur-X's can be added to")
    start, length = found.end(), int(found["length"])
    metadata = _with_properties(pdf[start : start + length])
    before = pdf[: found.start("length")] + str(len(metadata)).encode() + pdf[found.end("length") : start]
    moved = len(before) + len(metadata) - start - length

    def place(written: re.Match[bytes]) -> bytes:
        offset = int(written[0])
        return b"%0*d" % (len(written[0]), offset + moved if offset > start else offset)

    return before + metadata + pdf[start + length : table] + _OFFSET.sub(place, pdf[table:])


def attached_xml(pdf: bytes) -> bytes | None:
    """The XML of a Factur-X, as it was attached; None where there is none."""
    from pypdf import PdfReader

    attached = PdfReader(BytesIO(pdf)).attachment_list
    return next((file.content for file in attached if file.name == NAME), None)


def _with_properties(metadata: bytes) -> bytes:
    # PDF/A wants every property described that is not one of XMP's own: one more in the list of such schemas.
    for place in (_END_OF_SCHEMAS, _END_OF_METADATA):
        if metadata.count(place) != 1:
            raise ValueError("the metadata of the page are not of the form that Factur-X's are added to")
    described = "".join(_described(name, text) for name, (_, text) in _PROPERTIES.items())
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in _PROPERTIES.items())
    schema = (
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
    own = f'<rdf:Description rdf:about="" xmlns:fx="{_NAMESPACE}">{values}</rdf:Description>'
    return metadata.replace(_END_OF_SCHEMAS, schema.encode() + _END_OF_SCHEMAS).replace(
        _END_OF_METADATA, own.encode() + _END_OF_METADATA
    )


def _described(name: str, text: str) -> str:
    return (
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category>'
        f"<pdfaProperty:description>{text}</pdfaProperty:description><pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
    )
