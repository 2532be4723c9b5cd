"""Documents of every kind as they leave, over forty of them, and one document's XML made wrong in one place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from chassis.letterhead import Address, Party
from chassis.values.money import Taxed
from services.payments.documents.invoice import InvoiceDocument
from services.payments.domain.invoice import DocumentType, Line, Purpose, Reference
from tests.documents.papers import (
    BUYER,
    END,
    LATE,
    LONG_BUYER,
    MARKUP,
    OPERATOR,
    TRAINING,
    client_share,
    deposit_invoice,
    deposit_refund,
    euros,
    invoice,
    invoice_after_grace,
    line,
    lines_of,
    operator_credit,
    operator_invoice,
    stressed_invoice,
    taken,
    to_client,
    whole_invoice,
)

Make = Callable[[], InvoiceDocument]

ATLAS = replace(OPERATOR, siret="85174890500011")
INDIVIDUAL = Party(name="Inès Morel", address=Address(street="5 montée des Soyeux", postal_code="69004", city="Lyon"))
ABROAD = Address(street="Rue Haute 4", postal_code="1000", city="Bruxelles", country="BE")
ASSOCIATION = Party(
    name="Association pour la forêt d’Ardèche",
    address=Address(street="1 place de la Mairie", postal_code="07110", city="Largentière"),
    siret="78467169500087",
)
_SOLE_TRADER = Party(name="Noé Castaing EI", address=BUYER.address, siret="73282932000074")
_CORRECTED = Reference("F2026-000002", END)


def changed(document: InvoiceDocument, **says: object) -> InvoiceDocument:
    """The document, saying something else."""
    issued = document.invoice
    return replace(document, invoice=replace(issued, says=replace(issued.says, **says)))  # type: ignore[arg-type]


def to_individual(document: InvoiceDocument, address: Address = INDIVIDUAL.address) -> InvoiceDocument:
    """The same for a consumer, who is in no directory."""
    return replace(
        document,
        buyer=replace(INDIVIDUAL, address=address),
        buyer_is_individual=True,
        buyer_email="ines.morel@client.example",
        late_payment=None,
    )


def to_atlas(document: InvoiceDocument) -> InvoiceDocument:
    """The same for an operator as it is recorded since 2026-09-01, with its SIRET."""
    return replace(document, buyer=ATLAS)


def of_lines(*lines: Line, why: Purpose = Purpose.FINAL, **says: object) -> InvoiceDocument:
    """An invoice (380) of these lines for the client."""
    return to_client(invoice(DocumentType.INVOICE, why, "F2026-000010", END, lines, **says))


def credit_of(why: Purpose, kind: DocumentType = DocumentType.CREDIT_NOTE) -> InvoiceDocument:
    """A credit note to the client on an invoice of that purpose."""
    return to_client(invoice(kind, why, "F2026-000011", END, [line("Annulation", "1", "400")], credits=_CORRECTED))


def _long_foreign() -> InvoiceDocument:
    # Its VAT number is its one identifier: a company abroad has no SIREN.
    document = stressed_invoice(12)
    return replace(document, buyer=LONG_BUYER, buyer_email="facturation@client.example")


def _instalment(**says: object) -> InvoiceDocument:
    before_the_end = replace(TRAINING, ends_on=date(2026, 2, 3))
    return replace(of_lines(line("Échéance", "1", "466.67"), why=Purpose.INSTALMENT, **says), training=before_the_end)


def _cents_apart() -> InvoiceDocument:
    # A part that takes what remains of the VAT may be a cent off its rate.
    part = (Taxed(euros("33.33"), euros("6.68"), Decimal(20)),)
    return of_lines(*lines_of("Part", part), taxes=part)


KINDS: dict[str, Make] = {
    "deposit": deposit_invoice,
    "deposit of a long name": lambda: replace(deposit_invoice(), buyer=replace(LONG_BUYER, siret=BUYER.siret)),
    "deposit of an individual": lambda: to_individual(deposit_invoice()),
    "deposit without training": lambda: replace(deposit_invoice(), training=None),
    "plain": lambda: of_lines(line(TRAINING.title, "2", "1000")),
    "plain, three decimals of a line": lambda: of_lines(*[line(TRAINING.title, "1", "33.33")] * 3),
    "after a deposit": whole_invoice,
    "after a deposit that pays all": client_share,
    "after two deposits": lambda: changed(
        whole_invoice(), deducted=(taken("300", "60"), taken("300", "60", Reference("F2026-000009", END)))
    ),
    "after a deposit and more": lambda: changed(whole_invoice(), received=euros("1280"), received_on=END),
    "after a deposit and all the rest": lambda: changed(whole_invoice(), received=euros("1680"), received_on=END),
    "paid in part": lambda: of_lines(line("Formation", "1", "500"), received=euros("100"), received_on=END),
    "paid already": lambda: of_lines(line("Cours", "1", "500"), received=euros("600"), received_on=date(2026, 1, 9)),
    "operator's part": lambda: to_atlas(operator_invoice()),
    "operator's part reissued": lambda: changed(
        to_atlas(operator_invoice()), reissues="F2026-000002", received=euros("500"), received_on=END
    ),
    "after grace": invoice_after_grace,
    "after grace without a deposit": lambda: changed(invoice_after_grace(), deducted=()),
    "instalment": _instalment,
    "instalment of an individual": lambda: to_individual(_instalment()),
    "absence indemnity": lambda: of_lines(line("Heures non suivies", "1", "100"), why=Purpose.ABSENCE_INDEMNITY),
    "cancellation": lambda: of_lines(line("Annulation", "1", "2000"), why=Purpose.CANCELLATION),
    "preparation cost": lambda: of_lines(line("Élaboration", "1", "150"), why=Purpose.PREPARATION_COST),
    "supplement": lambda: of_lines(line("Demande particulière", "1.5", "320.50"), why=Purpose.SUPPLEMENT),
    "interest and fee": lambda: of_lines(
        line("Intérêts de retard", "1", "20.60", "0"),
        line("Indemnité forfaitaire", "1", "40", "0"),
        why=Purpose.INTEREST_AND_FEE,
    ),
    "credit of an operator's part": lambda: to_atlas(operator_credit()),
    "credit of an invoice after grace": lambda: changed(credit_of(Purpose.AFTER_GRACE), deducted=(taken("200", "40"),)),
    "credit of a final invoice": lambda: credit_of(Purpose.FINAL),
    "credit of an instalment": lambda: to_individual(credit_of(Purpose.INSTALMENT)),
    "credit of an indemnity": lambda: credit_of(Purpose.ABSENCE_INDEMNITY),
    "credit after a withdrawal": lambda: replace(
        to_individual(credit_of(Purpose.FINAL)), remark="À la suite de votre rétractation du 23 mars 2026."
    ),
    "credit of interest": lambda: changed(
        of_lines(line("Intérêts", "1", "20.60", "0"), why=Purpose.INTEREST_AND_FEE),
        document_type=DocumentType.CREDIT_NOTE,
        credits=_CORRECTED,
    ),
    "deposit given back": deposit_refund,
    "deposit given back to an individual": lambda: to_individual(deposit_refund()),
    "exempt": lambda: of_lines(line(TRAINING.title, "2", "1000", "0")),
    "exempt and taxed": lambda: of_lines(line(TRAINING.title, "2", "1000", "0"), line("Salle", "1", "120")),
    "exempt credit": lambda: changed(
        of_lines(line(TRAINING.title, "1", "1000", "0")), document_type=DocumentType.CREDIT_NOTE, credits=_CORRECTED
    ),
    "every rate": lambda: of_lines(*(line(f"À {rate} %", "1", "99.99", rate) for rate in ("20", "10", "5.5", "2.1"))),
    "a free line": lambda: of_lines(line("Formation", "1", "500"), line("Livre offert", "1", "0", "5.5"), taxes=(
        Taxed(euros("500"), euros("100"), Decimal(20)),
    )),
    "a cent apart": _cents_apart,
    "individual": lambda: to_individual(whole_invoice()),
    "individual abroad": lambda: to_individual(whole_invoice(), ABROAD),
    "sole trader": lambda: replace(
        whole_invoice(), buyer=_SOLE_TRADER, late_payment=replace(LATE, recovery_fee=None)
    ),
    "association": lambda: replace(whole_invoice(), buyer=ASSOCIATION),
    "company abroad": lambda: replace(
        whole_invoice(), buyer=replace(LONG_BUYER, name="Société belge"), buyer_email="ap@client.example"
    ),
    "French company with a post office abroad": lambda: replace(whole_invoice(), buyer=replace(BUYER, address=ABROAD)),
    "long names, twelve lines": _long_foreign,
    "forty lines": lambda: replace(stressed_invoice(40), buyer=replace(LONG_BUYER, siret=BUYER.siret)),
    "markup": lambda: of_lines(line(MARKUP, "1", "10")),
    "what no font draws": lambda: replace(whole_invoice(), buyer=replace(BUYER, name="株式会社 \u0338<&>\x07 Tanaka")),
    "no IBAN": lambda: replace(whole_invoice(), seller=replace(whole_invoice().seller, iban=None)),
    "no training": lambda: replace(whole_invoice(), training=None),
}  # fmt: skip


_REFERENCE = """
      <ram:InvoiceReferencedDocument>
        <ram:IssuerAssignedID>F2026-000002</ram:IssuerAssignedID>
        <ram:FormattedIssueDateTime>
          <qdt:DateTimeString format="102">20260131</qdt:DateTimeString>
        </ram:FormattedIssueDateTime>
      </ram:InvoiceReferencedDocument>"""
# Each is one XML made wrong: the document, what is replaced, by what, and the rule that says so.
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "no note on the recovery fee": ("plain", "<ram:SubjectCode>PMT<", "<ram:SubjectCode>AAI<", "BR-FR-05"),
    "no note on late interest": ("plain", "<ram:SubjectCode>PMD<", "<ram:SubjectCode>AAI<", "BR-FR-05"),
    "no note on a discount": ("plain", "<ram:SubjectCode>AAB<", "<ram:SubjectCode>AAI<", "BR-FR-05"),
    "one note twice": ("plain", "<ram:SubjectCode>PMD<", "<ram:SubjectCode>PMT<", "BR-FR-06"),
    "an unknown treatment": ("plain", ">B2B<", ">B2X<", "BR-FR-20"),
    "a frame that is none": ("plain", "<ram:ID>S1<", "<ram:ID>S99<", "BR-FR-08"),
    "no frame": ("plain", "<ram:ID>S1<", "<ram:ID><", "BR-FR-08"),
    "a seller's SIREN too short": ("plain", '"0002">732829320<', '"0002">73282932<', "BR-FR-10"),
    "a SIRET of another company": ("plain", '"0009">73282932000074<', '"0009">55208131766522<', "BR-FR-09"),
    "a company's SIREN missing": ("plain", '"0002">552081317<', '"0002"><', "BR-FR-11"),
    "a seller that cannot be reached": ("plain", '"0225">732829320<', '"0225"><', "BR-FR-13"),
    "a buyer that cannot be reached": ("plain", '"0225">552081317<', '"0225"><', "BR-FR-12"),
    "an address that is not the SIREN's": ("plain", '"0225">552081317<', '"0225">732829320<', "BR-FR-21"),
    "a number with a space": ("plain", "<ram:ID>F2026-000010<", "<ram:ID>F2026 000010<", "BR-FR-02"),
    "a number too long": ("plain", "<ram:ID>F2026-000010<", f"<ram:ID>F2026-{'0' * 30}<", "BR-FR-01"),
    "a day of another century": ("plain", ">20260131</udt", ">21260131</udt", "BR-FR-03"),
    "a type that France does not know": ("plain", "<ram:TypeCode>380<", "<ram:TypeCode>326<", "BR-FR-04"),
    "a rate that France does not know": ("plain", "Percent>20<", "Percent>12<", "BR-FR-16"),
    "a credit note of no invoice": ("credit of a final invoice", _REFERENCE, "", "BR-FR-CO-05"),
    "due before it is issued": (
        "plain", '102">20260131</udt:DateTimeString>\n        </ram:DueDate',
        '102">20260130</udt:DateTimeString>\n        </ram:DueDate', "BR-FR-CO-07",
    ),
    "a deposit that calls itself final": ("deposit", "<ram:ID>S2<", "<ram:ID>S4<", "BR-FR-CO-08"),
    "paid already, and due": ("plain", "<ram:ID>S1<", "<ram:ID>S2<", "BR-FR-CO-09"),
    "more due than there is": ("after a deposit", "PayableAmount>1680.00<", "PayableAmount>1690.00<", "BR-CO-16"),
    "a total that is no sum": ("plain", "GrandTotalAmount>2400.00<", "GrandTotalAmount>2401.00<", "BR-CO-15"),
    "lines that do not add up": ("plain", "<ram:LineTotalAmount>2000.00<", "<ram:LineTotalAmount>1999.00<", "BR-S-08"),
    "VAT that is not its rate's": ("plain", "CalculatedAmount>400.00<", "CalculatedAmount>300.00<", "BR-S-09"),
    "no VAT and no reason": ("exempt", "ExemptionReason", "Unknown", "XSD"),
    "VAT on what is exempt": ("exempt", "CalculatedAmount>0.00<", "CalculatedAmount>1.00<", "BR-E-09"),
    "an unknown country": ("plain", "<ram:CountryID>FR<", "<ram:CountryID>XX<", "FX-SCH-A-000580"),
    "an unknown currency": ("plain", "CurrencyCode>EUR<", "CurrencyCode>EUX<", "FX-SCH-A-000595"),
    "a price below zero": ("plain", "ChargeAmount>1000.00<", "ChargeAmount>-1000.00<", "BR-27"),
    "no name of the buyer": ("plain", "<ram:Name>Atelier Dubreuil SARL<", "<ram:Name><", "BR-07"),
    "an element out of place": ("plain", "ram:ContractReferencedDocument>", "ram:BuyerReference>", "XSD"),
    "no XML at all": ("plain", "</rsm:CrossIndustryInvoice>", "", "XML"),
}  # fmt: skip
