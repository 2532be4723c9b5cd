"""The proposal the customer signs: what clause 2.1 asks of it, and what it freezes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.contracts.documents.proposal import ProposalDocument, proposal_pdf
from tests.documents.papers import LONG_NAME, MARKUP, full_proposal, plain, proposal, read, stressed_proposal

SAID = (
    "Proposition commerciale n° P2025-000001",
    "Date d’émission 15 décembre 2025",
    "Valable jusqu’au 14 janvier 2026 inclus",
    "Conditions générales version 2024-01",
    "Client et adresse de facturation Atelier Dubreuil SARL",
    "12 rue de l’Église 69003 Lyon",
    "SIREN 552 081 317 · SIRET 552 081 317 66522 TVA FR03552081317",
    "La gestion de la relation client en marketing (CRM)",
    "Référence MRK-OPE-08, fiche en révision 3",
    "Dates du 30 au 31 janvier 2026",
    "Lieu 3 place du Château, Privas",
    "Durée 2 jours, soit 14 heures",
    "Participants 2 : Amélie Poirier, Noël Castaing",
    "vendredi 30 janvier 2026 3,5 h 3,5 h samedi 31 janvier 2026 3,5 h 3,5 h",
    "Objectifs",
    "2 1 000,00 € 20 % 2 000,00 €",
    "Total HT 2 000,00 €",
    "TVA à 20 % sur 2 000,00 € 400,00 €",
    "Total TTC 2 400,00 €",
    "Acompte à la commande, 30 % du total TTC 720,00 €",
    "L’acompte de 720,00 € est à verser dans les 15 jours qui suivent l’acceptation",
    "opérateur de compétences : OPCO Atlas.",
    "évaluée à 150,00 € HT",
    "retournez-nous au plus tard le 14 janvier 2026 inclus",
    "paraphée à chaque page, tamponnée et signée, avec la mention manuscrite « BON POUR ACCORD »",
    "les conditions générales de vente jointes, version 2024-01, paraphées et signées",
    "Cachet et signature du client",
    "Vivarais Formation, SAS au capital de 25 000,00 €",
    "RCS Aubenas 732 829 320",
    "Déclaration d’activité enregistrée sous le numéro 82 07 00000 07",
)


def pages_of(document: ProposalDocument) -> list[str]:
    return [plain(page) for page in read(proposal_pdf(document))]


@pytest.mark.parametrize("said", SAID)
def test_the_story_s_proposal_says_what_it_must(said: str) -> None:
    assert said in " ".join(pages_of(full_proposal()))


def test_every_page_is_initialled_and_numbered() -> None:
    for document in (full_proposal(), stressed_proposal()):
        pages = pages_of(document)
        for number, page in enumerate(pages, 1):
            assert "Paraphes" in page
            assert f"Page {number} / {len(pages)}" in page


@pytest.mark.parametrize("document", [full_proposal(), stressed_proposal(), proposal()], ids=["full", "long", "bare"])
def test_the_customer_signs_on_the_page_that_bears_the_conditions(document: ProposalDocument) -> None:
    (signed,) = [page for page in pages_of(document) if "Cachet et signature" in page]
    assert "Conditions" in signed
    assert "est à verser" in signed


def test_the_figures_are_those_of_the_terms_it_was_issued_under() -> None:
    document = full_proposal()
    terms = replace(
        document.proposal.terms,
        version="2031-07",
        acceptance_statement="LU ET APPROUVÉ",
        deposit_rate=Decimal("12.5"),
        deposit_due_days=9,
    )
    text = " ".join(pages_of(replace(document, proposal=replace(document.proposal, terms=terms))))
    for said in ("« LU ET APPROUVÉ »", "12,5 % du total TTC", "dans les 9 jours", "version 2031-07"):
        assert said in text
    for stale in ("BON POUR ACCORD", "30 %", "15 jours", "2024-01"):
        assert stale not in text


def test_what_is_absent_leaves_no_trace() -> None:
    text = " ".join(pages_of(proposal()))
    for word in ("Objectifs", "opérateur", "Prise en charge", "élaboration", "None", "none"):
        assert word not in text


def test_one_trainee_and_a_half_day_are_counted_in_the_singular() -> None:
    document = proposal(trainees=[("Amélie", "Poirier")], days=1)
    morning = document.proposal.session.half_days[:1]
    session = replace(document.proposal.session, half_days=morning)
    text = " ".join(pages_of(replace(document, proposal=replace(document.proposal, session=session))))
    assert "Durée 1 jour, soit 3,5 heures" in text
    assert "Participant 1 : Amélie Poirier" in text
    assert "Dates le 30 janvier 2026" in text


def test_long_content_is_printed_whole_and_its_totals_once() -> None:
    pages = pages_of(stressed_proposal())
    text = " ".join(pages)
    assert LONG_NAME in text
    assert MARKUP in text
    assert text.count("Total TTC 177 777,65 €") == text.count("Total HT 148 148,04 €") == 1
    assert text.count("Module") == 12
    assert text.count("Nom-Composé") == 12
    assert "dimanche 1er février 2026" in text


def test_the_same_proposal_gives_the_same_bytes() -> None:
    assert proposal_pdf(full_proposal()) == proposal_pdf(full_proposal())
