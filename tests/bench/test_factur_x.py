"""A document as it leaves: the page, its XML and the checks, once the process is warm."""

from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter

from services.payments.documents.business_terms import business_terms
from services.payments.documents.einvoice import einvoice
from services.payments.documents.factur_x import factur_x
from services.payments.documents.invoice import InvoiceDocument, invoice_pdf
from tests.bench.report import Report
from tests.documents.einvoices import KINDS

_KINDS = ("deposit", "after a deposit", "credit of a final invoice", "long names, twelve lines")
_ROUNDS = 50
_AIM_MS = 60


def test_a_document_as_it_leaves(report: Report) -> None:
    rows = []
    for kind in _KINDS:
        document = KINDS[kind]()
        steps: tuple[Callable[[InvoiceDocument], object], ...] = (_page, _form, factur_x)
        factur_x(document)
        page, form, whole = ([_timed(step, document) for _ in range(_ROUNDS)] for step in steps)
        p99 = quantiles(whole, n=100)[-1]
        rows.append([kind, f"{median(page):.1f}", f"{median(form):.1f}", f"{median(whole):.1f}", f"{p99:.1f}"])
    report.add(
        "Factur-X, one document at a time",
        ("document", "page p50 ms", "XML and checks p50 ms", "all p50 ms", f"all p99 ms (aim {_AIM_MS})"),
        rows,
        "Warm: the process that checks has been asked before. The schema, EN 16931 and BR-FR are each asked.",
    )


def _page(document: InvoiceDocument) -> object:
    return invoice_pdf(document)


def _form(document: InvoiceDocument) -> object:
    return einvoice(business_terms(document))


def _timed(step: Callable[[InvoiceDocument], object], document: InvoiceDocument) -> float:
    start = perf_counter()
    step(document)
    return (perf_counter() - start) * 1000
