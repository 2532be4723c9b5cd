"""Withdrawing: two steps on the website, one where staff record it; one effect, acknowledged at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx2
import pytest

from chassis.auth import Role
from chassis.values.identifiers import new_id
from chassis.values.periods import PARIS
from tests.contracts.api import stories, website
from tests.contracts.api.test_story import text_of
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, cloud_event, key

LETTER = {**website.DECLARED, "dispatched_on": website.LAST_DAY, "means": "letter"}


def record(api: ServiceUnderTest, order: dict[str, Any], **changed: str) -> httpx2.Response:
    return stories.sales(api).post(website.withdrawal_path(order), json={**LETTER, **changed})


def day_in_paris(instant: str) -> str:
    """Whatever the hour at which the test runs: between midnight in Paris and in UTC the days differ."""
    return datetime.fromisoformat(instant).astimezone(PARIS).date().isoformat()


def state(api: ServiceUnderTest, order: dict[str, Any]) -> str:
    return str(ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))["state"])


def test_it_is_declared_then_confirmed_and_each_step_says_what_is_next(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    api.move_to("2026-03-09")
    declared = ok(website.declare(api, order))
    assert (declared["state"], declared["withdrawn_on"], declared["last_day"]) == (
        "declared",
        "2026-03-09",
        website.LAST_DAY,
    )
    assert (declared["confirm_by"], declared["refund_by"]) == (website.LAST_DAY, None)
    assert "Confirmez votre rétractation" in declared["next_step"]
    assert state(api, order) == "signed", "nothing has happened yet"
    assert len(api.mails()) == 1

    api.move_to("2026-03-10")
    confirmed = ok(website.confirm(api, order))
    assert (confirmed["state"], confirmed["withdrawn_on"], confirmed["refund_by"]) == (
        "confirmed",
        "2026-03-09",
        "2026-03-24",
    )
    assert "24\u00a0mars\u00a02026" in confirmed["next_step"]
    assert state(api, order) == "withdrawn"


def test_the_fact_is_told_with_the_day_that_counts(api: ServiceUnderTest) -> None:
    order = website.withdrawn(api)
    (event,) = api.published("contracts.contract-withdrawn.v1")
    data = dict(event["data"])
    assert day_in_paris(data.pop("confirmed_at")) == "2026-03-08"
    assert event["subject"] == order["contract_id"]
    assert data == {
        "contract_id": order["contract_id"],
        "contract_number": "C2026-000001",
        "session_id": stories.SESSION_ID,
        "seats": 1,
        "withdrawn_on": "2026-03-08",
        "refund_by": "2026-03-22",
    }


def test_it_is_acknowledged_on_a_durable_medium_with_content_date_and_hour(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    ok(website.declare(api, order, name="Inès Morel-Dupont", email="autre@morel.example"))
    confirmed = ok(website.confirm(api, order))
    mail = api.mails()[-1]
    assert mail.to == "ines@morel.example", "whoever declared it, the customer learns of it"
    page = text_of(mail.attachments["C2026-000001-retractation.pdf"])
    for said in ("Inès Morel-Dupont notifie", "C2026-000001", "7 mars 2026 à ", " h ", "21 mars 2026", stories.TITLE):
        assert said in page, said
    path = f"{website.withdrawal_path(order)}/document"
    customer_id = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))["customer_id"]
    own = api.client(Role.CUSTOMER, customer_id=customer_id).get(path)
    assert own.content == mail.attachments["C2026-000001-retractation.pdf"]
    assert day_in_paris(confirmed["declared_at"]) == "2026-03-07"


def test_another_address_is_shown_what_it_declared_and_nothing_else(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    ok(website.declare(api, order, name="X. Autre", email="autre@ailleurs.example"))
    answer = ok(website.confirm(api, order))
    assert "ines@morel.example" not in str(answer)
    _, copy, own = api.mails()
    assert (copy.to, own.to) == ("autre@ailleurs.example", "ines@morel.example")
    said = copy.body + text_of(copy.attachments["C2026-000001-retractation.pdf"])
    for known in ("X. Autre", "autre@ailleurs.example", "C2026-000001", "7 mars 2026 à ", "21 mars 2026"):
        assert known in said.replace("\u00a0", " "), known
    for private in ("Inès", "Morel", "Soyeux", "69004", stories.TITLE, stories.REFERENCE, "mai 2026", "1000", "300"):
        assert private not in said, private
    assert "X. Autre" in text_of(own.attachments["C2026-000001-retractation.pdf"])


def test_one_address_written_in_two_ways_is_written_to_once(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    ok(website.declare(api, order, email="Ines@Morel.example"))
    ok(website.confirm(api, order))
    assert [mail.to for mail in api.mails()[1:]] == ["Ines@Morel.example"]


def test_twice_is_once_with_the_same_answer(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    first = ok(website.declare(api, order))
    assert ok(website.declare(api, order)) == first
    done = ok(website.confirm(api, order))
    assert ok(website.confirm(api, order)) == done
    assert ok(website.declare(api, order, email="autre@morel.example")) == done
    assert ok(record(api, order, dispatched_on=website.ORDERED_ON)) == done
    api.move_to("2026-04-30")
    assert ok(website.confirm(api, order)) == done, "also after the last day"
    assert len(api.published("contracts.contract-withdrawn.v1")) == 1
    assert len(api.mails()) == 2


def test_confirmations_at_once_are_one(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    ok(website.declare(api, order))
    with ThreadPoolExecutor(8) as pool:
        answers = [ok(answer) for answer in pool.map(lambda _: website.confirm(api, order), range(8))]
    assert all(answer == answers[0] for answer in answers)
    assert len(api.published("contracts.contract-withdrawn.v1")) == 1


def test_a_deposit_and_a_withdrawal_at_once_leave_it_withdrawn(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    api.move_to("2026-03-30")
    with ThreadPoolExecutor(2) as pool:
        letter = pool.submit(record, api, order)
        pool.submit(stories.pay_deposit, api, order["contract_id"], "300.00", "2026-03-30").result()
    ok(letter.result())
    assert state(api, order) == "withdrawn"


def test_a_declaration_that_is_not_confirmed_can_be_corrected(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    ok(website.declare(api, order, email="inse@morel.example"))
    assert ok(website.declare(api, order))["email"] == "ines@morel.example"
    ok(website.confirm(api, order))
    assert api.mails()[-1].to == "ines@morel.example"


def test_nothing_is_confirmed_that_was_not_declared(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    problem(website.confirm(api, order), 409, "withdrawal-not-declared")


def test_the_last_day_counts_in_full_and_then_it_is_too_late_whoever_asks(api: ServiceUnderTest) -> None:
    first, second = website.placed(api), website.ordered(api)
    api.move_to(website.LAST_DAY)
    assert ok(website.declare(api, first))["confirm_by"] == website.CALLABLE_ON
    api.move_to(website.CALLABLE_ON)
    late = problem(website.declare(api, second), 409, "withdrawal-too-late")
    assert (late["last_day"], late["clause"]) == (website.LAST_DAY, "2.1")
    late = problem(record(api, second, dispatched_on=website.CALLABLE_ON), 409, "withdrawal-too-late")
    assert late["last_day"] == website.LAST_DAY
    assert ok(website.confirm(api, first))["state"] == "confirmed", "declared in time, confirmed the next day"


def test_declared_again_on_the_last_day_it_is_confirmed_the_day_after(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    ok(website.declare(api, order))
    api.move_to(website.LAST_DAY)
    again = ok(website.declare(api, order))
    assert (again["withdrawn_on"], again["confirm_by"]) == (website.LAST_DAY, website.CALLABLE_ON)
    api.move_to(website.CALLABLE_ON)
    assert ok(website.declare(api, order)) == again, "too late for another, not for its confirmation"
    assert ok(website.confirm(api, order))["state"] == "confirmed"


def test_a_declaration_left_alone_for_too_long_has_no_effect(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    ok(website.declare(api, order))
    api.move_to(website.CALLABLE_ON)
    refusal = problem(website.confirm(api, order), 409, "confirmation-too-late")
    assert refusal["last_day"] == website.LAST_DAY
    assert state(api, order) == "signed"


def test_a_letter_counts_by_its_dispatch_even_once_the_deposit_is_in(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    api.move_to("2026-03-26")
    stories.pay_deposit(api, order["contract_id"], "300.00", "2026-03-26")
    assert state(api, order) == "concluded"
    recorded = ok(record(api, order))
    assert (recorded["state"], recorded["means"], recorded["withdrawn_on"]) == (
        "confirmed",
        "letter",
        website.LAST_DAY,
    )
    assert recorded["refund_by"] == "2026-04-09"
    assert state(api, order) == "withdrawn"
    page = text_of(api.mails()[-1].attachments["C2026-000001-retractation.pdf"])
    assert "par lettre" in page and "envoyée le 23 mars 2026" in page


@pytest.mark.parametrize("dispatched_on", ["2026-03-06", "2026-03-08"])
def test_a_letter_is_sent_after_the_signature_and_not_tomorrow(api: ServiceUnderTest, dispatched_on: str) -> None:
    order = website.placed(api)
    problem(record(api, order, dispatched_on=dispatched_on), 409, "dispatch-day-impossible")


def test_a_customer_withdraws_from_its_own_without_a_code(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    path = website.withdrawal_path(order)
    customer_id = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))["customer_id"]
    own = api.client(Role.CUSTOMER, customer_id=customer_id)
    ok(own.post(path, json=website.DECLARED))
    assert ok(own.post(f"{path}/confirmation", json={}))["state"] == "confirmed"


def test_whoever_does_not_prove_the_order_is_told_that_there_is_none(api: ServiceUnderTest) -> None:
    order, other = website.placed(api), website.ordered(api)
    nowhere = {**order, "contract_id": str(new_id())}
    unknown = problem(website.declare(api, nowhere), 404, "not-found")["detail"]
    strangers = (api.anonymous(), api.client(Role.CUSTOMER, customer_id=new_id()), api.client(Role.ACCOUNTING))
    for stranger in strangers:
        for code in ({}, {"order_code": "wrong"}, {"order_code": other["order_code"]}):
            path = website.withdrawal_path(order)
            declared = stranger.post(path, json={**website.DECLARED, **code})
            confirmed = stranger.post(f"{path}/confirmation", json=code)
            assert problem(declared, 404)["detail"] == problem(confirmed, 404)["detail"] == unknown
    assert state(api, order) == "signed"


def test_only_staff_say_how_it_came(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    problem(website.declare(api, order, dispatched_on=website.ORDERED_ON, means="letter"), 403)
    problem(record(api, order, means="website"), 422)
    problem(website.declare(api, order, means="letter"), 422)
    problem(stories.sales(api).post(website.withdrawal_path(order), json=website.DECLARED), 422)
    problem(record(api, {"contract_id": str(new_id())}), 404)


def test_professionals_cannot_withdraw(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    order = {"contract_id": contract["id"]}
    refusal = problem(record(api, order, dispatched_on="2026-01-06"), 409, "withdrawal-for-individuals")
    assert refusal["clause"] == "C. conso L221-3"
    own = api.client(Role.CUSTOMER, customer_id=contract["customer_id"])
    problem(own.post(website.withdrawal_path(order), json=website.DECLARED), 409, "withdrawal-for-individuals")


def test_a_crash_at_the_confirmation_leaves_the_declaration(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    ok(website.declare(api, order))
    with api.commits_fail():
        problem(website.confirm(api, order), 503)
    api.restart()
    api.move_to(website.ORDERED_ON)
    assert state(api, order) == "signed"
    assert ok(website.confirm(api, order))["state"] == "confirmed"
    assert len(api.published("contracts.contract-withdrawn.v1")) == 1


def test_what_was_withdrawn_from_is_neither_concluded_nor_completed(api: ServiceUnderTest) -> None:
    order = website.withdrawn(api)
    stories.pay_deposit(api, order["contract_id"], "300.00", "2026-03-08")
    contract = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))
    assert (contract["state"], contract["withdrawn_on"]) == ("withdrawn", "2026-03-08")
    api.move_to("2026-05-05")
    path, body = f"/v1/contracts/{order['contract_id']}/completion", stories.attendance(contract, "14.00")
    problem(stories.sales(api).post(path, json=body, once=key()), 409, "contract-withdrawn")
    assert not api.published("contracts.contract-concluded.v1")
    kinds = [
        entry["kind"] for entry in ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}/timeline"))["items"]
    ]
    assert kinds == ["contract-signed", "withdrawal-open", "withdrawal-declared", "contract-withdrawn"]


def test_what_payments_paid_back_is_a_line_of_the_timeline(api: ServiceUnderTest) -> None:
    order = website.withdrawn(api)
    data = {"contract_id": order["contract_id"], "amount": "200.00", "paid_on": "2026-03-12"}
    event = cloud_event("payments.refund-paid.v1", order["contract_id"], data)
    api.deliver(event)
    api.deliver(event)
    entries = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}/timeline"))["items"]
    assert [entry["detail"] for entry in entries if entry["kind"] == "refund-paid"] == ["200.00 EUR paid back."]
    assert entries[-1]["happened_on"] == "2026-03-12"
