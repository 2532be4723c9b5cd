"""The importer: a sheet becomes a course, and every line of its text is accounted for (clauses, section 4)."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalog.domain.course import CourseSheet, Half
from services.catalog.domain.sheet_import import Kind, Reading, read_sheet
from tests.catalog.sheets import REFERENCE, sample_text

COMPANY = ("SAS EXEMPLE FORMATION", "au capital de 10 000,00 €", "GROUPE", "EXEMPLE CONSEIL")


def shape(reading: Reading) -> list[tuple[int, Half, list[tuple[int, int]]]]:
    """Day, half, and each section's number with the count of its points."""
    assert reading.sheet is not None, reading.faults
    return [
        (half.day, half.half, [(section.number, len(section.points)) for section in half.sections])
        for half in reading.sheet.programme
    ]


SHAPE = [
    (1, Half.MORNING, [(1, 4), (2, 3)]),
    (1, Half.AFTERNOON, [(3, 3)]),
    (2, Half.MORNING, [(4, 1), (5, 2)]),
    (2, Half.AFTERNOON, [(6, 3)]),
]


def check_facts(reading: Reading) -> None:
    """What the reference and our sample have in common."""
    sheet = reading.sheet
    assert sheet is not None, reading.faults
    assert (sheet.reference, sheet.title) == ("MRK-OPE-08", "La gestion de la relation client en marketing (CRM)")
    assert (sheet.domain, sheet.subdomain, sheet.days) == ("MARKETING", "MARKETING OPERATIONNEL", 2)
    assert len(sheet.objectives) == 4
    assert shape(reading) == SHAPE
    assert not sheet.prerequisites.required and len(sheet.prerequisites.statements) == 1
    assert len(sheet.audience) == len(sheet.methods) == 1
    assert sheet.assessment.final_test and sheet.assessment.later_test
    assert len(sheet.assessment.statements) == 2
    assert reading.of(Kind.UNPLACED) == ()


def test_a_line_too_long_is_refused_and_named() -> None:
    line = sample_text().split("\n").index("Public cible") + 2
    texts = sample_text().split("\n")
    texts.insert(line - 1, "x" * 5001)
    reading = read_sheet("\n".join(texts))
    assert reading.sheet is None
    assert [(fault.at, fault.detail.startswith(f"line {line} ")) for fault in reading.faults] == [("text", True)]
    assert [(shown.number, len(shown.text)) for shown in reading.of(Kind.UNPLACED)] == [(line, 102)]
    texts[line - 1] = " " * 6000
    assert read_sheet("\n".join(texts)).sheet is not None


def test_the_sample() -> None:
    reading = read_sheet(sample_text())
    check_facts(reading)
    assert [line.text for line in reading.of(Kind.FURNITURE)][::11] == ["SAS EXEMPLE FORMATION", "EXEMPLE CONSEIL"]
    assert reading.of(Kind.CUT) == ()


@pytest.mark.skipif(not REFERENCE.exists(), reason="the provider's own document does not lie beside this checkout")
def test_the_reference() -> None:
    reading = read_sheet(REFERENCE.read_text(encoding="utf-8"))
    check_facts(reading)
    assert reading.sheet is not None
    assert [section.title[:9] for half in reading.sheet.programme for section in half.sections] == [
        "Identifie",
        "Comprendr",
        "Concevoir",
        "Appliquer",
        "Différenc",
        "Construir",
    ]
    furniture = reading.of(Kind.FURNITURE)
    assert (furniture[0].text, furniture[-1].text, len(furniture)) == ("SAS LEXOM", "FRANCE CARRIÈRE", 20)
    cut = reading.of(Kind.CUT)
    assert cut[0].text == "Conditions Générales de Vente : LEXOM"
    assert len(cut) > 90


VARIANTS: dict[str, Callable[[str], str]] = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "old mac": lambda text: text.replace("\n", "\r"),
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "curly": lambda text: text.replace("'", "’"),
    "no-break spaces": lambda text: text.replace(" : ", "\u00a0: ").replace("« ", "«\u202f"),
    "no bold": lambda text: text.replace("**", ""),
    "tight": lambda text: text.replace("/ Réf : ", "/Réf: "),
    "upper ref": lambda text: text.replace("Réf : ", "REF. "),
    "reference apart": lambda text: text.replace(" / Réf", "\n\nRéf"),
    "byte order mark": lambda text: "\ufeff" + text,
    "one-line duration": lambda text: text.replace("2\nJours", "2 Jours"),
    "labelled duration": lambda text: text.replace("2\nJours", "Durée : 2 jours"),
    "colons": lambda text: text.replace("Public cible", "Public cible :").replace("Jour 1 - ", "Jour 1 : "),
    "long dashes": lambda text: text.replace(" - ", " – "),
    "bullets": lambda text: text.replace("\n- ", "\n• "),
    "stars": lambda text: text.replace("\n- ", "\n* "),
    "parentheses": lambda text: text.replace("3. ", "3) "),
    "no blank lines": lambda text: "\n".join(line for line in text.split("\n") if line.strip()),
    "form feeds": lambda text: text.replace("SAS EX", "\fSAS EX").replace("- Se dis", "\f\n- Se dis"),
    "page numbers": lambda text: text.replace("Jour 2 - Matin", "Page 2 / 3\n\nJour 2 - Matin\n\n4/5\n"),
    "page heads": lambda text: text.replace(
        "Jour 2 - Matin", "La gestion de la relation client en marketing (CRM)\n\nJour 2 - Matin"
    ),
    "headings": lambda text: text.replace("Objectifs de", "## Objectifs de").replace("Pré-requis", "# Prérequis"),
    "hidden": lambda text: text.replace("formation", "for\u00admation"),
    "wrapped": lambda text: text.replace("message à la relance", "message\n  à la relance"),
    "wrapped title": lambda text: text.replace("client en marketing (CRM)", "client\nen marketing (CRM)", 1),
    "terms": lambda text: (
        text + "\nConditions Générales de Vente : EXEMPLE\n\n1. Prix\n\n- Objectifs\n\nPublic cible\n"
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_sheet_however_it_was_copied(variant: str) -> None:
    reading = read_sheet(VARIANTS[variant](sample_text()))
    check_facts(reading)
    plain = read_sheet(sample_text()).sheet
    assert reading.sheet is not None and plain is not None
    if variant not in ("curly", "no-break spaces", "long dashes"):
        assert reading.sheet == plain


def test_the_terms_are_cut_and_reported_as_cut() -> None:
    reading = read_sheet(VARIANTS["terms"](sample_text()))
    assert [line.text for line in reading.of(Kind.CUT)] == [
        "Conditions Générales de Vente : EXEMPLE",
        "1. Prix",
        "- Objectifs",
        "Public cible",
    ]


def test_a_sentence_that_names_the_terms_does_not_cut() -> None:
    text = sample_text().replace("- Répondre", "- Conditions générales de vente : les lire\n- Répondre")
    assert read_sheet(text).of(Kind.CUT) == ()


@pytest.mark.parametrize(
    ("removed", "at"),
    [
        ("2\nJours\n", "days"),
        ("La gestion de la relation client en marketing (CRM)\n", "title"),
        (" / Réf : **MRK-OPE-08**", "reference"),
        ("dans **MARKETING - MARKETING OPERATIONNEL** / ", "domain"),
        ("Objectifs de la formation\n", "objectives"),
        ("Jour 2 - Matin\n", "programme"),
        ("4. Déployer le plan relationnel\n", "programme.2.sections.0.number"),
        ("Aucun niveau préalable n'est demandé pour suivre ce stage\n", "prerequisites.statements"),
        ("Responsables marketing, responsables CRM, managers commerciaux et chargés de clientèle\n", "audience"),
        ("Méthodes pédagogiques\n", "methods"),
        ("Modalités d'évaluation\n", "assessment.statements"),
        ("Un test final, passé à chaud", "assessment.final_test"),
        ("Programme de la formation\n", "programme"),
    ],
)
def test_a_broken_sheet_names_what_it_lacks(removed: str, at: str) -> None:
    text = sample_text()
    assert removed in text
    reading = read_sheet(text.replace(removed, "", 1))
    assert reading.sheet is None
    assert at in [fault.at for fault in reading.faults]


@pytest.mark.parametrize(("written", "at"), [("3\nJours", "days"), ("1,5\nJours", "days"), ("0 Jours", "days")])
def test_days_that_do_not_fit(written: str, at: str) -> None:
    reading = read_sheet(sample_text().replace("2\nJours", written))
    assert reading.sheet is None
    assert {fault.at for fault in reading.faults} <= {at, "programme"}


@pytest.mark.parametrize(
    ("added", "at"),
    [
        ("\nPublic cible\n\nTous publics\n", "audience"),
        ("\ndans **VENTE - NEGOCIATION** / Réf : **VEN-NEG-01**\n", "reference"),
    ],
)
def test_two_sheets_in_one_text_are_refused(added: str, at: str) -> None:
    reading = read_sheet(sample_text() + added)
    assert reading.sheet is None
    assert at in [fault.at for fault in reading.faults]


def test_the_same_sheet_twice_is_refused() -> None:
    assert read_sheet(sample_text() + sample_text()).sheet is None


def unplaced(text: str) -> list[str]:
    return [line.text for line in read_sheet(text).of(Kind.UNPLACED)]


@pytest.mark.parametrize(
    ("before", "stray"),
    [
        ("\nLa gestion", "Catalogue 2026"),
        ("\nProgramme de la", "Une phrase sans puce"),
        ("\nJour 1 - Matin", "- Une puce avant toute section"),
        ("\n2. Mesurer", "Une ligne que rien n'annonce"),
        ("\nPédagogie", "Accessibilité"),
        ("\nMéthodes pédagogiques", "Un texte sous un titre qui n'en porte pas"),
        ("\nModalités d'évaluation", "Moyens techniques"),
    ],
)
def test_what_has_no_place_is_reported_with_its_line(before: str, stray: str) -> None:
    text = sample_text().replace(before, f"\n\n{stray}\n\n{before}", 1)
    reading = read_sheet(text)
    assert [line.text for line in reading.of(Kind.UNPLACED)] == [stray]
    (line,) = reading.of(Kind.UNPLACED)
    assert text.split("\n")[line.number - 1] == stray
    assert reading.sheet == read_sheet(sample_text()).sheet


def test_what_follows_a_heading_that_the_template_lacks_is_not_taken_for_the_part_before() -> None:
    stray = ["Tarif", "- 800 euros par personne", "Et une phrase."]
    assert unplaced(sample_text() + "\n\n" + "\n\n".join(stray)) == stray


def test_so_too_where_the_part_holds_paragraphs() -> None:
    stray = ["Accessibilité", "Nous accueillons chacun, sur demande."]
    reading = read_sheet(sample_text().replace("\nPédagogie", "\n" + "\n\n".join(stray) + "\n\nPédagogie"))
    assert [line.text for line in reading.of(Kind.UNPLACED)] == stray
    assert reading.sheet == read_sheet(sample_text()).sheet


@pytest.mark.parametrize("before", ["- Calculer", "- Choisir les", "5. Préparer", "Jour 2 - Après", "- Répondre"])
def test_page_furniture_between_bullets_is_furniture(before: str) -> None:
    reading = read_sheet(sample_text().replace(before, "\n".join([*COMPANY, "", "EXEMPLE FUTUR", "", before])))
    check_facts(reading)
    assert "EXEMPLE FUTUR" in [line.text for line in reading.of(Kind.FURNITURE)]


def test_names_after_a_legal_notice_in_running_text_are_never_guessed() -> None:
    """Where a part holds paragraphs, a bare name may be either: reported; a sentence is content."""
    head = "Public cible\n\n"
    reading = read_sheet(sample_text().replace(head, head + "\n\n".join([*COMPANY, "Chefs de produit", ""])))
    check_texts = [line.text for line in reading.of(Kind.UNPLACED)]
    assert check_texts == ["Chefs de produit"]
    assert reading.sheet == read_sheet(sample_text()).sheet


@pytest.mark.parametrize(
    ("statement", "required"),
    [
        ("Aucun", False),
        ("Néant.", False),
        ("Aucune connaissance particulière n'est nécessaire", False),
        ("Aucun, sauf la pratique du tableur", True),
        ("Aucun diplôme, mais un poste d'encadrement", True),
        ("Aucun diplôme. Deux ans d'expérience", True),
        ("Savoir lire un bilan", True),
    ],
)
def test_prerequisites(statement: str, required: bool) -> None:
    text = sample_text().replace("Aucun niveau préalable n'est demandé pour suivre ce stage", statement)
    sheet = read_sheet(text).sheet
    assert sheet is not None
    assert sheet.prerequisites.required is required
    assert sheet.prerequisites.statements == (statement,)


def test_a_later_test_is_optional() -> None:
    sheet = read_sheet(sample_text().replace(", à froid,", "")).sheet
    assert sheet is not None
    assert sheet.assessment.final_test and not sheet.assessment.later_test


def accounted(text: str) -> None:
    """Every non-blank line stands in the report exactly once, in order."""
    written = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    expected = [number for number, line in enumerate(written, start=1) if line.strip()]
    assert [line.number for line in read_sheet(text).lines] == expected


SAMPLE_LINES = sample_text().split("\n")
STRAYS = (
    *("", "\f", "**", "-", "- ", "•", "1.", "7. Titre", "2", "Jours", "Jour 3 - Matin", "SAS X", "GROUPE", "mot"),
    *("Page 3", "Public : tous", "Pédagogie", "Conditions Générales de Vente", "\ufeff", "\x00"),
    *("dans A - B / Réf : X", "- une puce", "Une phrase, avec sa fin.", "LES FILIALES DU GROUPE X :", "* autre"),
)  # fmt: skip
ODD = st.sampled_from(STRAYS)


@given(st.text(max_size=400))
def test_every_line_of_any_text_is_accounted_for(text: str) -> None:
    accounted(text)


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(SAMPLE_LINES), ODD, st.text(max_size=30)), max_size=60))
def test_every_line_of_a_shuffled_sheet_is_accounted_for(shuffled: list[str]) -> None:
    accounted("\n".join(shuffled))


def words(texts: Iterable[str]) -> list[str]:
    """The words in their order, without figures, bullets and punctuation."""
    return re.findall(r"[^\W\d_]+", " ".join(texts))


def statements(sheet: CourseSheet) -> Iterator[str]:
    """All that the parts with a heading say, in the template's order."""
    yield from sheet.objectives
    for section in (section for half in sheet.programme for section in half.sections):
        yield from (section.title, *section.points)
    yield from (*sheet.prerequisites.statements, *sheet.audience, *sheet.methods, *sheet.assessment.statements)


@settings(max_examples=500)
@given(st.lists(st.tuples(st.integers(9, len(SAMPLE_LINES)), st.one_of(ODD, st.text(max_size=30))), max_size=6))
def test_what_counts_as_content_is_in_the_sheet_and_nothing_else(strays: list[tuple[int, str]]) -> None:
    text = list(SAMPLE_LINES)
    for place, stray in strays:
        text.insert(place, stray)
    accounted("\n".join(text))
    reading = read_sheet("\n".join(text))
    if reading.sheet is not None:
        body = [line.text.removeprefix("Public : ") for line in reading.of(Kind.CONTENT) if line.number > 7]
        assert words(body) == words(statements(reading.sheet))


@given(st.sampled_from([place for place, line in enumerate(SAMPLE_LINES) if line.startswith("- ")]))
def test_a_bullet_taken_away_is_one_statement_less(place: int) -> None:
    whole = read_sheet("\n".join(SAMPLE_LINES))
    cut = read_sheet("\n".join(SAMPLE_LINES[:place] + SAMPLE_LINES[place + 1 :]))
    assert len(cut.of(Kind.CONTENT)) == len(whole.of(Kind.CONTENT)) - 1
