"""PDF/A whatever the data says: the same bytes each time, text printed literally, several threads at once."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.typesetting import ROOT, clean
from services.payments.documents.deposit_request import deposit_request_pdf
from services.payments.documents.invoice import invoice_pdf
from tests.documents.papers import BUYER, MARKUP, deposit_request, plain, read, whole_invoice

MILLIMETRE = 72 / 25.4
TEMPLATES = sorted(ROOT.glob("chassis/templates/*.typ")) + sorted(ROOT.glob("services/*/documents/*.typ"))


def request_to(name: str) -> bytes:
    return deposit_request_pdf(deposit_request(buyer=replace(BUYER, name=name)))


def test_an_invoice_identifies_itself_as_pdf_a_3b() -> None:
    pdf = invoice_pdf(whole_invoice())
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf


def test_the_same_document_gives_the_same_bytes() -> None:
    assert invoice_pdf(whole_invoice()) == invoice_pdf(whole_invoice())


def test_the_same_document_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib; from tests.documents.papers import whole_invoice;"
        "from services.payments.documents.invoice import invoice_pdf;"
        "print(hashlib.sha256(invoice_pdf(whole_invoice())).hexdigest())"
    )
    hashes = {
        subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True).stdout
        for _ in range(2)
    }
    assert len(hashes) == 1


def test_the_file_is_dated_by_the_business_day() -> None:
    pdf = deposit_request_pdf(deposit_request(issued_on=date(2024, 2, 29)))
    assert b"2024-02-29T12:00:00" in pdf
    assert set(re.findall(rb"D:(\d{8})", pdf)) == {b"20240229"}


@pytest.mark.parametrize(
    "name", [MARKUP, '"], #panic("x")', "\\u{41} \\n", "{'a': 1}", '#import "/etc/passwd"', "'--'"]
)
def test_a_name_is_printed_literally(name: str) -> None:
    assert plain(name) in plain(read(request_to(name))[0])


def test_a_character_no_font_draws_does_not_stop_a_document() -> None:
    text = plain(read(request_to("株式会社 Tanaka 😀 Élodie"))[0])
    assert "\ufffd Tanaka \ufffd Élodie" in text


def test_a_mark_that_cannot_be_drawn_takes_no_letter_with_it() -> None:
    assert "Élodie Garçon-Œuvrard" in plain(read(request_to("é\u0e31 u3 株"))[0])


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=40))
def test_every_text_can_be_typeset(name: str) -> None:
    assert request_to(name).startswith(b"%PDF")


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_threads_never_mix_documents() -> None:
    numbers = [f"D2026-{number:06d}" for number in range(64)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: deposit_request_pdf(deposit_request(number=number)), numbers))
    assert all(number in read(pdf)[0] for number, pdf in zip(numbers, made, strict=True))


def test_typst_is_loaded_with_the_first_document_only() -> None:
    script = (
        "import sys, services.payments.documents.invoice, services.contracts.documents.proposal;"
        "sys.exit('typst' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_templates_import_nothing_from_elsewhere(template: Path) -> None:
    """A package of Typst's registry would be fetched from the network."""
    imported = re.findall(r'#import "([^"]+)"', template.read_text(encoding="utf-8"))
    assert all(name.startswith("/chassis/templates/") or "/" not in name for name in imported)
    assert not any(name.startswith("@") for name in imported)


def test_a_word_that_fits_no_line_stays_on_the_page() -> None:
    document = pypdfium2.PdfDocument(request_to("W" * 200))
    text = document[0].get_textpage()
    letters = [at for at in range(text.count_chars()) if text.get_text_range(at, 1) == "W"]
    assert len(letters) == 200
    assert max(text.get_charbox(at)[2] for at in letters) < document[0].get_width() - 20 * MILLIMETRE


def test_an_address_for_mail_can_be_copied_from_the_page() -> None:
    assert "contact@vivarais-formation.example" in read(request_to(BUYER.name))[0]
