"""The story's documents, plain and under stress, and a reader of what a PDF shows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pypdfium2

from chassis.letterhead import Address, Company, Party
from chassis.values.money import Money, Taxed, round_half_up, tax_by_rate
from services.contracts.documents.individual_contract import IndividualContractDocument, Teaching
from services.contracts.documents.proposal import ProposalDocument
from services.contracts.documents.withdrawal import WithdrawalDocument
from services.contracts.domain import parties, training
from services.contracts.domain.contract import sign
from services.contracts.domain.order import Offer, Shown, order, order_withdrawal_last_day
from services.contracts.domain.price import PriceLine
from services.contracts.domain.proposal import Draft as ProposalDraft
from services.contracts.domain.proposal import issue
from services.contracts.domain.terms import PUBLISHED
from services.contracts.domain.withdrawal import Declaration, Means
from services.payments.documents.deposit_request import DepositRequestDocument
from services.payments.documents.invoice import InvoiceDocument
from services.payments.documents.parts import LatePayment, Training
from services.payments.domain.deposit import DepositUse
from services.payments.domain.invoice import (
    Deducted,
    DocumentType,
    Draft,
    Invoice,
    Line,
    Payer,
    PayerKind,
    Purpose,
    Reference,
)

euros = Money.parse
VAT = Decimal(20)
MARKUP = '#panic("boum") *gras* _x_ $y$ <a> @b `c` \\ // /* = h'
END, AFTER = date(2026, 1, 31), date(2026, 3, 1)
FILE = "ATL-2026-0042"

SELLER = Company(
    name="Vivarais Formation",
    legal_form="SAS",
    share_capital=euros("25000"),
    siret="73282932000074",
    vat_number="FR44732829320",
    rcs="Aubenas",
    naf="85.59A",
    address=Address(street="3 place du Château", postal_code="07000", city="Privas"),
    email="contact@vivarais-formation.example",
    activity_number="82 07 00000 07",
    iban="FR7630006000011234567890189",
)
BUYER = Party(
    name="Atelier Dubreuil SARL",
    address=Address(street="12 rue de l’Église\nBâtiment B", postal_code="69003", city="Lyon"),
    siret="55208131766522",
    vat_number="FR03552081317",
    contact_name="Élodie Garçon-Œuvrard",
)
OPERATOR = Party(
    name="OPCO Atlas", address=Address(street="25 quai Panhard-et-Levassor", postal_code="75013", city="Paris")
)
LONG_NAME = (
    "Société coopérative et participative d’ingénierie pédagogique, de conseil et d’audit des territoires de "
    "l’Auvergne-Rhône-Alpes et de la Bourgogne-Franche-Comté"
)
LONG_BUYER = Party(
    name=LONG_NAME,
    address=Address(
        street="Zone d’activités intercommunale des Grands-Champs\n1248 bis avenue du Président-Franklin-Roosevelt",
        postal_code="1000",
        city="Bruxelles",
        country="BE",
    ),
    vat_number="BE0123456789",
    contact_name="Jean-Christophe de La Rochefoucauld-Montmorency",
)
TRAINING = Training(
    contract_number="C2026-000001",
    title="La gestion de la relation client en marketing (CRM)",
    reference="MRK-OPE-08",
    starts_on=date(2026, 1, 30),
    ends_on=END,
    place="3 place du Château, Privas",
    planned_hours=Decimal("14.00"),
    trainees=("Amélie Poirier", "Noël Castaing"),
)
LATE = LatePayment(interest_margin_points=Decimal(10), interest_floor_multiple=Decimal(3), recovery_fee=euros("40"))
PRICE = (Taxed(euros("2000"), euros("400"), VAT),)
GRACE_PART = (Taxed(euros("766.67"), euros("153.33"), VAT),)
DEPOSIT_INVOICE = Reference("F2026-000001", date(2026, 1, 12))


def read(pdf: bytes) -> list[str]:
    """The text of each page, no-break spaces as they stand, lines ended by a line feed.

    pdfium writes a hyphen at the end of a line as U+0002 and joins the lines.
    """
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    return [text.replace("\r\n", "\n").replace("\x02", "-") for text in texts]


def plain(text: str) -> str:
    """Text with ordinary spaces only, on one line: what a reader sees, wherever it wraps."""
    return " ".join(text.split())


def line(description: str, quantity: str, unit_price: str, rate: str = "20") -> Line:
    """A line of an invoice and its net."""
    price, count = euros(unit_price), Decimal(quantity)
    return Line(description, count, price, round_half_up(count * price.cents), Decimal(rate))


def lines_of(description: str, parts: Sequence[Taxed]) -> tuple[Line, ...]:
    """One line for each part."""
    return tuple(Line(description, Decimal(1), part.net, part.net, part.rate) for part in parts)


def taken(net: str, vat: str, source: Reference = DEPOSIT_INVOICE) -> Deducted:
    """A part of the story's deposit invoice."""
    return Deducted(DepositUse(source.number, (Taxed(euros(net), euros(vat), VAT),)), source.issued_on)


def invoice(kind: DocumentType, why: Purpose, number: str, on: date, lines: Sequence[Line], **says: Any) -> Invoice:
    """An invoice as issued, due that day; its taxes are those of the lines unless given."""
    says.setdefault("taxes", tax_by_rate((each.net, each.vat_rate) for each in lines))
    draft = Draft(
        document_type=kind,
        purpose=why,
        payer=Payer(PayerKind.CUSTOMER, "0190"),
        clause="3.2",
        clause_day=on,
        lines=tuple(lines),
        **says,
    )
    return Invoice(number, on, draft)


def to_client(issued: Invoice) -> InvoiceDocument:
    """The page the customer gets."""
    return InvoiceDocument(invoice=issued, seller=SELLER, buyer=BUYER, training=TRAINING, late_payment=LATE)


def to_operator(issued: Invoice) -> InvoiceDocument:
    """The page the operator gets."""
    return InvoiceDocument(invoice=issued, seller=SELLER, buyer=OPERATOR, training=TRAINING, beneficiary=BUYER.name)


def deposit_invoice() -> InvoiceDocument:
    """386: 720.00 received on 2026-01-12."""
    number, on = DEPOSIT_INVOICE.number, DEPOSIT_INVOICE.issued_on
    lines = [line("Acompte sur la formation MRK-OPE-08", "1", "600")]
    received = {"received": euros("720"), "received_on": on}
    return to_client(invoice(DocumentType.DEPOSIT_INVOICE, Purpose.DEPOSIT, number, on, lines, **received))


def whole_invoice() -> InvoiceDocument:
    """380 without an operator: 2,400.00 less the deposit of 720.00."""
    lines, deducted = [line(TRAINING.title, "2", "1000")], (taken("600", "120"),)
    return to_client(invoice(DocumentType.INVOICE, Purpose.FINAL, "F2026-000002", END, lines, deducted=deducted))


def operator_invoice() -> InvoiceDocument:
    """380 for the operator's part, 1,920.00."""
    lines = [line(TRAINING.title, "1", "1600")]
    return to_operator(
        invoice(DocumentType.INVOICE, Purpose.OPERATOR_PART, "F2026-000003", END, lines, file_number=FILE)
    )


def client_share() -> InvoiceDocument:
    """380 for the client's 480.00, all covered by the deposit."""
    lines, deducted = [line(TRAINING.title, "1", "400")], (taken("400", "80"),)
    return to_client(invoice(DocumentType.INVOICE, Purpose.FINAL, "F2026-000004", END, lines, deducted=deducted))


def operator_credit() -> InvoiceDocument:
    """381: the 920.00 the operator has not paid."""
    lines, corrects = lines_of("Part non réglée", GRACE_PART), Reference("F2026-000003", END)
    says = {"taxes": GRACE_PART, "credits": corrects, "file_number": FILE}
    return to_operator(invoice(DocumentType.CREDIT_NOTE, Purpose.OPERATOR_PART, "A2026-000001", AFTER, lines, **says))


def invoice_after_grace() -> InvoiceDocument:
    """380: the same 920.00 less the 240.00 of deposit left."""
    lines, deducted = lines_of(TRAINING.title, GRACE_PART), (taken("200", "40"),)
    says = {"taxes": GRACE_PART, "deducted": deducted, "follows": "F2026-000003"}
    return to_client(invoice(DocumentType.INVOICE, Purpose.AFTER_GRACE, "F2026-000005", AFTER, lines, **says))


def deposit_refund() -> InvoiceDocument:
    """503: 240.00 paid back."""
    kind, lines = DocumentType.DEPOSIT_CREDIT_NOTE, [line("Acompte non utilisé", "1", "200")]
    issued = invoice(kind, Purpose.DEPOSIT, "A2026-000002", date(2026, 2, 20), lines, credits=DEPOSIT_INVOICE)
    return replace(to_client(issued), refunded=True)


STORY: dict[str, Callable[[], InvoiceDocument]] = {
    "deposit": deposit_invoice,
    "whole": whole_invoice,
    "operator": operator_invoice,
    "share": client_share,
    "credit": operator_credit,
    "after-grace": invoice_after_grace,
    "refund": deposit_refund,
}


def stressed_invoice(lines: int) -> InvoiceDocument:
    """Long names, two VAT rates, four deposits, markup wherever text is free."""
    many = [
        line(
            f"Module {position} : conception d’une démarche de fidélisation, cas pratiques et mises en situation",
            "12.5",
            "12345.67",
            "5.5" if position % 4 == 0 else "20",
        )
        for position in range(1, lines + 1)
    ]
    deducted = tuple(
        taken("1028.80", "205.76", Reference(f"F2026-00000{day}", date(2026, 1, day))) for day in range(1, 5)
    )
    issued = invoice(
        DocumentType.INVOICE, Purpose.SUPPLEMENT, "F2026-000006", END, many, deducted=deducted, file_number=FILE * 3
    )
    return InvoiceDocument(
        invoice=issued,
        seller=SELLER,
        buyer=LONG_BUYER,
        training=replace(TRAINING, title=MARKUP, trainees=tuple(f"Prénom Nom-Composé{n}" for n in range(12))),
        beneficiary=LONG_NAME,
        late_payment=LATE,
        remark=MARKUP,
    )


def deposit_request(**changes: Any) -> DepositRequestDocument:
    """The story's request of 720.00."""
    request = DepositRequestDocument(
        number="D2026-000001",
        issued_on=date(2026, 1, 6),
        callable_on=date(2026, 1, 6),
        due_on=date(2026, 1, 21),
        seller=SELLER,
        buyer=BUYER,
        training=TRAINING,
        proposal_number="P2025-000001",
        price=euros("2400"),
        amount=euros("720"),
        rate=Decimal(30),
    )
    return replace(request, **changes)


def _halves(first: date, days: int) -> tuple[training.HalfDay, ...]:
    return tuple(
        training.HalfDay(first + timedelta(days=day), half, Decimal("3.50"))
        for day in range(days)
        for half in training.Half
    )


def proposal(
    *,
    name: str = BUYER.name,
    trainees: Sequence[tuple[str, str]] = (("Amélie", "Poirier"), ("Noël", "Castaing")),
    lines: Sequence[PriceLine] = (PriceLine(TRAINING.title, Decimal(2), euros("1000"), VAT),),
    days: int = 2,
    preparation_cost: Money | None = None,
    **changes: Any,
) -> ProposalDocument:
    """The story's proposal, issued on 2025-12-15."""
    address = parties.Address("12 rue de l’Église", "69003", "Lyon", "FR")
    customer = parties.Customer(
        UUID(int=1), parties.CustomerKind.COMPANY, name, BUYER.siret, BUYER.vat_number, address, "a@b.example", "É. G."
    )
    seller = parties.Seller(
        "vivarais", SELLER.name, SELLER.legal_form, SELLER.share_capital, SELLER.siret, SELLER.vat_number, SELLER.rcs,
        SELLER.naf, SELLER.activity_number, address, SELLER.email, SELLER.iban,
        parties.Mediator("Médiation Exemple", address, "https://mediation.example"),
    )  # fmt: skip
    draft = ProposalDraft(
        customer=customer,
        seller=seller,
        course=training.Course("MRK-OPE-08", TRAINING.title, 3),
        session=training.Session(UUID(int=2), _halves(date(2026, 1, 30), days), "3 place du Château, Privas"),
        trainees=tuple(parties.Trainee(UUID(int=n), *names) for n, names in enumerate(trainees)),
        lines=tuple(lines),
        billing_address=address,
        preparation_cost=preparation_cost,
        opco="atlas",
    )
    document = ProposalDocument(number="P2025-000001", proposal=issue(draft, date(2025, 12, 15), PUBLISHED[-1]))
    return replace(document, **changes)


OBJECTIVES = (
    "Connaître les bases du marketing relationnel",
    "Calculer la valeur d’un client, du prospect à l’ancien client",
    "Choisir les actions qui fidélisent le « cœur de cible »",
    "Écrire le cahier des charges d’un outil CRM",
)


def full_proposal() -> ProposalDocument:
    """Everything that may stand on a proposal of ordinary length."""
    return proposal(preparation_cost=euros("150"), objectives=OBJECTIVES, opco_name="OPCO Atlas")


def stressed_proposal() -> ProposalDocument:
    """Long names, ten days, twelve trainees, twelve lines."""
    lines = [
        PriceLine(
            f"Module {n} : démarche de fidélisation, cas pratiques et mises en situation",
            Decimal(1),
            euros("12345.67"),
            VAT,
        )
        for n in range(1, 13)
    ]
    return proposal(
        name=LONG_NAME,
        trainees=[(f"Prénom{n}", "Nom-Composé") for n in range(12)],
        lines=lines,
        days=10,
        preparation_cost=euros("1234.56"),
        objectives=OBJECTIVES,
        opco_name="Opérateur de compétences de la cohésion sociale et des services associés",
        remark=MARKUP,
    )


COURSE_SHEET = training.CourseSheet(
    course=training.Course("MRK-OPE-08", TRAINING.title, 3),
    objectives=OBJECTIVES,
    programme=tuple(
        training.ProgrammeHalfDay(
            day,
            half,
            (
                training.Section(
                    2 * day - (half is training.Half.MORNING), f"Partie du jour {day}", ("Un point", "Un autre")
                ),
            ),
        )
        for day in (1, 2)
        for half in training.Half
    ),
    prerequisites=("Aucun niveau préalable n’est demandé",),
    audience=("Responsables commerciaux", "Responsables marketing"),
    methods=("Exposés et cas pratiques", "Un poste informatique par stagiaire"),
    assessment=("Un test final de vingt questions",),
)


def individual_contract(
    *, name: tuple[str, str] = ("Inès", "Morel"), sheet: training.CourseSheet = COURSE_SHEET, **changes: Any
) -> IndividualContractDocument:
    """An order on the website, Saturday 2026-03-07, for two days in May; 1,000.02 incl. tax."""
    ordered_on, address = date(2026, 3, 7), parties.Address("5 montée des Soyeux", "69004", "Lyon", "FR")
    customer = parties.Customer(
        UUID(int=1), parties.CustomerKind.INDIVIDUAL, " ".join(name), None, None, address, "ines@morel.example", "x"
    )
    offer = Offer(UUID(int=2), "vivarais", TRAINING.title, euros("833.35"), VAT, "Master de marketing, dix ans de CRM")
    days = len({part.day for part in sheet.programme})
    draft = ProposalDraft(
        customer=customer,
        seller=proposal().proposal.seller,
        course=sheet.course,
        session=training.Session(UUID(int=2), _halves(date(2026, 5, 4), days), "3 place du Château, Privas"),
        trainees=(parties.Trainee(UUID(int=3), *name),),
        lines=(offer.line,),
        billing_address=address,
        terms_document="c0" * 32,
    )
    shown = Shown(offer.price.incl_tax, "Bon pour accord", PUBLISHED[-1].version)
    ordered = order(draft, shown, ordered_on, PUBLISHED[-1])
    last_day = order_withdrawal_last_day(ordered_on, PUBLISHED[-1])
    document = IndividualContractDocument(
        number="C2026-000007",
        order_number="W2026-000003",
        proposal=ordered,
        contract=sign(ordered, ordered_on, ordered_on, withdrawal_ends_on=last_day),
        teaching=Teaching(
            sheet=sheet,
            trainer="Hélène Garnier",
            trainer_qualifications=offer.trainer_qualifications,
            seats_max=10,
        ),
        statement="Bon pour accord",
        signed_at=datetime(2026, 3, 7, 9, 5, tzinfo=UTC),
    )
    return replace(document, **changes)


def withdrawal(**changes: Any) -> WithdrawalDocument:
    """Declared on the website two days after the order, confirmed at once."""
    contract, at = individual_contract(), datetime(2026, 3, 9, 22, 59, tzinfo=UTC)
    declaration = Declaration("Inès Morel", "ines@morel.example", Means.WEBSITE, date(2026, 3, 9), at)
    document = WithdrawalDocument(
        number=contract.number,
        signed_on=contract.contract.signed_on,
        proposal=contract.proposal,
        declaration=declaration,
        confirmed_at=at + timedelta(minutes=2),
        refund_by=date(2026, 3, 23),
    )
    return replace(document, **changes)
