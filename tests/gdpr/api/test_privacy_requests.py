"""Requests about personal data: everybody is answered the same, the data protection officer reads them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis import clock
from chassis.auth import Role
from chassis.fields import encode_cursor
from chassis.values.identifiers import new_id
from services.gdpr.use_cases import requests as request_use_cases
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest

PATH = "/v1/privacy-requests"
KINDS = ("access", "rectification", "objection", "portability", "erasure", "restriction")
ASKED = {"kind": "access", "name": "Zoé Durand", "email": "zoe.durand@example.org", "message": "Toutes mes données."}


def ask(api: ServiceUnderTest, **changed: Any) -> Any:
    return ok(api.anonymous().post(PATH, json={**ASKED, **changed}), 202)


def read_all(api: ServiceUnderTest) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ok(api.client(Role.DPO).get(PATH))["items"]
    return items


def test_a_request_is_taken_numbered_and_acknowledged(api: ServiceUnderTest) -> None:
    api.move_to("2026-01-31")
    answer = ask(api)
    reference = answer.pop("reference")
    assert UUID(reference).version == 4
    assert answer == {"received_on": "2026-01-31", "answer_by": "2026-03-02"}
    (mail,) = api.mails()
    assert mail.to == ASKED["email"]
    assert reference in mail.body
    assert "2 mars 2026" in mail.body.replace("\u00a0", " ")
    assert "31 janvier 2026" in mail.body.replace("\u00a0", " ")
    assert "droit d'accès" in mail.body
    assert ASKED["message"] not in mail.body
    assert ASKED["name"] not in mail.body


def test_the_officer_reads_it_with_both_days(api: ServiceUnderTest) -> None:
    api.move_to("2026-01-31")
    reference = ask(api)["reference"]
    (item,) = read_all(api)
    assert datetime.fromisoformat(item["acknowledged_at"]).year != 2025
    assert {**item, "id": "", "received_at": "", "acknowledged_at": ""} == {
        **ASKED,
        "id": "",
        "number": "R2026-000001",
        "received_on": "2026-01-31",
        "reference": reference,
        "received_at": "",
        "acknowledged_at": "",
        "desk_day": "2026-02-28",
        "answer_by": "2026-03-02",
        "clause": "GDPR Art. 12(3)",
        "state": "received",
        "identity": "unchecked",
        "paused_since": None,
        "extended_on": None,
        "closed_on": None,
        "overdue": False,
        "waiting_for": [],
        "failures": [],
    }
    assert ok(api.client(Role.DPO).get(f"{PATH}/{item['id']}")) == item


@pytest.mark.parametrize("kind", KINDS)
def test_every_right_is_taken_and_named_in_the_mail(api: ServiceUnderTest, kind: str) -> None:
    ask(api, kind=kind)
    assert [item["kind"] for item in read_all(api)] == [kind]
    words = {
        "access": "droit d'accès",
        "rectification": "droit de rectification",
        "objection": "droit d'opposition",
        "portability": "droit à la portabilité",
        "erasure": "droit à l'effacement",
        "restriction": "droit à la limitation",
    }
    assert words[kind] in api.mails()[0].body


def test_the_answer_is_the_same_for_everybody(api: ServiceUnderTest) -> None:
    answers = [
        api.anonymous().post(PATH, json=ASKED),
        api.client(Role.CUSTOMER, customer_id=new_id()).post(PATH, json={**ASKED, "email": "nobody@example.org"}),
        api.client(Role.DPO).post(PATH, json=ASKED),
    ]
    assert {answer.status_code for answer in answers} == {202}
    assert len({tuple(sorted(answer.json())) for answer in answers}) == 1
    assert len({answer.json()["answer_by"] for answer in answers}) == 1
    assert len({answer.json()["reference"] for answer in answers}) == 3


def test_neither_answer_nor_mail_says_how_many_requests_there_are(api: ServiceUnderTest) -> None:
    answers = [ask(api, email=f"{name}@example.org") for name in ("a", "b")]
    numbers = [item["number"] for item in read_all(api)]
    told = str(answers) + "".join(mail.subject + mail.body for mail in api.mails())
    assert len(numbers) == 2
    assert not any(number in told for number in numbers)


def test_an_address_gets_one_mail_in_a_day_over_all_rights(
    api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [ask(api), ask(api), ask(api, email="Zoe.Durand@Example.ORG", name="Autre")]
    assert len(api.mails()) == 1
    assert len({tuple(answer) for answer in answers}) == 1
    assert [item["acknowledged_at"] is None for item in read_all(api)] == [False, True, True]
    for kind in KINDS:
        ask(api, kind=kind)
    ask(api, email="somebody.else@example.org")
    assert len(api.mails()) == 2
    # A business day that moves does not count, real time does; what was not sent keeps nobody waiting.
    api.move_to("2031-01-01")
    ask(api)
    assert len(api.mails()) == 2
    for hours, mails in ((23.9, 2), (24.1, 3), (24.2, 3)):
        monkeypatch.setattr(request_use_cases, "real_now", lambda: clock.real_now() + timedelta(hours=hours))  # noqa: B023
        ask(api)
        assert len(api.mails()) == mails


def test_many_at_once_are_one_mail(api: ServiceUnderTest) -> None:
    visitor = api.anonymous()
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: ok(visitor.post(PATH, json=ASKED), 202), range(24)))
    assert len(read_all(api)) == 20
    assert len(api.mails()) == 1


def test_numbers_start_anew_each_year(api: ServiceUnderTest) -> None:
    for day in ("2026-12-31", "2026-12-31", "2027-01-01"):
        api.move_to(day)
        ask(api)
    assert [item["number"] for item in read_all(api)] == ["R2026-000001", "R2026-000002", "R2027-000001"]


def test_many_at_once_have_a_number_each_without_a_gap(api: ServiceUnderTest) -> None:
    api.move_to("2026-05-04")
    visitor = api.anonymous()
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda place: ok(visitor.post(PATH, json={**ASKED, "email": f"a{place}@b.fr"})), range(24)))
    listed = ok(api.client(Role.DPO).get(f"{PATH}?limit=100"))["items"]
    assert [item["number"] for item in listed] == [f"R2026-{number:06}" for number in range(1, 25)]
    assert len({item["reference"] for item in listed}) == len(api.mails()) == 24


def test_where_the_commit_fails_nothing_is_kept_nor_sent(api: ServiceUnderTest) -> None:
    api.move_to("2026-05-04")
    with api.commits_fail():
        problem(api.anonymous().post(PATH, json=ASKED), 503)
    assert api.mails() == []
    assert read_all(api) == []
    ask(api)
    assert [item["number"] for item in read_all(api)] == ["R2026-000001"]
    assert len(api.mails()) == 1


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"kind": "deletion"}, "kind"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.fr\nBcc: c@d.fr"}, "email"),
        ({"email": "a\x00@b.fr"}, "email"),
        ({"message": "x" * 20_001}, "message"),
        ({"customer_id": "7"}, "customer_id"),
    ],
)
def test_what_cannot_be_read_is_named(api: ServiceUnderTest, changed: dict[str, Any], at: str) -> None:
    refusal = problem(api.anonymous().post(PATH, json={**ASKED, **changed}), 422)
    assert [error["at"] for error in refusal["errors"]] == [at]
    assert api.mails() == []


def test_a_message_is_optional(api: ServiceUnderTest) -> None:
    ok(api.anonymous().post(PATH, json={key: value for key, value in ASKED.items() if key != "message"}), 202)
    assert read_all(api)[0]["message"] is None


def test_pages(api: ServiceUnderTest) -> None:
    references = [ask(api)["reference"] for _ in range(5)]
    officer = api.client(Role.DPO)
    page = ok(officer.get(f"{PATH}?limit=2"))
    seen = page["items"]
    while page["next_cursor"] is not None:
        page = ok(officer.get(f"{PATH}?limit=2&cursor={page['next_cursor']}"))
        seen += page["items"]
    assert [item["reference"] for item in seen] == references
    for cursor in ("x", "WyJhIiwgImIiXQ", encode_cursor("\x00")):
        problem(officer.get(f"{PATH}?cursor={cursor}"), 422)


def test_only_the_officer_reads(api: ServiceUnderTest) -> None:
    ask(api)
    path = f"{PATH}/{read_all(api)[0]['id']}"
    for refused in (Role.CUSTOMER, Role.SALES, Role.ACCOUNTING, Role.TRAINER, Role.SERVICE):
        problem(api.client(refused).get(PATH), 403)
        problem(api.client(refused).get(path), 403)
    problem(api.anonymous().get(PATH), 401)
    problem(api.anonymous().get(path), 401)
    problem(api.client(Role.DPO).get(f"{PATH}/{new_id()}"), 404)
