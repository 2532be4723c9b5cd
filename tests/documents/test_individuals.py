"""The individual training contract and the acknowledgement of a withdrawal: what the law wants of each."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pypdfium2 import PdfDocument

from services.contracts.documents.individual_contract import IndividualContractDocument, individual_contract_pdf
from services.contracts.documents.withdrawal import WithdrawalDocument, withdrawal_pdf
from services.contracts.domain import training
from services.contracts.domain.withdrawal import Means
from tests.documents import papers
from tests.documents.papers import COURSE_SHEET, LONG_NAME, MARKUP, individual_contract, plain, read, withdrawal

# C. trav. L6353-4, 1° to 5°, then what C. conso L221-5 adds.
SAID = (
    "Contrat de formation n° C2026-000007",
    "articles L. 6353-3 à L. 6353-7 du code du travail",
    "Commande n° W2026-000003",
    "Conclu en ligne le 7 mars 2026 à 10 h 05",
    "Inès Morel, qui entreprend la formation à titre individuel et à ses frais",
    "Nature action de formation",
    "Dates du 4 au 5 mai 2026",
    "Durée 2 jours, soit 14 heures",
    "Stagiaire Inès Morel",
    "Effectif au plus 10 stagiaires",
    "Connaître les bases du marketing relationnel",
    "Lundi 4 mai 2026, matin 3,5 h 1. Partie du jour 1",
    "Mardi 5 mai 2026, après-midi 3,5 h 4. Partie du jour 2",
    "Niveau de connaissances préalables requis : Aucun niveau préalable n’est demandé",
    "ne prépare ni à un diplôme, ni à un titre, ni à une certification",
    "Un poste informatique par stagiaire",
    "Contrôle des connaissances : Un test final de vingt questions",
    "Sanction : une attestation de fin de formation",
    "Hélène Garnier — diplômes, titres ou références : Master de marketing, dix ans de CRM",
    "Total TTC 1 000,02 €",
    "Aucune somme n’est exigée avant le 24 mars 2026",
    "Acompte, au plus 30 % du total TTC, au plus tard le 7 avril 2026 300,00 €",
    "Solde, 1/2 : lundi 4 mai 2026 350,01 €",
    "Solde, 2/2 : mardi 5 mai 2026 350,01 €",
    "force majeure dûment reconnue",
    "au moins 15 jours avant le début",
    "sans donner de motif dans un délai de 14 jours",
    "le lundi 23 mars 2026 inclus",
    "celui de 10 jours de l’article L. 6353-5",
    "« Renoncer au contrat ici »",
    "au plus tard 14 jours à compter du jour où nous sommes informés",
    "médiateur de la consommation dont relève Vivarais Formation",
    "Médiation Exemple, 12 rue de l’Église, 69003 Lyon, https://mediation.example",
    "avec la mention « Bon pour accord »",
    f"Empreinte SHA-256 des conditions générales de vente remises : {' '.join(['c0c0c0c0'] * 8)}",
)
FORM = (
    "Modèle de formulaire de rétractation",
    "uniquement si vous souhaitez vous rétracter du contrat",
    "À l’attention de Vivarais Formation",
    "vous notifie/notifions",
    "contrat n° C2026-000007",
    "Commandé le (*)/reçu le (*) : 7 mars 2026",
    "Signature du (des) consommateur(s)",
    "Rayez la mention inutile",
)


def pages_of(document: IndividualContractDocument) -> list[str]:
    return [plain(page) for page in read(individual_contract_pdf(document))]


@pytest.fixture(scope="module")
def pages() -> list[str]:
    return pages_of(individual_contract())


@pytest.mark.parametrize("said", SAID)
def test_the_contract_says_what_the_law_wants(pages: list[str], said: str) -> None:
    assert said in " ".join(pages)


def test_the_form_stands_on_a_page_that_can_be_sent_back_without_the_contract(pages: list[str]) -> None:
    assert all(said in pages[-1] for said in FORM)
    assert "Acceptation" not in pages[-1] and not any(FORM[0] in page for page in pages[:-1])


def test_the_figures_are_those_of_the_terms_it_was_signed_under() -> None:
    document = individual_contract()
    terms = replace(
        document.proposal.terms,
        version="2031-07",
        deposit_rate=Decimal(50),
        cancellation_notice_days=21,
        distance_withdrawal_days=17,
    )
    text = " ".join(pages_of(replace(document, proposal=replace(document.proposal, terms=terms))))
    for said in ("version 2031-07", "au plus 30 %", "au moins 21 jours", "dans un délai de 17 jours"):
        assert said in text, said


def test_long_names_and_a_long_programme_are_printed_whole() -> None:
    programme = tuple(
        training.ProgrammeHalfDay(day, half, (training.Section(n, f"{MARKUP} {n}", ("Cas pratique " * 20,) * 6),))
        for n, (day, half) in enumerate(((day, half) for day in range(1, 11) for half in training.Half), 1)
    )
    sheet = replace(COURSE_SHEET, programme=programme, methods=COURSE_SHEET.methods * 10)
    document = individual_contract(name=(LONG_NAME[:99], LONG_NAME[-99:]), sheet=sheet)
    pages = pages_of(document)
    text = " ".join(pages)
    assert plain(LONG_NAME[:99]) in text and plain(LONG_NAME[-99:]) in text
    assert text.count(plain(MARKUP)) == 20
    assert "Solde, 10/10" in text and text.count("Total TTC") == 1
    assert all(f"Page {number} / {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_the_same_contract_gives_the_same_bytes() -> None:
    assert individual_contract_pdf(individual_contract()) == individual_contract_pdf(individual_contract())


def test_a_professional_s_contract_is_another_paper() -> None:
    document = individual_contract()
    professional = replace(document, contract=replace(document.contract, withdrawal_ends_on=None))
    with pytest.raises(ValueError, match="individual"):
        individual_contract_pdf(professional)


def acknowledged(document: WithdrawalDocument) -> str:
    return " ".join(plain(page) for page in read(withdrawal_pdf(document)))


@pytest.mark.parametrize(
    "said",
    [
        "Accusé de réception n° C2026-000007",
        "Déclaration envoyée le 9 mars 2026 à 23 h 59",
        "Confirmation le 10 mars 2026 à 0 h 01",
        "déclarée en ligne, par la fonction « Renoncer au contrat ici »",
        "Inès Morel notifie à Vivarais Formation sa rétractation",
        "Contrat n° C2026-000007, commandé le 7 mars 2026",
        "La gestion de la relation client en marketing (CRM) (MRK-OPE-08)",
        "Réponse à ines@morel.example",
        "au plus tard le 23 mars 2026",
    ],
)
def test_the_acknowledgement_bears_the_declaration_with_its_date_and_hour_in_paris(said: str) -> None:
    assert said in acknowledged(withdrawal())


def test_its_metadata_bear_the_day_in_paris() -> None:
    late = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    document = withdrawal(declaration=replace(withdrawal().declaration, declared_at=late))
    assert PdfDocument(withdrawal_pdf(document)).get_metadata_value("CreationDate").startswith("D:20260310")


def test_of_a_letter_the_day_of_its_dispatch_is_told() -> None:
    at = datetime(2026, 3, 20, 8, tzinfo=UTC)
    letter = replace(withdrawal().declaration, means=Means.LETTER, dispatched_on=date(2026, 3, 16), declared_at=at)
    text = acknowledged(withdrawal(declaration=letter, confirmed_at=at))
    assert "déclarée par lettre" in text and "Déclaration envoyée le 16 mars 2026 " in text
    assert "Enregistrement le 20 mars 2026 à 9 h 00" in text


@pytest.mark.parametrize("means", Means)
def test_every_way_of_declaring_has_its_words(means: Means) -> None:
    document = papers.withdrawal()
    assert acknowledged(replace(document, declaration=replace(document.declaration, means=means)))
