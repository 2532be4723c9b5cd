"""The answer to a request for access, as the person reads it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chassis.personal_views import RecordsView, RecordView
from services.gdpr.documents.package import PackageDocument, package_pdf
from services.gdpr.documents.wording import WORDS
from services.gdpr.domain.case import Identity, Stage
from services.gdpr.domain.rights import Right
from tests.documents.papers import MARKUP, plain, read
from tests.gdpr.api.stories import record

FILE = "files/contracts/0f0f0f0f-acceptance-1.pdf"
LONG_NAME = "Marie-Antoinette Élisabeth de La Rochefoucauld-Montmorency-Châtillon-Coligny von Hohenlohe-Schillingsfürst"


def about(**changed: Any) -> RecordView:
    return RecordView.model_validate(record("contracts", **changed))


def held(*records: RecordView, service: str = "contracts") -> RecordsView:
    as_of = datetime(2026, 3, 10, tzinfo=UTC)
    return RecordsView(service=service, as_of=as_of, records=list(records), files=[])


ANSWER = PackageDocument(
    controller="Vivarais Formation, 3 place du Château, 07000 Privas",
    officer="dpo@vivarais-formation.example",
    transfers="Aucun transfert vers un pays tiers ni vers une organisation internationale.",
    reference="7d0a2d9e-0f5e-4a4e-9b2b-3b1b7f1f2a11",
    name="Zoé Durand",
    received_on=date(2026, 3, 2),
    made_on=date(2026, 3, 10),
    holds_nothing=False,
    parts=(held(about()),),
    files=(FILE,),
)


def text_of(document: PackageDocument) -> str:
    return plain(" ".join(read(package_pdf(document))))


def test_it_says_what_the_law_asks() -> None:
    text = text_of(ANSWER)
    for said in (
        "Responsable du traitement Vivarais Formation, 3 place du Château, 07000 Privas",
        "Délégué à la protection des données dpo@vivarais-formation.example",
        "Fondement Contrat (art. 6(1)(b))",
        "Données Identité",
        "Origine Le client",
        "Destinataires Formateurs",
        "Conservation 5 ans à compter de la fin de la relation contractuelle",
        "la rectification de ces données, leur effacement, la limitation de leur traitement et leur portabilité",
        "réclamation auprès de la CNIL",
        "Aucun transfert vers un pays tiers",
        "exclusivement sur un traitement automatisé de vos caractéristiques personnelles, et aucun profilage",
        "intérêts de retard",
        "droits et libertés d’autrui (article 15, paragraphe 4)",
        "tribunal judiciaire",
        "le fichier joint",
    ):
        assert said in text, said
    assert FILE in text
    assert "aucune donnée" not in text


def test_the_records_of_a_row_are_one_block_and_an_activity_is_told_once() -> None:
    contact = {"name": "contact", "french": "Coordonnées"}
    records = (about(), about(category=contact, values={"email": "zoe@example.org"}, labels={"email": "Courriel"}))
    text = text_of(replace(ANSWER, parts=(held(*records),)))
    assert text.count("Stagiaire") == text.count("conservé jusqu’au 31 mars 2031") == 1
    assert text.count("Fondement") == 1
    assert "Données Identité ; Coordonnées" in text
    assert "Nom de famille Durand chez contracts Courriel zoe@example.org" in text


def test_rows_of_two_services_under_one_key_are_two_blocks() -> None:
    text = text_of(replace(ANSWER, parts=(held(about()), held(about(), service="payments"))))
    assert text.count("Stagiaire") == text.count("Durand chez contracts") == 2


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("2026-01-30", "30 janvier 2026"),
        ("2026-01-30T23:12:33.123Z", "31 janvier 2026 à 00 h 12"),
        ("2026-13-30", "2026-13-30"),
        ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00+23:59"),
        (True, "oui"),
        (["a", "2026-03-01"], "a 1er mars 2026"),
        ([], "–"),
        ({"street": "4 chemin du Moulin", "city": "Aubenas", "country": None}, "4 chemin du Moulin, Aubenas"),
        ("14.00", "14.00"),
        (3, "3"),
    ],
)
def test_values_are_written_the_french_way(value: Any, printed: str) -> None:
    assert f"Nom de famille {printed}" in text_of(replace(ANSWER, parts=(held(about(values={"family_name": value})),)))


@pytest.mark.parametrize("table", ["trainee", "privacy_candidate"])
def test_what_lies_deeper_is_readable(table: str) -> None:
    """A price table, a vector of half days, people in lines: whatever a JSON column holds."""
    value = [{"name": "Zoé", "half_days": ["2026-03-02", {"attended": True}]}, [["a", 1], []], 3.5, None]
    record = about(table=table, values={"matched_on": value}, labels={"matched_on": "Lignes"})
    text = text_of(replace(ANSWER, parts=(held(record),)))
    assert "Lignes Zoé, 2 mars 2026 oui a 1 – 3.5 –" in text


def test_what_is_withheld_says_why() -> None:
    withheld = about(withheld={"document": "Le document nomme d’autres personnes."}, labels={"document": "Retour"})
    assert "Retour Non communiqué : Le document nomme d’autres personnes." in text_of(
        replace(ANSWER, parts=(held(withheld),))
    )


def test_of_nobody_it_says_so() -> None:
    text = text_of(replace(ANSWER, parts=(), files=(), holds_nothing=True))
    assert "Nous ne détenons aucune donnée sur vous" in text
    assert "Fichiers joints" not in text


def test_many_records_of_a_long_name_are_all_there() -> None:
    many = tuple(
        about(
            row=f"trainee/{number}",
            values={"family_name": LONG_NAME, "token": "x" * (number * 37 % 500), "rank": f"n{number}."},
        )
        for number in range(150)
    )
    pages = read(package_pdf(replace(ANSWER, name=LONG_NAME, parts=(held(*many),))))
    text = plain(" ".join(pages))
    assert all(f"n{number}." in text for number in range(150))
    assert len(pages) > 10
    # No block's title is left alone at the foot of a page, behind which the footer comes.
    assert not any("Stagiaire conservé jusqu’au 31 mars 2031 Demande 7d0a" in plain(page) for page in pages)


def test_markup_is_printed_literally() -> None:
    said = about(label=MARKUP, values={"family_name": MARKUP})
    assert text_of(replace(ANSWER, name=MARKUP, parts=(held(said),))).count(MARKUP) == 3


def test_its_own_words_for_programs_are_printed_in_french() -> None:
    own = about(
        table="privacy_request",
        values={"kind": "access", "stage": "gathering", "identity": "established", "name": "access"},
        labels={"kind": "Droit", "stage": "État", "identity": "Identité", "name": "Nom"},
    )
    text = text_of(replace(ANSWER, parts=(held(own),)))
    assert "Droit droit d'accès État réponse en préparation Identité établie Nom access" in text


def test_there_is_a_word_for_each() -> None:
    assert set(WORDS["privacy_request", "kind"]) == {right.value for right in Right}
    assert set(WORDS["privacy_request", "stage"]) == {stage.value for stage in Stage}
    assert set(WORDS["privacy_request", "identity"]) == {identity.value for identity in Identity}


def test_the_same_answer_is_the_same_bytes() -> None:
    assert package_pdf(ANSWER) == package_pdf(ANSWER)
