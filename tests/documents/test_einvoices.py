"""Every kind of document passes the schema and both schematrons; what is wrong is named by its rule."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from chassis.problems import Unavailable
from chassis.typesetting import ROOT
from chassis.values.money import Money, Taxed
from chassis.values.refusals import Refused
from services.payments.documents.business_terms import business_terms
from services.payments.documents.einvoice import Child, einvoice
from services.payments.documents.factur_x import attached_xml, factur_x, marked
from services.payments.documents.invoice import invoice_pdf
from services.payments.domain.invoice import Line, Purpose
from tests.documents.einvoices import BROKEN, KINDS, changed, of_lines
from tests.documents.papers import BUYER, OPERATOR, operator_invoice, plain, read, taken, whole_invoice

_XML = KINDS["plain"]
_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
_PAYABLE = f".//{_RAM}DuePayableAmount"
_PREPAID = f".//{_RAM}TotalPrepaidAmount"
_FRAME = f".//{_RAM}BusinessProcessSpecifiedDocumentContextParameter/{_RAM}ID"
_EARLIER = f".//{_RAM}InvoiceReferencedDocument/{_RAM}IssuerAssignedID"
_CATEGORY = f".//{_RAM}ApplicableHeaderTradeSettlement/{_RAM}ApplicableTradeTax/{_RAM}CategoryCode"


@pytest.fixture
def child() -> Iterator[Child]:
    """A process of the test's own."""
    made = Child()
    yield made
    made.close()


def texts(kind: str, path: str) -> list[str | None]:
    """What the XML of a document of that kind says at a place."""
    return [found.text for found in ET.fromstring(einvoice(business_terms(KINDS[kind]()))).iterfind(path)]  # noqa: S314


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_document_leaves_as_factur_x(kind: str) -> None:
    document = KINDS[kind]()
    pdf = factur_x(document)
    assert attached_xml(pdf) == einvoice(business_terms(document)).encode()
    pages = plain(" ".join(read(pdf)))
    assert document.invoice.number in pages
    (payable,) = texts(kind, _PAYABLE)
    assert payable is not None
    assert Money.parse(payable) >= Money(0)


def test_there_are_enough_of_both() -> None:
    says = [make().invoice.says for make in KINDS.values()]
    assert len(KINDS) >= 40
    assert len(BROKEN) >= 20
    assert {each.document_type.value for each in says} == {"380", "381", "386", "503"}
    assert {each.purpose for each in says} == set(Purpose)


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_named_by_its_rule(what: str, child_of_all: Child) -> None:
    kind, found, put, rule = BROKEN[what]
    good = einvoice(business_terms(KINDS[kind]()))
    assert found in good
    named = {each["rule"] for each in child_of_all.ask({"xml": good.replace(found, put)})["broken"]}
    assert rule in named


@pytest.fixture(scope="module")
def child_of_all() -> Iterator[Child]:
    """One process for all that is wrong."""
    made = Child()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("kind", "frame", "prepaid", "payable", "earlier"),
    [
        ("deposit", "S2", ["720.00"], "0.00", []),
        ("plain", "S1", [], "2400.00", []),
        ("after a deposit", "S4", ["720.00"], "1680.00", ["F2026-000001"]),
        ("after a deposit that pays all", "S4", ["480.00"], "0.00", ["F2026-000001"]),
        ("after a deposit and more", "S4", ["2000.00"], "400.00", ["F2026-000001"]),
        ("after two deposits", "S4", ["720.00"], "1680.00", ["F2026-000001", "F2026-000009"]),
        ("paid already", "S2", ["600.00"], "0.00", []),
        ("credit of an operator's part", "S1", [], "920.00", ["F2026-000003"]),
        ("deposit given back", "S1", [], "240.00", ["F2026-000001"]),
    ],
)
def test_what_was_paid_before_is_prepaid(
    kind: str, frame: str, prepaid: list[str], payable: str, earlier: list[str]
) -> None:
    assert texts(kind, _FRAME) == [frame]
    assert texts(kind, _PREPAID) == prepaid
    assert texts(kind, _PAYABLE) == [payable]
    assert texts(kind, _EARLIER) == earlier


@pytest.mark.parametrize(
    ("kind", "treatment", "scheme"),
    [
        ("plain", "B2B", "0225"),
        ("sole trader", "B2B", "0225"),
        ("operator's part", "B2B", "0225"),
        ("French company with a post office abroad", "B2B", "0225"),
        ("company abroad", "B2BINT", "EM"),
        ("individual", "B2C", "EM"),
        ("individual abroad", "B2CINT", "EM"),
    ],
)
def test_a_company_is_reached_by_its_siren_and_others_by_mail(kind: str, treatment: str, scheme: str) -> None:
    xml = einvoice(business_terms(KINDS[kind]()))
    assert f"<ram:Content>{treatment}</ram:Content>" in xml
    assert xml.count(f'<ram:URIID schemeID="{scheme}">') == (2 if scheme == "0225" else 1)


@pytest.mark.parametrize(
    ("kind", "categories", "said"),
    [
        ("plain", ["S"], None),
        ("exempt", ["E"], "article 261, 4-4° a du Code général des impôts"),
        ("exempt and taxed", ["E", "S"], "article 261, 4-4° a du Code général des impôts"),
        ("interest and fee", ["O"], "Hors du champ d’application de la TVA (article 256"),
    ],
)
def test_why_there_is_no_vat_is_said_in_both_forms(kind: str, categories: list[str], said: str | None) -> None:
    assert sorted(found or "" for found in texts(kind, _CATEGORY)) == categories
    for text in (unescape(einvoice(business_terms(KINDS[kind]()))), plain(read(factur_x(KINDS[kind]()))[0])):
        assert ("Exonération" in text or "Hors du champ" in text) is (said is not None)
        assert said is None or plain(said) in plain(text)


def test_an_operator_without_siren_is_sent_nothing() -> None:
    with pytest.raises(Refused, match="BR-FR-11") as refused:
        factur_x(replace(operator_invoice(), buyer=OPERATOR))
    assert refused.value.code == "invoice-breaks-rule"
    assert {"BR-FR-11", "BR-FR-12"} <= {rule["rule"] for rule in refused.value.facts["rules"]}  # type: ignore[attr-defined]


def test_more_taken_off_than_is_due_never_leaves() -> None:
    with pytest.raises(ValueError, match="more is taken off"):
        factur_x(changed(whole_invoice(), deducted=(taken("3000", "600"),)))


def test_it_is_a_pdf_a_3_whose_metadata_say_which_factur_x_it_is() -> None:
    pdf = factur_x(_XML())
    reader = PdfReader(BytesIO(pdf))
    assert pdf.startswith(b"%PDF-1.7\n")
    catalog = reader.root_object
    (attached,) = [dict(each.get_object()) for each in catalog["/AF"]]  # type: ignore[attr-defined]
    assert attached["/AFRelationship"] == "/Alternative"
    assert attached["/EF"]["/F"].get_object()["/Subtype"] == "/text/xml"
    metadata = ET.fromstring(catalog["/Metadata"].get_data())  # type: ignore[attr-defined]  # noqa: S314
    found = {each.tag.rpartition("}")[2]: each.text for each in metadata.iter() if "factur-x" in each.tag}
    assert found == {
        "DocumentFileName": "factur-x.xml",
        "DocumentType": "INVOICE",
        "Version": "1.0",
        "ConformanceLevel": "EN 16931",
    }
    said = ET.tostring(metadata, encoding="unicode")
    assert said.count("schemas>") == 2, "one list of schemas"
    assert "conformance>B<" in said


@pytest.mark.parametrize("kind", ["plain", "forty lines"])
def test_every_object_is_where_the_table_says(kind: str) -> None:
    pdf = factur_x(KINDS[kind]())
    table = pdf.rfind(b"\nxref\n") + 1
    assert int(pdf.rpartition(b"startxref\n")[2].split()[0]) == table
    entries = [line.split() for line in pdf[table : pdf.index(b"trailer", table)].splitlines()[3:]]
    assert len(entries) > 20
    assert all(pdf.startswith(b"%d 0 obj" % number, int(entry[0])) for number, entry in enumerate(entries, 1))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert factur_x(whole_invoice()) == factur_x(whole_invoice())


def test_a_page_alone_has_no_electronic_form() -> None:
    assert attached_xml(invoice_pdf(_XML())) is None
    with pytest.raises(ValueError, match="metadata"):
        marked(invoice_pdf(_XML()).replace(b"pdfaExtension:schemas", b"pdfaExtension:schemaz"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.text(min_size=1).filter(str.strip),
    amounts=st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from(["20", "10", "5.5", "2.1"])), min_size=1),
)
def test_whatever_is_billed_passes(name: str, amounts: list[tuple[int, str]]) -> None:
    lines = [Line(f"n° {name}", Decimal(1), Money(cents), Money(cents), Decimal(rate)) for cents, rate in amounts]
    document = of_lines(*lines)
    einvoice(business_terms(replace(document, buyer=replace(BUYER, name=f"n° {name}"))))


@settings(max_examples=40, deadline=None)
@given(incl=st.integers(1, 10**8))
def test_a_part_whose_amount_incl_tax_is_fixed_passes(incl: int) -> None:
    net = Money((incl * 100 + 60) // 120)
    part = Taxed(net, Money(incl) - net, Decimal(20))
    einvoice(business_terms(of_lines(Line("Part", Decimal(1), net, net, Decimal(20)), taxes=(part,))))


# The process


def test_a_killed_process_is_replaced(child: Child) -> None:
    request = {"terms": business_terms(_XML())}
    assert child.ask(request)["broken"] == []
    assert child._process is not None
    os.kill(child._process.pid, signal.SIGKILL)
    child._process.wait()
    assert child.ask(request)["broken"] == []


def test_it_ends_when_it_is_idle_and_starts_when_it_is_asked() -> None:
    child = Child(idle=timedelta(milliseconds=200))
    try:
        child.ask({"terms": business_terms(_XML())})
        assert child._process is not None
        assert child._process.wait(timeout=30) == 0
        assert child.ask({"terms": business_terms(_XML())})["broken"] == []
    finally:
        child.close()


def test_one_that_does_not_answer_is_given_up(child: Child) -> None:
    child.ask({"terms": business_terms(_XML())})
    hanging = child._process
    assert hanging is not None
    os.kill(hanging.pid, signal.SIGSTOP)
    child._deadline = timedelta(milliseconds=200)
    with pytest.raises(Unavailable, match="nothing was issued"):
        child.ask({"terms": business_terms(_XML())})
    assert hanging.poll() is not None, "it is not left behind"
    child._deadline = timedelta(seconds=30)
    assert child.ask({"terms": business_terms(_XML())})["broken"] == []


def test_what_cannot_be_written_is_our_fault_and_not_a_rule_s(child: Child) -> None:
    with pytest.raises(RuntimeError, match="BT-1"):
        child.ask({"terms": {**business_terms(_XML()), "BT-1": None}})
    assert child.ask({"terms": business_terms(_XML())})["broken"] == []


def test_threads_never_mix_documents() -> None:
    numbers = [f"F2026-{number:06d}" for number in range(24)]
    document = _XML()
    documents = [replace(document, invoice=replace(document.invoice, number=number)) for number in numbers]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda each: einvoice(business_terms(each)), documents))
    assert all(f"<ram:ID>{number}</ram:ID>" in xml for number, xml in zip(numbers, made, strict=True))


def test_it_sees_no_secret_and_ends_with_who_started_it() -> None:
    script = (
        "import sys; from services.payments.documents import einvoice as e;"
        "from services.payments.documents.business_terms import business_terms;"
        "from tests.documents.papers import whole_invoice;"
        "e.einvoice(business_terms(whole_invoice())); print(e._child._process.pid, flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, "DATABASE_URL": "a-secret"}
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        environ = ROOT.joinpath(f"/proc/{pid}/environ")
        if environ.exists():
            assert b"a-secret" not in environ.read_bytes()
        parent.kill()
    deadline = time.monotonic() + 20
    while _lives(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_neither_saxon_nor_the_libraries_are_loaded_in_the_service() -> None:
    script = (
        "import sys, services.payments.app; from services.payments.documents.factur_x import factur_x;"
        "from tests.documents.papers import whole_invoice; factur_x(whole_invoice());"
        "sys.exit(bool({'saxonche', 'facturx', 'lxml'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
