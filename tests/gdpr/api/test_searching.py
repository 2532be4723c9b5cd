"""Who the person is: every service is asked until it has answered, and the officer decides."""

import json
import logging
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from chassis import clock
from services.gdpr.use_cases import gathering
from tests.gdpr.api import stories
from tests.gdpr.api.stories import ASKED, SERVICES, asked, candidates, officer
from tests.support.client import ok, problem
from tests.support.neighbour import Asked
from tests.support.service import ServiceUnderTest, key
from tests.support.together import together


def questions(api: ServiceUnderTest, what: str = "matches") -> list[Asked]:
    return [request for request in api.neighbour.requests if request.path.endswith(f"/{what}")]


def wait(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Real time goes on, for the gathering alone."""
    monkeypatch.setattr(gathering, "real_now", lambda: clock.real_now() + timedelta(seconds=seconds))


def test_every_service_is_asked_by_the_request_s_own_name_and_address(api: ServiceUnderTest) -> None:
    path = asked(api)
    stories.tell_all(api)
    standing = ok(officer(api).post(f"{path}/search"), 202)
    assert (standing["state"], standing["waiting_for"]) == ("searching", list(SERVICES))
    assert questions(api) == [], "the answer does not wait for the services"
    stories.gather(api)
    assert sorted(request.path for request in questions(api)) == [f"/v1/personal-data/{s}/matches" for s in SERVICES]
    wanted = {"given_name": "Zoé", "family_name": "Durand", "email": ASKED["email"], "organisation": None}
    assert [request.json for request in questions(api)] == [wanted] * 3
    assert [request.query for request in questions(api)] == [{}] * 3
    standing = ok(officer(api).get(path))
    assert (standing["state"], standing["waiting_for"]) == ("candidates", [])
    found = candidates(api, path)
    assert [(item["service"], item["label"], item["confirmed"]) for item in found] == [
        ("contracts", "Zoé Durand", False),
        ("contracts", "Zoé Durant", False),
    ]
    assert found[0]["details"] == {"organisation": "Menuiserie Vidal"}


def test_what_the_officer_writes_is_asked_instead(api: ServiceUnderTest) -> None:
    path = asked(api)
    stories.tell_all(api)
    body = {"family_name": "Durand-Vidal", "organisation": "Menuiserie Vidal"}
    ok(officer(api).post(f"{path}/search", json=body), 202)
    stories.gather(api)
    assert questions(api)[0].json == {"given_name": None, "email": None, **body}


def test_a_name_of_one_word_is_a_family_name(api: ServiceUnderTest) -> None:
    path = asked(api, name="Durand")
    stories.tell_all(api)
    ok(officer(api).post(f"{path}/search"), 202)
    stories.gather(api)
    assert (questions(api)[0].json["given_name"], questions(api)[0].json["family_name"]) == (None, "Durand")


def test_a_service_that_is_down_is_waited_for_and_never_left_out(
    api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asked(api)
    stories.tell_all(api)
    api.neighbour.refuse("POST", "/v1/personal-data/payments/matches", 404, "not-found")
    ok(officer(api).post(f"{path}/search"), 202)
    stories.gather(api)
    standing = ok(officer(api).get(path))
    assert (standing["state"], standing["waiting_for"]) == ("searching", ["payments"])
    assert len(candidates(api, path)) == 2, "what the others answered is shown"
    problem(officer(api).put(f"{path}/matches", json={"candidates": []}), 409, "not-in-this-state")
    asked_so_far = len(questions(api))
    stories.gather(api)
    assert len(questions(api)) == asked_so_far, "it is asked again after a while, not at once"
    wait(monkeypatch, 3)
    stories.gather(api)
    assert len(questions(api)) == asked_so_far + 1
    stories.tell(api, "payments", "matches", stories.told_matches("payments"))
    wait(monkeypatch, 120)
    stories.gather(api)
    assert ok(officer(api).get(path))["state"] == "candidates"


@pytest.mark.parametrize("wrong", [[], {"matches": 3}, None, {"as_of": "x", "matches": [{"label": "Zoé Durand"}]}])
def test_what_cannot_be_read_is_no_answer_and_is_not_logged(
    api: ServiceUnderTest, wrong: Any, caplog: pytest.LogCaptureFixture
) -> None:
    path = asked(api)
    stories.tell_all(api)
    stories.tell(api, "catalog", "matches", wrong)
    with caplog.at_level(logging.DEBUG):
        ok(officer(api).post(f"{path}/search"), 202)
        stories.gather(api)
    assert ok(officer(api).get(path))["waiting_for"] == ["catalog"]
    logged = "".join(json.dumps(record.__dict__, default=str) for record in caplog.records)
    assert "is not in yet" in logged
    for personal in ("Durand", ASKED["email"], stories.PERSON_ID):
        assert personal not in logged


def test_workers_at_once_ask_each_service_once(api: ServiceUnderTest) -> None:
    path = asked(api)
    stories.tell_all(api)
    ok(officer(api).post(f"{path}/search"), 202)
    together([lambda: stories.gather(api)] * 4)
    stories.gather(api)
    assert len(questions(api)) == 3
    assert len(candidates(api, path)) == 2
    assert ok(officer(api).get(path))["state"] == "candidates"


def test_what_a_worker_that_died_had_begun_is_done_by_another(
    api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asked(api)
    stories.tell_all(api)
    ok(officer(api).post(f"{path}/search"), 202)
    for _ in SERVICES:
        assert gathering._claim(api.platform) is not None
    stories.gather(api)
    assert questions(api) == [], "they are held"
    api.restart()
    api.move_to(stories.TODAY)
    wait(monkeypatch, 100)
    stories.gather(api)
    assert ok(officer(api).get(path))["state"] == "candidates"


def test_an_answer_that_comes_after_the_lease_counts_once(
    api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one worker waits for the answer, another takes the part over and has it: the first one's is dropped."""
    path = asked(api)
    stories.tell_all(api)
    api.neighbour.refuse("POST", "/v1/personal-data/payments/matches", 404, "not-found")
    ok(officer(api).post(f"{path}/search"), 202)
    slow: list[str] = []

    def answer(_: Asked) -> httpx2.Response:
        slow.append("late" if not slow else "in time")
        label = slow[-1]
        if label == "late":
            wait(monkeypatch, 100)
            stories.gather(api)
        told = stories.candidate(subject_id=key(), label=label)
        return httpx2.Response(200, json=stories.told_matches("contracts", told))

    api.neighbour.answer_with("POST", "/v1/personal-data/contracts/matches", answer)
    stories.gather(api)
    assert slow == ["late", "in time"]
    assert [item["label"] for item in candidates(api, path)] == ["in time"]
    assert ok(officer(api).get(path))["waiting_for"] == ["payments"]


def test_a_new_search_forgets_the_one_before_even_on_its_way(api: ServiceUnderTest) -> None:
    path = asked(api)
    stories.tell_all(api)
    ok(officer(api).post(f"{path}/search"), 202)
    searches: list[int] = []

    def answer(sent: Asked) -> httpx2.Response:
        if not searches:
            searches.append(1)
            ok(officer(api).post(f"{path}/search", json={"family_name": "Vidal"}), 202)
        label = sent.json["family_name"]
        return httpx2.Response(200, json=stories.told_matches("catalog", stories.candidate(label=label)))

    api.neighbour.answer_with("POST", "/v1/personal-data/catalog/matches", answer)
    stories.gather(api)
    assert [item["label"] for item in candidates(api, path) if item["service"] == "catalog"] == ["Vidal"]


def test_the_officer_confirms_and_the_others_are_dropped(api: ServiceUnderTest) -> None:
    other, path = stories.searched(api), stories.searched(api)
    standing = stories.confirm(api, path, "Zoé Durand")
    assert standing["state"] == "matched"
    assert len(candidates(api, other)) == 2, "another request's are its own"
    (left,) = candidates(api, path)
    assert (left["label"], left["confirmed"]) == ("Zoé Durand", True)
    assert questions(api, "records") == [], "identity is not established"
    problem(officer(api).put(f"{path}/matches", json={"candidates": []}), 409, "not-in-this-state")


def test_a_list_that_another_search_replaced_is_not_decided_on(api: ServiceUnderTest) -> None:
    path = asked(api)
    for service in SERVICES:
        stories.tell(api, service, "matches", stories.told_matches(service))
    ok(officer(api).post(f"{path}/search"), 202)
    stories.gather(api)
    nobody = stories.seen(api, path)
    stories.tell_all(api)
    ok(officer(api).post(f"{path}/search", json={"family_name": "Durand"}), 202)
    stories.gather(api)
    body: dict[str, Any] = {"candidates": []}
    problem(officer(api).put(f"{path}/matches", json=body, if_match=nobody), 412, "changed-meanwhile")
    problem(officer(api).put(f"{path}/matches", json=body), 428, "if-match-missing")
    assert len(candidates(api, path)) == 2
    whole = stories.seen(api, path)
    stories.establish(api, path)
    assert stories.seen(api, path) == whole, "what is decided elsewhere leaves the list as it is"
    ok(officer(api).put(f"{path}/matches", json=body, if_match=whole))


def test_only_candidates_of_the_request_can_be_confirmed(api: ServiceUnderTest) -> None:
    other = stories.searched(api)
    path = stories.searched(api, email="somebody.else@example.org")
    (foreign, *_) = candidates(api, other)
    for unknown in (key(), foreign["id"]):
        problem(officer(api).put(f"{path}/matches", json={"candidates": [unknown]}, if_match="*"), 422)
    assert len(candidates(api, path)) == 2
    assert ok(officer(api).get(path))["state"] == "candidates"


def test_the_id_of_a_contact_is_as_long_as_the_name(api: ServiceUnderTest) -> None:
    path = asked(api)
    stories.tell_all(api)
    subject_id = f"{stories.PERSON_ID}/" + "-".join(["montmorency"] * 20)
    known = stories.candidate(subject_id, kind="contact")
    stories.tell(api, "contracts", "matches", stories.told_matches("contracts", known))
    ok(officer(api).post(f"{path}/search"), 202)
    stories.gather(api)
    assert ok(officer(api).get(path))["state"] == "candidates"


def test_a_list_that_is_cut_short_is_not_decided_on(api: ServiceUnderTest) -> None:
    path = asked(api)
    stories.tell_all(api)
    stories.tell(api, "payments", "matches", stories.told_matches("payments", stories.candidate(), truncated=True))
    ok(officer(api).post(f"{path}/search"), 202)
    stories.gather(api)
    assert ok(officer(api).get(f"{path}/matches"))["truncated"] == ["payments"]
    answer = officer(api).put(f"{path}/matches", json={"candidates": []}, if_match="*")
    refusal = problem(answer, 409, "candidates-truncated")
    assert "by the e-mail address or the name alone" in refusal["detail"]
    assert refusal["services"] == ["payments"]
