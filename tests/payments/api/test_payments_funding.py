"""Funding: when it can be asked for, which approvals count, and approvals that came before their file (clause 3.3)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from chassis.auth import Role
from tests.payments.api.test_payments_webhooks import deliveries, post, ready
from tests.payments.story import OPCO, Case, approval, duties_of, line, signed_headers
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key
from tests.support.together import together


def before_its_file(api: ServiceUnderTest, on: str = "2026-01-13") -> tuple[Case, str]:
    """An approval that came before sales recorded the file; the operator's secret."""
    case = Case(api)
    case.sign()
    case.pay_deposit()
    ok(api.client(Role.ADMIN).put(f"/v1/opcos/{case.opco}", json=OPCO))
    secret = case.secret()
    api.move_to(on)
    assert case.deliver_webhook(secret, approval(case.file_number), "msg_1") == {"state": "waiting"}
    assert case.deliver_webhook(secret, approval(case.file_number), "msg_1") == {"state": "waiting"}
    return case, secret


def test_an_approval_before_its_file_is_applied_when_the_file_is_recorded(api: ServiceUnderTest) -> None:
    case, secret = before_its_file(api)
    assert case.deliver_webhook(secret, approval("another")) == {"state": "waiting"}
    made = case.ask_funding()
    assert (made["state"], made["amount_approved"], made["approved_on"]) == ("approved", "1920.00", "2026-01-13")
    assert sorted(kept.state for kept in deliveries(api)) == ["applied", "waiting"]
    assert len(api.published("payments.funding-approved.v1")) == 1
    assert case.deliver_webhook(secret, approval(case.file_number), "msg_1") == {"state": "duplicate"}
    case.complete()
    assert case.told()[1:] == [("380", "operator_part", "1920.00"), ("380", "final", "480.00")]


def test_an_approval_that_came_before_the_end_counts_though_its_file_is_recorded_after_it(
    api: ServiceUnderTest,
) -> None:
    case, _ = before_its_file(api, on="2026-01-29")
    api.move_to("2026-02-02")
    body = {"contract_id": str(case.contract_id), "opco": case.opco, "file_number": case.file_number}
    body |= {"amount_asked": "1920.00", "requested_on": "2026-01-14"}
    ok(api.client(Role.SALES).post("/v1/funding-requests", json=body, once=key()), 201)
    api.deliver(case.completed_event())
    assert case.told()[1] == ("380", "operator_part", "1920.00")


def test_a_message_and_the_recording_of_its_file_at_once_never_miss_each_other(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    ok(api.client(Role.ADMIN).put(f"/v1/opcos/{case.opco}", json=OPCO))
    api.move_to("2026-01-14")
    secret, sales = case.secret(), api.client(Role.SALES)
    for number in (f"A-{n}" for n in range(6)):
        body = approval(number, "10.00")
        headers = signed_headers(secret, body, f"msg_{number}")
        asked = {"contract_id": str(case.contract_id), "opco": case.opco, "file_number": number}
        asked |= {"amount_asked": "10.00"}
        jobs: list[Callable[[], Any]] = [
            partial(post, api, headers, body),
            partial(sales.post, "/v1/funding-requests", json=asked, once=key()),
            partial(post, api, headers, body),
        ]
        assert [answer.status_code for answer in together(jobs)] == [202, 201, 202]
    files = ok(case.accounting.get(f"/v1/funding-requests?contract_id={case.contract_id}"))["items"]
    assert [file["state"] for file in files] == ["approved"] * 6
    assert len(api.published("payments.funding-approved.v1")) == 6


def test_an_approval_after_the_end_waits(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    case.complete()
    assert case.deliver_webhook(secret, approval(case.file_number))["state"] == "waiting"
    assert case.told() == [("380", "final", "2400.00")]


def test_an_approval_that_came_after_the_end_counts_for_nothing_whenever_the_end_is_told(api: ServiceUnderTest) -> None:
    late, late_copy = Case(api), Case(api, number="C2026-000002", file_number="A-2")
    for case in (late, late_copy):
        case.sign()
        case.pay_deposit()
        case.ask_funding()
    late_copy.approve(on="2026-01-31", approval_document=None)
    late_copy.approve(on="2026-02-01")
    late.approve(on="2026-02-01")
    api.move_to("2026-02-06")
    for case in (late, late_copy):
        api.deliver(case.completed_event())
        assert case.told()[1:] == [("380", "final", "2400.00")]
    assert duties_of(api) == []


def test_approvals_excl_tax_fund_the_price_to_the_cent_and_again_say_the_same(api: ServiceUnderTest) -> None:
    case = Case(api)
    price = {"excl_tax": "2000.01", "vat": "400.00", "incl_tax": "2400.01"}
    case.sign(lines=[line("Formation", "1", "2000.01", "20", "2000.01")], price=price)
    case.ask_funding("800.00")
    secret = case.secret()
    messages = []
    for number, amount in (("A-1", "666.68"), ("A-2", "666.68"), ("A-3", "666.65")):
        case.file_number = number
        case.ask_funding("800.02")
        messages.append(approval(number, amount, tax_basis="excl_tax"))
        assert case.deliver_webhook(secret, messages[-1])["state"] == "applied"
    assert [case.deliver_webhook(secret, message)["state"] for message in messages] == ["applied"] * 3
    files = ok(case.accounting.get(f"/v1/funding-requests?contract_id={case.contract_id}"))["items"]
    assert [file["amount_approved"] for file in files[1:]] == ["800.02", "800.01", "799.98"]


def test_operators_together_never_approve_more_than_the_price(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    assert case.deliver_webhook(secret, approval(case.file_number))["state"] == "applied"
    case.file_number = "A-2026-18"
    case.ask_funding("480.01")
    assert case.deliver_webhook(secret, approval("A-2026-18", "480.01"))["state"] == "waiting"
    assert case.deliver_webhook(secret, approval("A-2026-18", "480.00"))["state"] == "applied"


def test_funding_is_asked_for_before_the_start_and_of_an_operator_with_an_address(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    sales = api.client(Role.SALES)
    body = {"contract_id": str(case.contract_id), "opco": "atlas", "file_number": "A-1", "amount_asked": "1920.00"}
    problem(sales.post("/v1/funding-requests", json=body, once=key()), 409, "opco-without-address")
    ok(api.client(Role.ADMIN).put("/v1/opcos/atlas", json=OPCO))
    api.move_to("2026-01-30")
    refusal = problem(sales.post("/v1/funding-requests", json=body, once=key()), 409, "funding-asked-too-late")
    assert (refusal["clause"], refusal["starts_on"]) == ("3.3", "2026-01-30")
    before = {**body, "requested_on": "2026-01-29"}
    assert ok(sales.post("/v1/funding-requests", json=before, once=key()), 201)["requested_on"] == "2026-01-29"
    problem(sales.post("/v1/funding-requests", json=before, once=key()), 409, "file-number-taken")
    for changed in ({"requested_on": "2026-01-31"}, {"amount_asked": "0.00"}, {"file_number": "x" * 81}):
        problem(sales.post("/v1/funding-requests", json={**before, **changed}, once=key()), 422)
    early = {**before, "file_number": "A-2", "requested_on": "2026-01-05"}
    refusal = problem(sales.post("/v1/funding-requests", json=early, once=key()), 409, "funding-asked-before-signature")
    assert refusal["signed_on"] == "2026-01-06"
    above = {**before, "file_number": "A-2", "amount_asked": "2400.01"}
    problem(sales.post("/v1/funding-requests", json=above, once=key()), 409, "funding-above-price")
    case.complete()
    billed = {**before, "file_number": "A-3"}
    problem(sales.post("/v1/funding-requests", json=billed, once=key()), 409, "funding-asked-too-late")
