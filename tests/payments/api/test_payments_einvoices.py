"""The electronic form of an issued document, and what a broken rule stops."""

from io import BytesIO

from pypdf import PdfReader
from sqlalchemy import update

from chassis.auth import Role
from services.payments.tables import OpcoRow
from tests.payments.story import OPCO, SIGNED, Case
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, cloud_event, key


def forget_siren(api: ServiceUnderTest) -> None:
    """An operator as one was recorded before its SIRET was asked for."""
    with api.platform.unit_of_work() as tx:
        tx.session.exec(update(OpcoRow).values(siret=None))


def test_every_document_has_the_form_that_its_page_carries(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    listed = case.invoices()
    assert {each["document_type"] for each in listed} == {"386", "380", "381"}
    for each in listed:
        answer = case.accounting.get(f"/v1/invoices/{each['number']}.xml")
        assert answer.headers["content-type"] == "application/xml"
        page = PdfReader(BytesIO(case.accounting.get(f"/v1/invoices/{each['number']}.pdf").content))
        assert [file.content for file in page.attachment_list] == [answer.content]
        assert f"<ram:TypeCode>{each['document_type']}</ram:TypeCode>" in answer.text
        assert f">{each['total']['incl_tax']}</ram:GrandTotalAmount>" in answer.text


def test_a_broken_rule_stops_a_call_and_is_named(api: ServiceUnderTest) -> None:
    case = Case(api)
    event = case.signed_event()
    event["data"]["customer"]["siret"] = None
    api.move_to("2026-01-06")
    api.deliver(cloud_event(SIGNED, str(case.contract_id), event["data"]))
    receipt = case.receipt("720.00", "2026-01-06", case.deposit_request()["number"])
    told = problem(case.accounting.post("/v1/receipts", json=receipt, once=key()), 409, "invoice-breaks-rule")
    assert "BR-FR-11" in told["detail"]
    assert told["clause"] in {rule["rule"] for rule in told["rules"]}
    assert any(rule["rule"] == "BR-FR-11" and "SIREN" in rule["text"] for rule in told["rules"])
    assert case.invoices() == []
    assert ok(case.accounting.get("/v1/receipts?unallocated=true"))["items"] == []


def test_a_broken_rule_stops_an_event_until_it_is_mended(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    case.pay_deposit()
    case.ask_funding()
    case.approve()
    forget_siren(api)
    api.move_to("2026-01-31")
    completed = case.completed_event()
    problem(api.client(Role.SERVICE).post("/events", json=completed), 409, "invoice-breaks-rule")
    assert [each["document_type"] for each in case.invoices()] == ["386"]
    ok(api.client(Role.ADMIN).put("/v1/opcos/atlas", json=OPCO))
    api.deliver(completed)
    assert [each["number"] for each in case.invoices()] == ["F2026-000001", "F2026-000002", "F2026-000003"]


def test_a_broken_rule_leaves_a_duty_due(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    forget_siren(api)
    before = case.told()
    api.move_to("2026-03-01")
    assert api.sweep() == 0
    assert case.told() == before
    ok(api.client(Role.ADMIN).put("/v1/opcos/atlas", json=OPCO))
    assert api.sweep() == 1
    assert len(case.told()) == len(before) + 2
