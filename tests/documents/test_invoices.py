"""What each invoice and credit note of the story says, and how it holds under long content."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from chassis.values.money import ZERO, Money, Taxed
from services.payments.documents.invoice import InvoiceDocument, invoice_pdf
from services.payments.documents.wording import subject, title, withdrawal_remark
from services.payments.domain.invoice import DocumentType, Purpose
from services.payments.use_cases.wording import balance_line, instalment_line
from tests.documents.papers import (
    END,
    FILE,
    LATE,
    LONG_NAME,
    MARKUP,
    STORY,
    TRAINING,
    deposit_invoice,
    euros,
    operator_credit,
    plain,
    read,
    stressed_invoice,
    taken,
    whole_invoice,
)

MILLIMETRE = 72 / 25.4

SAYS = {
    "deposit": ["Facture d’acompte", "n° F2026-000001", "Acompte à la commande", "TVA à 20 % sur 600,00 € 120,00 €",
                "Total TTC 720,00 €", "Reçu le 12 janvier 2026 −720,00 €", "Net à payer 0,00 €", "Facture acquittée"],
    "whole": ["Facture n° F2026-000002", "2 1 000,00 € 20 % 2 000,00 €", "Total HT 2 000,00 €", "Total TTC 2 400,00 €",
              "Acompte, facture n° F2026-000001 du 12 janvier 2026, dont TVA 120,00 € −720,00 €",
              "Net à payer 1 680,00 €", "1 680,00 € à régler à réception (échéance le 31 janvier 2026), par virement",
              "IBAN : FR76 3000 6000 0112 3456 7890 189", "Référence à rappeler : F2026-000002"],
    "operator": ["Facturé à OPCO Atlas", "Dossier OPCO ATL-2026-0042", "Entreprise bénéficiaire Atelier Dubreuil SARL",
                 "subrogation", "Contrat C2026-000001", "TVA à 20 % sur 1 600,00 € 320,00 €",
                 "Net à payer 1 920,00 €"],
    "share": ["Total TTC 480,00 €", "dont TVA 80,00 € −480,00 €", "Net à payer 0,00 €"],
    "credit": ["Avoir n° A2026-000001", "Facture d’origine n° F2026-000003 du 31 janvier 2026",
               "TVA à 20 % sur 766,67 € 153,33 €", "Montant de l’avoir TTC 920,00 €",
               "Cet avoir vient en déduction de la facture n° F2026-000003 du 31 janvier 2026."],
    "after-grace": ["Date d’échéance 1er mars 2026", "Suite à la facture F2026-000003",
                    "Part non réglée par l’OPCO dans le délai convenu", "Total TTC 920,00 €",
                    "dont TVA 40,00 € −240,00 €", "Net à payer 680,00 €"],
    "refund": ["Avoir sur acompte n° A2026-000002", "Facture d’origine n° F2026-000001 du 12 janvier 2026",
               "Montant de l’avoir TTC 240,00 €", "Le montant de cet avoir vous est remboursé par virement."],
}  # fmt: skip

ON_EVERY_PAPER = [
    "Vivarais Formation, SAS au capital de 25 000,00 €",
    "SIRET 732 829 320 00074",
    "RCS Aubenas 732 829 320",
    "NAF 85.59A",
    "TVA FR44732829320",
    "Déclaration d’activité enregistrée sous le numéro 82 07 00000 07",
    "ne vaut pas agrément de l’État",
    "Page 1 / 1",
    "Nature de l’opération Prestation de services",
    "La gestion de la relation client en marketing (CRM) (réf. MRK-OPE-08)",
    "Formation du 30 au 31 janvier 2026 · 3 place du Château, Privas · 14 heures",
    "Stagiaires : Amélie Poirier, Noël Castaing",
]


def whole_text(document: InvoiceDocument) -> str:
    return plain(" ".join(read(invoice_pdf(document))))


def with_says(document: InvoiceDocument, **changes: object) -> InvoiceDocument:
    says = replace(document.invoice.says, **changes)  # type: ignore[arg-type]
    return replace(document, invoice=replace(document.invoice, says=says))


@pytest.mark.parametrize("paper", STORY)
def test_a_paper_of_the_story_says_what_it_must(paper: str) -> None:
    text = whole_text(STORY[paper]())
    missing = [said for said in SAYS[paper] + ON_EVERY_PAPER if said not in text]
    assert missing == [], text


def test_the_buyer_is_named_with_its_identifiers() -> None:
    text = whole_text(whole_invoice())
    assert (
        "Facturé à Atelier Dubreuil SARL À l’attention de Élodie Garçon-Œuvrard 12 rue de l’Église Bâtiment B "
        "69003 Lyon SIREN 552 081 317 · SIRET 552 081 317 66522 TVA FR03552081317"
    ) in text


def test_late_payment_is_announced_with_the_terms_own_figures() -> None:
    text = whole_text(replace(whole_invoice(), late_payment=replace(LATE, interest_margin_points=Decimal("8.5"))))
    assert "Pas d’escompte pour paiement anticipé." in text
    assert "majoré de 8,5 points, sans être inférieur à 3 fois le taux de l’intérêt légal, ainsi qu’une" in text
    assert "indemnité forfaitaire pour frais de recouvrement de 40,00 €" in text


def test_a_buyer_who_owes_no_fee_is_not_told_of_one() -> None:
    text = whole_text(replace(whole_invoice(), late_payment=replace(LATE, recovery_fee=None)))
    assert "3 fois le taux de l’intérêt légal." in text
    assert "indemnité forfaitaire" not in text


@pytest.mark.parametrize("paper", ["credit", "refund"])
def test_a_credit_note_asks_for_nothing(paper: str) -> None:
    text = whole_text(STORY[paper]())
    assert not any(word in text for word in ("Net à payer", "IBAN", "escompte", "échéance", "retard"))


def test_an_operator_is_announced_no_interest() -> None:
    assert "retard" not in whole_text(STORY["operator"]())


def test_what_is_absent_leaves_no_trace() -> None:
    bare = replace(
        whole_invoice(),
        training=None,
        late_payment=None,
        seller=replace(whole_invoice().seller, iban=None, activity_number=None),
        buyer=replace(whole_invoice().buyer, siret=None, vat_number=None, contact_name=None),
    )
    text = whole_text(bare)
    assert "None" not in text
    assert "none" not in text
    for word in ("IBAN", "virement", "Contrat", "Stagiaires", "Déclaration d’activité", "SIREN", "attention", "OPCO"):
        assert word not in text, word


def test_a_credited_deposit_is_said_to_be_available_again() -> None:
    text = whole_text(with_says(operator_credit(), deducted=(taken("200", "40"),)))
    assert (
        "Dont acompte rendu disponible, facture n° F2026-000001 du 12 janvier 2026, dont TVA 40,00 € 240,00 €" in text
    )
    assert "Montant de l’avoir TTC 920,00 €" in text


def test_two_rates_are_taxed_apart() -> None:
    text = whole_text(stressed_invoice(12))
    assert "TVA à 20 % sur 1 388 887,92 € 277 777,58 €" in text
    assert "TVA à 5,5 % sur 462 962,64 € 25 462,95 €" in text
    assert "Net à payer 2 150 152,85 €" in text


@pytest.mark.parametrize("lines", range(9, 45))
def test_a_long_invoice_keeps_its_totals_together_with_a_line(lines: int) -> None:
    pages = [plain(page) for page in read(invoice_pdf(stressed_invoice(lines)))]
    last, text = pages[-1], " ".join(pages)
    assert text.count("Total HT") == text.count("Net à payer") == text.count("Total TTC") == 1
    assert all("Désignation Quantité Prix unitaire HT TVA Montant HT" in page for page in pages)
    assert last.index(f"Module {lines} :") < last.index("Total HT") < last.index("IBAN") < last.index("escompte")
    assert [f"Page {number} / {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert sum(page.count("Module") for page in pages) == lines


def test_twelve_lines_with_long_names_fill_two_pages() -> None:
    pages = read(invoice_pdf(stressed_invoice(12)))
    assert len(pages) == 2
    assert plain(LONG_NAME) in plain(pages[0])
    assert "Facture n° F2026-000006" in plain(pages[1])


def test_a_long_file_number_stays_in_its_column() -> None:
    page = pypdfium2.PdfDocument(invoice_pdf(stressed_invoice(12)))[0]
    text = page.get_textpage()
    said = text.get_text_range()
    place = slice(said.index("Dossier OPCO"), said.index("Entreprise bénéficiaire"))
    assert FILE * 3 in "".join(letter for letter in said[place] if letter.isalnum() or letter == "-")
    rights = [text.get_charbox(at)[2] for at in range(text.count_chars())[place]]
    assert max(rights) < page.get_width() - (20 + 84) * MILLIMETRE


def test_free_text_is_printed_literally_wherever_it_stands() -> None:
    text = whole_text(stressed_invoice(3))
    assert text.count(MARKUP) == 2  # the title of the training and the remark
    lines = replace(whole_invoice().invoice.says.lines[0], description=MARKUP)
    assert MARKUP in whole_text(with_says(whole_invoice(), lines=(lines,)))


def test_no_figure_is_lost_when_totals_are_longer_than_a_page() -> None:
    many = tuple(taken("0.50", "0.10") for _ in range(90))
    text = whole_text(with_says(whole_invoice(), deducted=many))
    assert text.count("−0,60 €") == 90
    assert "Net à payer 2 346,00 €" in text


def test_a_description_longer_than_a_page_is_printed_whole() -> None:
    words = " ".join(f"mot{number}" for number in range(1500))
    line = replace(whole_invoice().invoice.says.lines[0], description=words)
    text = whole_text(with_says(whole_invoice(), lines=(line,)))
    assert "mot1499" in text
    assert "Net à payer 1 680,00 €" in text


def test_money_that_was_in_beyond_the_deposit_is_not_asked_for_again() -> None:
    received = {"received": euros("1280"), "received_on": date(2026, 1, 20)}
    text = whole_text(with_says(whole_invoice(), **received))
    assert "dont TVA 120,00 € −720,00 € Reçu le 20 janvier 2026 −1 280,00 € Net à payer 400,00 €" in text
    assert "400,00 € à régler à réception" in text
    whole = whole_text(with_says(whole_invoice(), received=euros("1680"), received_on=date(2026, 1, 20)))
    assert "Net à payer 0,00 € Facture acquittée : rien ne reste à payer." in whole
    assert "IBAN" not in whole


def test_an_instalment_names_its_day() -> None:
    lines = (replace(whole_invoice().invoice.says.lines[0], description=instalment_line(TRAINING.title, END)),)
    text = whole_text(with_says(whole_invoice(), purpose=Purpose.INSTALMENT, lines=lines))
    assert "Échéance de la formation" in text
    assert f"Échéance du 31 janvier 2026 : {TRAINING.title}" in text


def test_the_final_invoice_names_the_instalments_before_it() -> None:
    description = balance_line(TRAINING.title, [f"F2026-00000{n}" for n in range(2, 10)])
    lines = (replace(whole_invoice().invoice.says.lines[0], description=description),)
    text = whole_text(with_says(whole_invoice(), lines=lines))
    assert "Solde après les échéances déjà facturées (F2026-000002, F2026-000003, " in text
    assert f"F2026-000009) : {TRAINING.title}" in text


@pytest.mark.parametrize("paper", ["credit", "refund"])
def test_a_credit_after_a_withdrawal_says_when_money_comes_back(paper: str) -> None:
    remark = withdrawal_remark(date(2026, 3, 23), date(2026, 4, 6))
    text = whole_text(replace(STORY[paper](), remark=remark))
    assert "À la suite de votre rétractation du 23 mars 2026" in text
    assert "remboursées au plus tard le 6 avril 2026" in text


def test_an_invoice_that_contradicts_itself_never_leaves() -> None:
    with pytest.raises(ValueError, match="taken off"):
        invoice_pdf(with_says(whole_invoice(), deducted=(taken("2001", "400"),)))
    with pytest.raises(ValueError, match="day of its receipt"):
        invoice_pdf(with_says(deposit_invoice(), received_on=None))
    with pytest.raises(ValueError, match="names the invoice"):
        invoice_pdf(with_says(operator_credit(), credits=None))
    with pytest.raises(ValueError, match="taxed"):
        invoice_pdf(with_says(whole_invoice(), deducted=(), taxes=(Taxed(Money(1), ZERO, Decimal(20)),)))


def test_every_document_and_purpose_has_its_french_words() -> None:
    assert [title(kind) for kind in DocumentType] == ["Facture d’acompte", "Facture", "Avoir", "Avoir sur acompte"]
    for kind in DocumentType:
        subjects = [subject(kind, purpose) for purpose in Purpose]
        assert len(set(subjects)) == len(Purpose)
