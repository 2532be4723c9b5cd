"""What operators decide and tell about files, in any order, before the end and after it (clause 3.3)."""

from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text

from chassis.auth import Role
from tests.payments.api.test_payments_webhooks import ready
from tests.payments.story import OPCO, Case, amendment, approval, message
from tests.support.client import ok
from tests.support.service import ServiceUnderTest, key

ONE, TWO, THREE = (f"2026-01-{day}T10:00:00Z" for day in (20, 21, 22))


def file_of(case: Case) -> dict[str, Any]:
    (found,) = ok(case.accounting.get(f"/v1/funding-requests?contract_id={case.contract_id}"))["items"]
    file: dict[str, Any] = found
    return file


def refusal(case: Case, at: str = TWO, kind: str = "funding.refused") -> bytes:
    return message(kind, case.file_number, at, reason="Budget épuisé")


def test_an_amendment_changes_what_was_approved(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    case.deliver_webhook(secret, approval(case.file_number, timestamp=ONE))
    assert case.deliver_webhook(secret, amendment(case.file_number, "1500.00", TWO)) == {"state": "applied"}
    assert file_of(case)["amount_approved"] == "1500.00"
    told = [event["data"]["amount_incl_tax"] for event in api.published("payments.funding-approved.v1")]
    assert told == ["1920.00", "1500.00"]
    case.complete()
    assert case.told() == [("380", "operator_part", "1500.00"), ("380", "final", "900.00")]


def test_in_any_order_the_file_stands_at_what_was_decided_last(api: ServiceUnderTest) -> None:
    for place, order in enumerate(permutations(range(3))):
        case = Case(api, number=f"C2026-{place:06d}", file_number=f"A-{place}")
        case.sign()
        case.ask_funding(on="2026-01-14")
        secret = case.secret()
        story = [
            approval(case.file_number, timestamp=ONE),
            refusal(case, TWO),
            amendment(case.file_number, "1000.00", THREE),
        ]
        for step in order:
            case.deliver_webhook(secret, story[step], f"msg_{place}_{step}")
        assert (file_of(case)["state"], file_of(case)["amount_approved"]) == ("approved", "1000.00"), order
    waiting = ok(api.client(Role.ACCOUNTING).get("/v1/webhook-deliveries?state=waiting"))["items"]
    assert waiting == []


@pytest.mark.parametrize("kind", ["funding.refused", "funding.withdrawn"])
def test_a_refusal_before_the_end_leaves_all_to_the_client_at_once(api: ServiceUnderTest, kind: str) -> None:
    case, _, secret = ready(api)
    case.pay_deposit()
    case.deliver_webhook(secret, approval(case.file_number, timestamp=ONE))
    assert case.deliver_webhook(secret, refusal(case, kind=kind)) == {"state": "applied"}
    file = file_of(case)
    assert (file["state"], file["refusal_reason"], file["amount_approved"]) == ("refused", "Budget épuisé", None)
    (event,) = api.published("payments.funding-refused.v1")
    assert (event["data"]["file_number"], event["data"]["reason"]) == (case.file_number, "Budget épuisé")
    case.complete()
    assert case.told()[1:] == [("380", "final", "2400.00")]
    assert case.invoice("final")["amount_due"] == "1680.00"
    assert "opco-grace-over" not in {duty.kind for duty in api.duties()}


def test_a_refusal_after_the_end_bills_the_client_at_once_and_only_once(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-02-10")
    case.receive("1000.00", "2026-02-10", case.invoice("operator_part")["number"], "opco")
    secret = case.secret()
    assert case.deliver_webhook(secret, refusal(case), "msg_refused") == {"state": "applied"}
    assert case.deliver_webhook(secret, refusal(case), "msg_refused") == {"state": "duplicate"}
    assert case.deliver_webhook(secret, refusal(case), "msg_again") == {"state": "applied"}
    after = [("381", "operator_part", "920.00"), ("380", "after_grace", "920.00")]
    assert case.told()[3:] == after
    billed = case.invoice("after_grace")
    assert (billed["amount_due"], billed["due_on"]) == ("680.00", "2026-02-10")
    api.move_to("2026-03-01")
    api.sweep()
    assert case.told()[3:] == after, "the month is over, and nothing is left to bill"


def test_a_refusal_that_an_approval_followed_changes_nothing_however_late_it_comes(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    before = case.told()
    assert case.deliver_webhook(case.secret(), refusal(case, "2026-01-19T10:00:00Z")) == {"state": "applied"}
    assert (case.told(), file_of(case)["state"]) == (before, "approved")
    assert api.published("payments.funding-refused.v1") == []


def test_money_dated_in_time_undoes_what_a_refusal_billed(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-02-10")
    case.deliver_webhook(case.secret(), refusal(case))
    case.receive("1920.00", "2026-02-10", case.file_number, "opco")
    undone = [("381", "after_grace", "1920.00"), ("380", "operator_part", "1920.00")]
    assert case.told()[5:] == [*undone, ("503", "deposit", "240.00")]
    assert case.statement("2026-02-10")["due"] == "0.00"


def test_what_waits_above_the_price_is_applied_once_there_is_room(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    second = "A-2026-18"
    case.deliver_webhook(secret, approval(case.file_number, timestamp=ONE))
    case.file_number, first = second, case.file_number
    case.ask_funding("480.01")
    assert case.deliver_webhook(secret, approval(second, "480.01", THREE), "msg_2") == {"state": "waiting"}
    assert case.deliver_webhook(secret, amendment(first, "1900.00", TWO)) == {"state": "applied"}
    files = ok(case.accounting.get(f"/v1/funding-requests?contract_id={case.contract_id}"))["items"]
    assert [file["amount_approved"] for file in files] == ["1900.00", "480.01"]
    assert ok(case.accounting.get("/v1/webhook-deliveries?state=waiting"))["items"] == []
    assert case.deliver_webhook(secret, approval(second, "480.01", THREE), "msg_2") == {"state": "duplicate"}


def test_notices_are_kept_with_the_file_and_book_nothing(api: ServiceUnderTest) -> None:
    case, funding_id, secret = ready(api)
    sent = message(
        "payment.sent", case.file_number, TWO, amount="1920.00", sent_on="2026-01-21", bank_reference="VIR 1"
    )
    messages = {
        "document.asked-for": message(
            "document.asked-for", case.file_number, ONE, document="Convention signée", wanted_by="2026-01-25"
        ),
        "payment.sent": sent,
        "payment.announced": message(
            "payment.announced", case.file_number, ONE, amount="1920.00", expected_on="2026-01-22"
        ),
    }
    for kind, body in messages.items():
        assert case.deliver_webhook(secret, body, f"msg_{kind}") == {"state": "applied"}
        assert case.deliver_webhook(secret, body, f"msg_{kind}") == {"state": "duplicate"}
    assert case.deliver_webhook(secret, message("payment.sent", "unknown", amount="1.00", sent_on="2026-01-21")) == {
        "state": "waiting"
    }
    history = ok(case.accounting.get(f"/v1/funding-requests/{funding_id}/history"))
    assert [each["kind"] for each in history["notices"]] == ["document_asked_for", "payment_announced", "payment_sent"]
    assert ok(case.accounting.get("/v1/receipts"))["items"] == []


def test_staff_record_what_an_operator_wrote_on_paper(api: ServiceUnderTest) -> None:
    case, funding_id, _ = ready(api)
    path = f"/v1/funding-requests/{funding_id}"
    paper = {"file_name": "accord.pdf", "media_type": "application/pdf", "content_base64": "JVBERi0xLjc="}
    body = {"amount": "1600.00", "tax_basis": "excl_tax", "direct_payment": True, "approval_document": paper}
    approved = ok(case.accounting.post(f"{path}/approval", json=body, once=key()), 201)
    assert (approved["state"], approved["amount_approved"], approved["has_approval_copy"]) == (
        "approved",
        "1920.00",
        True,
    )
    amended = ok(case.accounting.post(f"{path}/approval", json={**body, "amount": "1000.00"}, once=key()), 201)
    assert amended["amount_approved"] == "1200.00", "what staff records last stands"
    refused = ok(case.accounting.post(f"{path}/refusal", json={"reason": "Lettre du 21"}, once=key()), 201)
    assert (refused["state"], refused["refusal_reason"]) == ("refused", "Lettre du 21")
    history = ok(case.accounting.get(f"{path}/history"))
    assert [(each["kind"], each["without_effect"]) for each in history["decisions"]] == [
        ("amended", None),
        ("amended", None),
        ("refused", None),
    ]


def test_a_file_of_one_trainee_is_paid_for_that_ones_hours(api: ServiceUnderTest) -> None:
    case = Case(api)
    event = case.signed_event()
    api.move_to("2026-01-06")
    api.deliver(event)
    first, second = (trainee["person_id"] for trainee in event["data"]["trainees"])
    ok(api.client(Role.ADMIN).put(f"/v1/opcos/{case.opco}", json=OPCO))
    body = {"contract_id": str(case.contract_id), "opco": case.opco, "amount_asked": "1200.00"}
    sales = api.client(Role.SALES)
    stranger = {**body, "file_number": "A-0", "trainees": [str(case.contract_id)]}
    assert sales.post("/v1/funding-requests", json=stranger, once=key()).status_code == 422
    secret = case.secret()
    for number, person in (("A-1", first), ("A-2", second)):
        ok(
            sales.post("/v1/funding-requests", json={**body, "file_number": number, "trainees": [person]}, once=key()),
            201,
        )
        assert case.deliver_webhook(secret, approval(number, "1200.00")) == {"state": "applied"}
    api.move_to("2026-01-31")
    attendance = [
        {"person_id": first, "planned_hours": "14.00", "attended_hours": "14.00"},
        {"person_id": second, "planned_hours": "14.00", "attended_hours": "7.00"},
    ]
    api.deliver(case.completed_event(attendance=attendance))
    assert case.told() == [
        ("380", "operator_part", "1200.00"),
        ("380", "operator_part", "600.00"),
        ("380", "absence_indemnity", "600.00"),
    ]


def test_what_staff_record_stands_over_a_message_that_comes_late(api: ServiceUnderTest) -> None:
    case, funding_id, secret = ready(api)
    body = {"amount": "1920.00", "tax_basis": "incl_tax", "direct_payment": True, "came_on": "2026-01-13"}
    path = f"/v1/funding-requests/{funding_id}/approval"
    tomorrow = {**body, "came_on": "2099-01-01"}
    assert case.accounting.post(path, json=tomorrow, once=key()).status_code == 422
    made = ok(case.accounting.post(path, json=body, once=key()), 201)
    assert (made["amount_approved"], made["approved_on"]) == ("1920.00", "2026-01-13")
    case.deliver_webhook(secret, approval(case.file_number, "1000.00", "2026-01-15T10:00:00Z"))
    assert file_of(case)["amount_approved"] == "1920.00"


def three_files(api: ServiceUnderTest) -> tuple[Case, str]:
    """1,000.00 approved twice and 1,500.00 in between, which waits; completed."""
    case = Case(api)
    case.sign()
    case.pay_deposit()
    for number in ("A-1", "A-2", "A-3"):
        case.file_number = number
        case.ask_funding("1500.00")
    secret = case.secret()
    for number, amount, at, state in (
        ("A-1", "1000.00", "2026-01-15T10:00:00Z", "applied"),
        ("A-2", "1500.00", "2026-01-17T10:00:00Z", "waiting"),
        ("A-3", "1000.00", "2026-01-19T10:00:00Z", "applied"),
    ):
        assert case.deliver_webhook(secret, approval(number, amount, at)) == {"state": state}
    case.complete()
    return case, secret


def test_after_the_end_a_refusal_bills_its_own_file_and_no_other(api: ServiceUnderTest) -> None:
    case, secret = three_files(api)
    told = [("380", "operator_part", "1000.00"), ("380", "operator_part", "1000.00"), ("380", "final", "400.00")]
    assert case.told()[1:] == told
    api.move_to("2026-02-10")
    refusal_of_one = message("funding.refused", "A-1", "2026-01-16T10:00:00Z")
    assert case.deliver_webhook(secret, refusal_of_one) == {"state": "applied"}
    assert case.told()[4:] == [("381", "operator_part", "1000.00"), ("380", "after_grace", "1000.00")]
    assert [event["data"]["file_number"] for event in api.published("payments.funding-refused.v1")] == ["A-1"]
    files = ok(case.accounting.get(f"/v1/funding-requests?contract_id={case.contract_id}"))["items"]
    assert [file["state"] for file in files] == ["refused", "asked", "approved"]
    api.move_to("2026-03-01")
    api.sweep()
    assert case.told()[6:] == [("381", "operator_part", "1000.00"), ("380", "after_grace", "1000.00")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_approval_said_again_after_the_end_does_not_undo_a_refusal(
    api: ServiceUnderTest, order: tuple[int, int]
) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-02-10")
    secret = case.secret()
    story = [
        message("funding.refused", case.file_number, "2026-02-01T10:00:00Z"),
        approval(case.file_number, timestamp="2026-02-02T10:00:00Z"),
    ]
    for step in order:
        case.deliver_webhook(secret, story[step])
    assert case.told()[3:] == [("381", "operator_part", "1920.00"), ("380", "after_grace", "1920.00")]


def test_a_file_approved_before_decisions_were_kept_stands_as_its_row_tells(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    case.pay_deposit()
    row = (
        "UPDATE funding_request SET state = 'approved', approved_amount = 192000, approved_tax_basis = 'incl_tax', "
        "approved_incl_tax = 192000, direct_payment = TRUE, approved_on = '2026-01-20'"
    )
    with api.platform.database.engine.begin() as connection:
        connection.execute(text(row))
    again = approval(case.file_number, hours="28.00")
    assert case.deliver_webhook(secret, again) == {"state": "applied"}, "which brings the copy"
    assert file_of(case)["has_approval_copy"]
    case.complete()
    assert case.told()[1:] == [("380", "operator_part", "1920.00"), ("380", "final", "480.00")]
