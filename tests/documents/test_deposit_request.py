"""The request for the deposit."""

from dataclasses import replace

from services.payments.documents.deposit_request import deposit_request_pdf
from tests.documents.papers import LONG_BUYER, MARKUP, TRAINING, deposit_request, euros, plain, read


def test_the_story_s_request_says_what_it_must() -> None:
    (page,) = read(deposit_request_pdf(deposit_request()))
    text = plain(page)
    for said in (
        "Demande d’acompte n° D2026-000001",
        "Date d’émission 6 janvier 2026",
        "Exigible à partir du 6 janvier 2026",
        "À régler au plus tard le 21 janvier 2026",
        "Proposition P2025-000001",
        "Contrat C2026-000001",
        "Prix TTC de la formation 2 400,00 €",
        "Acompte demandé (30 % du prix TTC) 720,00 €",
        "720,00 € à régler au plus tard le 21 janvier 2026, par virement.",
        "Référence à rappeler : D2026-000001",
        "Ce document n’est pas une facture.",
        "RCS Aubenas 732 829 320",
    ):
        assert said in text, said


def test_it_speaks_of_no_vat_and_of_no_interest() -> None:
    text = plain(read(deposit_request_pdf(deposit_request()))[0])
    assert "TVA à" not in text
    assert "intérêt" not in text


def test_a_rate_that_is_not_given_is_not_printed() -> None:
    text = plain(read(deposit_request_pdf(deposit_request(rate=None)))[0])
    assert "Acompte demandé 720,00 €" in text


def test_an_individual_s_request_names_its_order() -> None:
    text = plain(read(deposit_request_pdf(deposit_request(is_order=True, proposal_number="W2026-000001")))[0])
    assert "Commande W2026-000001" in text
    assert "Proposition" not in text


def test_long_content_stays_on_the_page() -> None:
    (page,) = read(deposit_request_pdf(deposit_request(buyer=LONG_BUYER, price=euros("1234567.89"))))
    text = plain(page)
    assert LONG_BUYER.name in text
    assert "Prix TTC de la formation 1 234 567,89 €" in text


def test_markup_is_printed_literally() -> None:
    training = replace(TRAINING, title=MARKUP, trainees=(MARKUP,))
    assert plain(read(deposit_request_pdf(deposit_request(training=training)))[0]).count(MARKUP) == 2
