"""The whole way from the signature to the statement, with the figures of clauses, section 7."""

from io import BytesIO
from typing import Any

import pypdfium2
import pytest

from chassis.auth import Role
from chassis.values.money import Money
from tests.payments.story import CONCLUDED, Case, duties_of, line
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, cloud_event, key


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return "\n".join(document[page].get_textpage().get_text_range() for page in range(len(document)))


def test_the_deposit_is_asked_for_at_the_signature(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    request = case.deposit_request()
    assert (request["number"], request["amount"], request["due_on"]) == ("D2026-000001", "720.00", "2026-01-21")
    assert (request["received"], request["complete"]) == ("0.00", False)
    page = case.accounting.get(f"/v1/deposit-requests/{request['id']}/document")
    assert page.headers["content-type"] == "application/pdf"
    assert "D2026-000001" in text_of(page.content)
    (mail,) = api.mails()
    assert (mail.to, mail.attachments) == ("compta@client.example", {"D2026-000001.pdf": page.content})


def test_a_signature_told_twice_asks_once(api: ServiceUnderTest) -> None:
    case = Case(api)
    event = case.signed_event()
    api.move_to("2026-01-06")
    for told in (event, event, case.signed_event()):
        api.deliver(told)
    assert case.deposit_request()["number"] == "D2026-000001"
    assert len(api.mails()) == 1


def test_lines_that_are_not_the_price_are_refused(api: ServiceUnderTest) -> None:
    case = Case(api)
    price = {"excl_tax": "2000.00", "vat": "400.01", "incl_tax": "2400.01"}
    event = case.signed_event(price=price)
    problem(api.client(Role.SERVICE).post("/events", json=event), 409, "price-disagrees")


@pytest.mark.parametrize("named", ["OPCO ATLAS", "atlas, akto", "my operator"])
def test_an_operator_that_is_none_is_refused_and_never_passed_over(api: ServiceUnderTest, named: str) -> None:
    case = Case(api)
    event = case.signed_event(opco_named=named)
    refusal = problem(api.client(Role.SERVICE).post("/events", json=event), 409, "opco-unknown")
    assert (refusal["clause"], named in refusal["detail"], "atlas" in refusal["detail"]) == ("3.3", True, True)
    api.deliver(case.signed_event(opco_named="Opco Mobilités"))


def test_a_free_line_at_another_rate_leaves_the_final_invoice_plain(api: ServiceUnderTest) -> None:
    case = Case(api)
    lines = [
        line("Formation", "2", "1000.00", "20", "2000.00"),
        line("Support offert", "1", "0.00", "5.5", "0.00"),
    ]
    case.sign(opco_named=None, lines=lines)
    case.pay_deposit()
    case.complete()
    final = case.invoice("final")
    assert [each["description"] for each in final["lines"]] == ["Formation", "Support offert"]
    assert [part["rate"] for part in final["tax_by_rate"]] == ["20"]
    page = text_of(case.accounting.get(f"/v1/invoices/{final['number']}.pdf").content)
    assert "Support offert" in page
    assert "non prise en charge" not in page


def test_a_deposit_in_parts_is_worth_the_deposit_net_and_vat_apart(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign(opco_named=None)
    api.move_to("2026-01-12")
    for amount in ("500.01", "0.01", "219.98"):
        case.receive(amount, "2026-01-12", case.deposit_request()["number"])
    totals = [each["total"] for each in case.invoices()]
    assert sum(Money.parse(each["excl_tax"]).cents for each in totals) == 600_00
    assert sum(Money.parse(each["vat"]).cents for each in totals) == 120_00


def test_each_part_of_the_deposit_is_invoiced_and_the_last_completes_it(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    api.move_to("2026-01-12")
    number = case.deposit_request()["number"]
    first = case.receive("500.00", "2026-01-11", number)
    assert first["allocations"] == [{"document": number, "amount": "500.00", "deposit_invoice": "F2026-000001"}]
    assert api.published() == []
    rest = case.receive("250.00", "2026-01-09", number)
    assert (rest["allocations"][0]["amount"], rest["unallocated"]) == ("220.00", "30.00")
    (paid,) = api.published("payments.deposit-paid.v1")
    assert paid["subject"] == str(case.contract_id)
    assert paid["data"] == {"contract_id": str(case.contract_id), "amount": "720.00", "paid_on": "2026-01-11"}
    assert case.told() == [("386", "deposit", "500.00"), ("386", "deposit", "220.00")]
    assert case.deposit_request()["complete"]
    again = case.receive("10.00", "2026-01-12", number)
    assert (again["allocations"], again["unallocated"]) == ([], "10.00")
    left = ok(case.accounting.get("/v1/receipts?unallocated=true"))["items"]
    assert [receipt["unallocated"] for receipt in left] == ["30.00", "10.00"]
    assert case.statement("2026-01-12")["unallocated"] == "40.00"
    assert case.statement("2026-01-09")["unallocated"] == "30.00"


def test_the_worked_case_to_the_last_cent(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    assert case.told() == [
        ("386", "deposit", "720.00"),
        ("380", "operator_part", "1920.00"),
        ("380", "final", "480.00"),
    ]
    operator, final = case.invoice("operator_part"), case.invoice("final")
    assert (operator["due_on"], operator["amount_due"], operator["file_number"]) == (
        "2026-02-28",
        "1920.00",
        "A-2026-17",
    )
    assert (final["due_on"], final["amount_due"], final["open"]) == ("2026-01-31", "0.00", "0.00")
    assert final["deducted"] == [{"number": "F2026-000001", "issued_on": "2026-01-12", "amount": "480.00"}]
    assert case.statement("2026-01-31")["unapplied_deposits"] == "240.00"
    (duty,) = duties_of(api)
    assert (duty.kind, str(duty.due_on), duty.clause) == ("opco-grace-over", "2026-03-01", "3.3")

    api.move_to("2026-02-20")
    paid = case.receive("1000.00", "2026-02-20", operator["number"], "opco")
    assert paid["allocations"] == [{"document": operator["number"], "amount": "1000.00", "deposit_invoice": None}]
    api.move_to("2026-02-28")
    assert api.sweep() == 0
    api.move_to("2026-03-01")
    assert (api.sweep(), api.sweep()) == (1, 0)
    assert case.told()[3:] == [("381", "operator_part", "920.00"), ("380", "after_grace", "920.00")]
    credit, after = case.invoice("operator_part", "381"), case.invoice("after_grace")
    assert (credit["credits"], credit["due_on"], credit["amount_due"]) == (operator["number"], None, "0.00")
    assert (after["amount_due"], after["due_on"], after["issued_on"]) == ("680.00", "2026-03-01", "2026-03-01")
    assert after["deducted"][0]["amount"] == "240.00"
    assert (case.invoice("operator_part")["open"], case.invoice("operator_part")["credited"]) == ("0.00", "920.00")
    (billed,) = api.published("payments.client-billed-after-grace.v1")
    assert billed["data"] == {
        "contract_id": str(case.contract_id),
        "invoice_number": after["number"],
        "amount_incl_tax": "920.00",
        "amount_due": "680.00",
        "billed_on": "2026-03-01",
    }

    statement = case.statement("2026-05-31")
    assert (statement["open"], statement["interest"], statement["recovery_fee"]) == ("680.00", "20.60", "40.00")
    assert (statement["due"], statement["unapplied_deposits"], statement["as_of"]) == ("740.60", "0.00", "2026-03-01")
    late = next(each for each in statement["invoices"] if each["number"] == after["number"])
    assert (late["days_late"], late["overdue"]) == (91, True)
    problem(case.accounting.get(f"/v1/accounts/{case.customer_id}?on=2026-07-01"), 409, "reference-rate-missing")


def test_every_page_is_stored_as_issued_and_the_chain_holds(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    pages = {each["number"]: case.accounting.get(f"/v1/invoices/{each['number']}.pdf") for each in case.invoices()}
    mailed = {name: pdf for mail in api.mails() for name, pdf in mail.attachments.items()}
    for number, page in pages.items():
        assert page.headers["content-type"] == "application/pdf"
        assert number in text_of(page.content)
        assert mailed[f"{number}.pdf"] == page.content
    assert list(pages) == [f"F2026-00000{position}" for position in range(1, 6)]
    records = [ok(case.accounting.get(f"/v1/invoices/{number}")) for number in pages]
    assert [each["previous_sha256"] for each in records] == ["", *(each["sha256"] for each in records[:-1])]
    verified = ok(case.accounting.get("/v1/invoices/verification"))
    assert verified == {"state": "intact", "invoices": 5, "faults": []}
    assert [mail.to for mail in api.mails()].count("factures@opco.example") == 2


def test_without_funding_the_client_is_invoiced_for_all(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign(opco_named=None)
    case.pay_deposit()
    case.complete()
    final = case.invoice("final")
    assert (final["total"]["incl_tax"], final["amount_due"], final["open"]) == ("2400.00", "1680.00", "1680.00")
    assert final["lines"][0]["quantity"] == "2"
    assert duties_of(api) == []
    assert case.receive("1680.00", "2026-01-31", final["number"])["unallocated"] == "0.00"
    assert case.statement("2026-05-31")["due"] == "0.00"


def test_an_approval_counts_only_named_copied_and_paid_directly(api: ServiceUnderTest) -> None:
    answers: list[dict[str, Any]] = [{"approval_document": None}, {"direct_payment": False}, {}]
    for number, changed in enumerate(answers):
        case = Case(api, number=f"C2026-10000{number}", file_number=f"A-{number}")
        case.sign(opco_named="akto" if not changed else "atlas")
        case.pay_deposit()
        case.ask_funding()
        case.approve(**changed)
        case.complete()
        assert case.told()[1:] == [("380", "final", "2400.00")]
    assert duties_of(api) == []


def test_an_absence_is_invoiced_to_the_client_as_an_indemnity(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    case.pay_deposit()
    case.ask_funding()
    case.approve()
    case.complete(attended="7.00")
    assert case.told()[1:] == [
        ("380", "operator_part", "1440.00"),
        ("380", "final", "480.00"),
        ("380", "absence_indemnity", "480.00"),
    ]
    assert case.invoice("absence_indemnity")["amount_due"] == "240.00"


def test_an_end_told_twice_bills_once_and_a_late_one_dates_its_documents_then(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    case.pay_deposit()
    case.ask_funding()
    case.approve()
    api.move_to("2026-02-03")
    event = case.completed_event()
    for told in (event, event, case.completed_event()):
        api.deliver(told)
    assert len(case.invoices()) == 3
    assert case.invoice("final")["issued_on"] == case.invoice("final")["due_on"] == "2026-02-03"
    assert case.invoice("operator_part")["due_on"] == "2026-02-28"
    api.move_to("2026-03-05")
    assert api.sweep() == 1
    assert case.invoice("after_grace")["due_on"] == "2026-03-05"
    api.deliver(case.completed_event())
    assert duties_of(api) == []


def test_an_end_before_the_signature_is_told_again_later(api: ServiceUnderTest) -> None:
    case = Case(api)
    problem(api.client(Role.SERVICE).post("/events", json=case.completed_event()), 404)
    data = {"contract_id": str(case.contract_id), "contract_number": case.number, "concluded_on": "2026-01-12"}
    event = cloud_event(CONCLUDED, str(case.contract_id), data)
    problem(api.client(Role.SERVICE).post("/events", json=event), 404)
    case.sign()
    api.deliver(event)
    case.complete()
    assert case.told() == [("380", "final", "2400.00")]


def test_money_is_booked_once_for_a_key(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    api.move_to("2026-01-12")
    once, number = key(), case.deposit_request()["number"]
    first = case.receive("100.00", "2026-01-12", number, once=once)
    assert case.receive("100.00", "2026-01-12", number, once=once) == first
    assert case.deposit_request()["received"] == "100.00"
    body = case.receipt("200.00", "2026-01-12", number)
    problem(case.accounting.post("/v1/receipts", json=body, once=once), 422, "idempotency-key-reused")
    problem(case.accounting.post("/v1/receipts", json=body), 400, "idempotency-key-missing")
