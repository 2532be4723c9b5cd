"""Invoices, their records and chain, and the statement to a day (clauses, section 7)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chassis.values.money import ZERO, Money, Taxed
from chassis.values.refusals import Refused
from services.payments.domain.deposit import DepositUse
from services.payments.domain.invoice import (
    Deducted,
    DocumentType,
    Draft,
    Invoice,
    Payer,
    PayerKind,
    Purpose,
    Reference,
    part_lines,
    written_number,
)
from services.payments.domain.late_interest import CustomerKind, LateTerms
from services.payments.domain.opcos import NAMES, code_of
from services.payments.domain.record import (
    FIRST,
    Record,
    canonical,
    faults,
    personal_digest,
    read_invoice,
    record_hash,
    write_invoice,
)
from services.payments.domain.reference_rates import PUBLISHED
from services.payments.domain.statement import ClientInvoice, check_day, statement_lines, totals

TWENTY = Decimal(20)


def eur(written: str) -> Money:
    return Money.parse(written)


AFTER_GRACE = Draft(
    document_type=DocumentType.INVOICE,
    purpose=Purpose.AFTER_GRACE,
    payer=Payer(PayerKind.CUSTOMER, "c-1"),
    clause="3.3",
    clause_day=date(2026, 3, 1),
    lines=part_lines("Part non réglée", (Taxed(eur("766.67"), eur("153.33"), TWENTY),)),
    taxes=(Taxed(eur("766.67"), eur("153.33"), TWENTY),),
    deducted=(Deducted(DepositUse("F2026-000001", (Taxed(eur("200.00"), eur("40.00"), TWENTY),)), date(2026, 1, 12)),),
)


def test_the_due_amount_is_the_total_less_deposits_and_money_received() -> None:
    assert (AFTER_GRACE.incl_tax, AFTER_GRACE.amount_due) == (eur("920.00"), eur("680.00"))
    deposit = replace(AFTER_GRACE, document_type=DocumentType.DEPOSIT_INVOICE, deducted=(), received=eur("920.00"))
    assert deposit.amount_due == ZERO
    assert replace(AFTER_GRACE, document_type=DocumentType.CREDIT_NOTE, deducted=()).amount_due == ZERO


def test_due_on_the_later_of_issue_and_clause_day() -> None:
    assert Invoice("F2026-000004", date(2026, 2, 1), AFTER_GRACE).due_on == date(2026, 3, 1)
    assert Invoice("F2026-000004", date(2026, 3, 5), AFTER_GRACE).due_on == date(2026, 3, 5)
    credit = replace(AFTER_GRACE, document_type=DocumentType.CREDIT_NOTE)
    assert Invoice("F2026-000004", date(2026, 3, 5), credit).due_on is None


def test_a_written_invoice_reads_back_the_same() -> None:
    for draft in (
        AFTER_GRACE,
        replace(AFTER_GRACE, deducted=(), credits=Reference("F2026-000002", date(2026, 1, 31)), file_number="A-1"),
        replace(
            AFTER_GRACE,
            received=eur("1.00"),
            received_on=date(2026, 1, 2),
            follows="F2026-000002",
            reissues="F2026-000003",
        ),
    ):
        invoice = Invoice("F2026-000004", date(2026, 3, 1), draft)
        assert read_invoice(write_invoice(invoice)) == invoice


def test_numbers() -> None:
    assert written_number("F", 2026, 1) == "F2026-000001"
    assert written_number("F-DEFI3-", 2026, 1_234_567) == "F-DEFI3-2026-1234567"


def chain(count: int) -> list[Record]:
    records, previous = [], FIRST
    for position in range(1, count + 1):
        content = canonical({"number": f"F{position}", "amount_due": "1.00"})
        personal, pdf = personal_digest({"name": "Société Exemple"}, f"salt-{position}"), f"pdf-{position}"
        made = record_hash(content, personal, pdf, previous)
        records.append(Record(f"F{position}", content, personal, pdf, previous, made))
        previous = made
    return records


def test_a_whole_chain_has_no_fault() -> None:
    assert list(faults(chain(5))) == []
    assert list(faults([])) == []


@pytest.mark.parametrize("field", ["number", "content", "personal_sha256", "pdf_sha256", "previous_sha256", "sha256"])
@pytest.mark.parametrize("place", [0, 2, 4])
def test_any_changed_field_is_found(field: str, place: int) -> None:
    records = chain(5)
    changed = canonical({"number": f"F{place + 1}", "amount_due": "2.00"}) if field == "content" else "0"
    records[place] = replace(records[place], **{field: changed})
    assert next(iter(faults(records))).number == records[place].number


def test_a_missing_or_moved_record_is_found() -> None:
    records = chain(5)
    assert [fault.number for fault in faults(records[:2] + records[3:])] == ["F4"]
    assert next(iter(faults([records[1], records[0], *records[2:]]))).number == "F2"
    assert next(iter(faults(records[1:]))).number == "F2"


def client_invoice(
    amount: str, deducted: str = "0.00", *paid: tuple[date, Money], credited: str = "0.00"
) -> ClientInvoice:
    return ClientInvoice(
        "F2026-000005", date(2026, 3, 1), date(2026, 3, 1), eur(amount), eur(credited), eur(deducted), paid,
        CustomerKind.COMPANY, LateTerms(Decimal(10), Decimal(3), eur("40.00")),
    )  # fmt: skip


def test_the_statement_of_31_may_shows_20_60_and_40_00() -> None:
    lines = statement_lines([client_invoice("920.00", "240.00")], date(2026, 5, 31), PUBLISHED)
    line = lines[0]
    assert (line.open, line.days_late, line.interest, line.recovery_fee, line.is_overdue) == (
        eur("680.00"), 91, eur("20.60"), eur("40.00"), True,
    )  # fmt: skip
    assert totals(lines).due == eur("740.60")


def test_a_statement_knows_receipts_by_value_date_and_documents_by_issue() -> None:
    paid = client_invoice("920.00", "240.00", (date(2026, 3, 11), eur("680.00")))
    before, after = (statement_lines([paid], date(2026, 3, day), PUBLISHED)[0] for day in (10, 12))
    assert (before.open, before.paid, after.open, after.paid) == (eur("680.00"), ZERO, ZERO, eur("680.00"))
    assert (after.days_late, after.interest, after.recovery_fee, after.is_overdue) == (
        10,
        eur("2.26"),
        eur("40.00"),
        False,
    )
    assert statement_lines([paid], date(2026, 2, 28), PUBLISHED) == ()


def test_what_was_undone_bears_neither_interest_nor_fee() -> None:
    line = statement_lines([client_invoice("920.00", credited="920.00")], date(2026, 5, 31), PUBLISHED)[0]
    assert (line.open, line.interest, line.recovery_fee) == (ZERO, ZERO, ZERO)


def test_a_statement_begins_with_the_first_document() -> None:
    check_day(date(2026, 1, 6), date(2026, 1, 6))
    with pytest.raises(Refused) as refusal:
        check_day(date(2026, 1, 5), date(2026, 1, 6))
    assert refusal.value.facts == {"first_document_on": "2026-01-06"}


def test_there_are_eleven_operators() -> None:
    assert len(NAMES) == 11
    assert all(code == code.lower() and code.replace("-", "").isalnum() for code in NAMES)


def test_an_operator_is_known_by_code_or_name() -> None:
    for code, name in NAMES.items():
        assert code_of(code) == code_of(name) == code_of(f" {name.upper()} ") == code
    assert code_of("Opco Mobilites") == "opco-mobilites"
    assert code_of("") is None
    assert code_of("an insurer") is None
