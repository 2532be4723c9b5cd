"""Messages of operators: signed, kept raw, applied once, or waiting for staff (clause 3.3)."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from chassis.auth import Role
from services.payments.tables import Table
from services.payments.use_cases import webhooks
from tests.payments.story import Case, approval, signed_headers
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest
from tests.support.together import together


def ready(api: ServiceUnderTest) -> tuple[Case, str, str]:
    """A case with a file asked for, the request's id, and the operator's secret."""
    case = Case(api)
    case.sign()
    funding = case.ask_funding()
    return case, funding["id"], case.secret()


def deliveries(api: ServiceUnderTest) -> list[Any]:
    with api.platform.reading() as session:
        return list(session.connection().execute(select(Table.metadata.tables["webhook_delivery"])).all())


def post(api: ServiceUnderTest, headers: dict[str, str], body: bytes, opco: str = "atlas") -> Any:
    return api.anonymous(headers).request("POST", f"/webhooks/opco/{opco}", content=body)


def test_an_approval_is_applied_and_stated(api: ServiceUnderTest) -> None:
    case, funding_id, secret = ready(api)
    body = approval(case.file_number, "1600.00", tax_basis="excl_tax")
    assert case.deliver_webhook(secret, body) == {"state": "applied"}
    file = ok(case.accounting.get(f"/v1/funding-requests/{funding_id}"))
    assert (file["state"], file["amount_approved"], file["stated_amount"]) == ("approved", "1920.00", "1600.00")
    assert (file["tax_basis"], file["direct_payment"], file["has_approval_copy"]) == ("excl_tax", True, True)
    (event,) = api.published("payments.funding-approved.v1")
    assert event["data"]["amount_incl_tax"] == "1920.00"
    (kept,) = deliveries(api)
    assert (kept.body, kept.state, api.duties()) == (body, "applied", [])


def test_the_same_message_again_changes_nothing(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    body = approval(case.file_number)
    assert case.deliver_webhook(secret, body, "msg_1") == {"state": "applied"}
    assert case.deliver_webhook(secret, body, "msg_1") == {"state": "duplicate"}
    assert case.deliver_webhook(secret, approval(case.file_number, "5.00"), "msg_1") == {"state": "duplicate"}
    assert case.deliver_webhook(secret, body, "msg_2") == {"state": "applied"}
    assert len(api.published("payments.funding-approved.v1")) == 1


def test_an_id_belongs_to_its_operator(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    other = Case(api, number="C2026-000002", opco="akto", file_number=case.file_number)
    other.sign()
    other.ask_funding()
    assert case.deliver_webhook(secret, approval(case.file_number), "msg_1") == {"state": "applied"}
    assert other.deliver_webhook(other.secret(), approval(case.file_number), "msg_1") == {"state": "applied"}


def test_an_old_and_a_new_secret_both_hold(api: ServiceUnderTest) -> None:
    case, _, first = ready(api)
    second = case.secret()
    assert case.deliver_webhook(first, approval("unknown-1"))["state"] == "waiting"
    assert case.deliver_webhook(second, approval(case.file_number))["state"] == "applied"


def test_a_secret_that_is_dropped_holds_no_longer_and_is_never_shown_again(api: ServiceUnderTest) -> None:
    case, _, first = ready(api)
    admin, path = api.client(Role.ADMIN), "/v1/opcos/atlas/webhook-secrets"
    second = case.secret()
    newest, oldest = ok(admin.get(path))["items"]
    assert set(newest) == {"id", "made_on"}
    problem(admin.delete(f"/v1/opcos/akto/webhook-secrets/{oldest['id']}"), 404)
    assert admin.delete(f"{path}/{oldest['id']}").status_code == 204
    body = approval(case.file_number)
    problem(post(api, signed_headers(first, body), body), 401, "webhook-signature")
    assert post(api, signed_headers(second, body), body).status_code == 202
    problem(admin.delete(f"{path}/{oldest['id']}"), 404)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,é".encode().decode("latin-1")},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,not base64 at all, v2,x"},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "99999999999999999999"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": ""},
        {"webhook-id": "another"},
        {"webhook-id": ""},
    ],
)
def test_what_is_not_well_signed_is_refused_and_kept_nowhere(api: ServiceUnderTest, changed: dict[str, str]) -> None:
    case, _, secret = ready(api)
    body = approval(case.file_number)
    headers = {**signed_headers(secret, body), **changed}
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    problem(post(api, raw, body), 401, "webhook-signature")  # type: ignore[arg-type]
    assert deliveries(api) == []


def test_another_body_operator_secret_or_time_is_refused(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    body = approval(case.file_number)
    problem(post(api, signed_headers(secret, body), approval(case.file_number, "9.00")), 401)
    problem(post(api, signed_headers(secret, body), body, opco="akto"), 401)
    problem(post(api, signed_headers(secret, body), body, opco="nobody"), 401)
    problem(post(api, {}, body), 401)
    problem(post(api, signed_headers(secret, body), b"\xff\xfe"), 401)
    forged = f"whsec_{base64.b64encode(b'another secret altogether, of 32').decode()}"
    problem(post(api, signed_headers(forged, body), body), 401)
    for age in (timedelta(minutes=6), timedelta(minutes=-6)):
        problem(post(api, signed_headers(secret, body, age=age), body), 401)
    assert deliveries(api) == []
    assert post(api, signed_headers(secret, body, age=timedelta(minutes=4)), body).status_code == 202


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (approval("unknown"), "unknown"),
        (b"not json", "cannot be read"),
        (b"[]", "cannot be read"),
        (b"", "cannot be read"),
        (json.dumps({"type": "funding.unheard-of", "data": {}}).encode(), "cannot be read"),
        (json.dumps({"type": "funding.refused", "data": {}}).encode(), "data.file_number"),
        (approval("A-2026-17", timestamp="2999-01-01T00:00:00Z"), "after the moment it was read"),
        (approval("A-2026-17", timestamp="0001-01-01T00:00:00+14:00"), "timestamp"),
        (json.dumps({"type": "a\u0000b", "data": {}}).encode(), "none that is agreed"),
        (approval("A-2026-17", timestamp="2026-01-20T10:00:00"), "timestamp"),
        (approval("A-2026-17", "-5.00"), "data.amount"),
        (approval("A-2026-17", "5.001"), "data.amount"),
        (approval("A-2026-17", tax_basis="net"), "data.tax_basis"),
        (approval("A-2026-17", direct_payment="yes"), "data.direct_payment"),
        (approval("A-2026-17", approval_document={"content_base64": "?"}), "data.approval_document"),
        (approval("A-2026-17\u0000"), "data.file_number"),
        (approval("A-2026-17", "2400.01"), "at most the price"),
        (b"[" * 100_000, "cannot be read"),
    ],
    ids=range(18),
)
def test_what_cannot_be_applied_waits_for_staff(api: ServiceUnderTest, body: bytes, reason: str) -> None:
    case, funding_id, secret = ready(api)
    assert case.deliver_webhook(secret, body) == {"state": "waiting"}
    (waiting,) = ok(case.accounting.get("/v1/webhook-deliveries?state=waiting"))["items"]
    assert reason in waiting["reason"]
    (kept,) = deliveries(api)
    assert kept.body == body
    assert ok(case.accounting.get(f"/v1/funding-requests/{funding_id}"))["state"] == "asked"
    assert api.published("payments.funding-approved.v1") == []


def test_another_amount_for_an_approved_file_waits(api: ServiceUnderTest) -> None:
    case, funding_id, secret = ready(api)
    assert case.deliver_webhook(secret, approval(case.file_number, approval_document=None))["state"] == "applied"
    assert case.deliver_webhook(secret, approval(case.file_number, "1000.00"))["state"] == "waiting"
    assert not ok(case.accounting.get(f"/v1/funding-requests/{funding_id}"))["has_approval_copy"]
    assert case.deliver_webhook(secret, approval(case.file_number))["state"] == "applied"
    assert ok(case.accounting.get(f"/v1/funding-requests/{funding_id}"))["has_approval_copy"]


def test_a_waiting_message_that_is_delivered_again_is_read_again(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    other = "A-2026-18"
    assert case.deliver_webhook(secret, approval(case.file_number, "1000.00"))["state"] == "applied"
    assert case.deliver_webhook(secret, approval(case.file_number, "1200.00"), "msg_2")["state"] == "waiting"
    assert case.deliver_webhook(secret, approval(case.file_number, "1200.00"), "msg_2")["state"] == "waiting"
    assert case.deliver_webhook(secret, approval(other, "9.00"), "msg_3")["state"] == "waiting"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.payments.use_cases.funding.read_waiting", lambda *_: None)
        case.file_number = other
        case.ask_funding("9.00")
    assert case.deliver_webhook(secret, approval(other, "9.00"), "msg_3")["state"] == "applied"
    assert case.deliver_webhook(secret, approval(other, "9.00"), "msg_3")["state"] == "duplicate"


def test_eight_of_the_same_at_once_take_effect_once(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    body = approval(case.file_number)
    headers = signed_headers(secret, body, "msg_1")
    answers = together([lambda: post(api, headers, body)] * 8)
    assert [answer.status_code for answer in answers] == [202] * 8
    assert sorted(answer.json()["state"] for answer in answers) == ["applied", *["duplicate"] * 7]
    assert len(deliveries(api)) == len(api.published("payments.funding-approved.v1")) == 1


def kept_and_not_read(api: ServiceUnderTest, headers: dict[str, str], body: bytes) -> None:
    """The process ends between keeping a message and reading it."""

    def die(*_: object) -> str:
        raise RuntimeError("the process ended here")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhooks, "_read", die)
        assert post(api, headers, body).status_code == 500
    assert [kept.state for kept in deliveries(api)] == ["received"]
    assert [duty.kind for duty in api.duties()] == ["opco-webhook-to-read"]


def test_a_message_kept_and_not_read_is_read_by_the_sweep(api: ServiceUnderTest) -> None:
    case, funding_id, secret = ready(api)
    body = approval(case.file_number)
    kept_and_not_read(api, signed_headers(secret, body, "msg_1"), body)
    assert (api.sweep(), api.sweep()) == (1, 0)
    assert ok(case.accounting.get(f"/v1/funding-requests/{funding_id}"))["state"] == "approved"
    assert case.deliver_webhook(secret, body, "msg_1") == {"state": "duplicate"}


def test_a_message_kept_and_not_read_is_read_by_the_next_delivery(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    body = approval(case.file_number)
    kept_and_not_read(api, signed_headers(secret, body, "msg_1"), body)
    assert case.deliver_webhook(secret, body, "msg_1") == {"state": "applied"}
    assert (api.duties(), api.sweep()) == ([], 0)


def test_a_good_signature_counts_among_others_that_are_not_of_its_form(api: ServiceUnderTest) -> None:
    """A sender that rotates its keys sends several, parted by blanks."""
    case, _, secret = ready(api)
    body = approval(case.file_number)
    headers = signed_headers(secret, body)
    headers["webhook-signature"] = f"v1a,xyz nonsense  {headers['webhook-signature']}"
    assert ok(post(api, headers, body), 202)["state"] == "applied"


def test_an_id_too_long_to_be_remembered_is_refused(api: ServiceUnderTest) -> None:
    case, _, secret = ready(api)
    body = approval(case.file_number)
    problem(post(api, signed_headers(secret, body, "m" * 201), body), 422)
    assert deliveries(api) == []
