"""The officer's decisions: told to the person, recorded, the deadline and its duties moved (Art. 12 GDPR)."""

from datetime import date
from typing import Any

import pytest

from chassis.auth import Role
from chassis.values.identifiers import new_id
from tests.gdpr.api import stories
from tests.gdpr.api.stories import ASKED, asked, officer
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest
from tests.support.together import together

REASON = "La demande vient d’une adresse que nous ne connaissons pas."


def duties(api: ServiceUnderTest) -> dict[str, str]:
    return {duty.kind: duty.due_on.isoformat() for duty in api.duties()}


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def ask_identity(api: ServiceUnderTest, path: str) -> Any:
    return ok(officer(api).put(f"{path}/identity", json={"identity": "asked", "said": REASON}))


def record(api: ServiceUnderTest, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ok(officer(api).get(f"{path}/record"))["items"]
    return items


def test_both_days_are_duties_from_the_receipt_on(api: ServiceUnderTest) -> None:
    api.move_to("2026-01-31")
    ok(api.anonymous().post(stories.PATH, json=ASKED), 202)
    assert duties(api) == {"privacy-desk-day": "2026-02-28", "privacy-last-day": "2026-03-02"}
    listed = ok(officer(api).get("/v1/duties/gdpr"))["items"]
    assert [duty["clause"] for duty in listed] == ["GDPR Art. 12(3)"] * 2
    assert ASKED["name"] not in str(listed) and ASKED["email"] not in str(listed)


def test_asking_for_identity_stops_the_clock_and_tells_the_person(api: ServiceUnderTest) -> None:
    path = asked(api)
    standing = ask_identity(api, path)
    assert (standing["identity"], standing["paused_since"]) == ("asked", "2026-03-10")
    assert (standing["desk_day"], standing["answer_by"], standing["overdue"]) == ("2026-04-02", "2026-04-02", False)
    assert duties(api) == {"privacy-identity-awaited": "2026-04-11"}
    mail = api.mails()[-1]
    assert mail.to == ASKED["email"]
    assert REASON in mail.body and "au plus tard le 10 avril 2026" in plain(mail.body)
    assert standing["reference"] in mail.body and "suspendu" in mail.body
    assert ASKED["name"] not in mail.body and ASKED["message"] not in mail.body
    api.move_to("2026-08-01")
    assert not ok(officer(api).get(path))["overdue"], "the clock stands"


def test_the_day_of_the_answer_starts_it_again(api: ServiceUnderTest) -> None:
    path = asked(api)
    ask_identity(api, path)
    api.move_to("2026-03-23")
    body = {"identity": "answered", "said": "carte d’adhérent", "on": "2026-03-20"}
    standing = ok(officer(api).put(f"{path}/identity", json=body))
    assert (standing["identity"], standing["paused_since"]) == ("answered", None)
    assert (standing["desk_day"], standing["answer_by"]) == ("2026-04-12", "2026-04-13")
    assert duties(api) == {"privacy-desk-day": "2026-04-12", "privacy-last-day": "2026-04-13"}


def test_established_ends_the_pause_today(api: ServiceUnderTest) -> None:
    path = asked(api)
    ask_identity(api, path)
    api.move_to("2026-03-12")
    standing = stories.establish(api, path)
    assert (standing["identity"], standing["desk_day"]) == ("established", "2026-04-04")
    problem(officer(api).put(f"{path}/identity", json={"identity": "asked", "said": "x"}), 409, "identity-established")


def test_an_extension_is_told_and_moves_the_deadline(api: ServiceUnderTest) -> None:
    path = asked(api)
    standing = ok(officer(api).post(f"{path}/extension", json={"reasons": "Quarante dossiers à relire."}))
    assert (standing["extended_on"], standing["answer_by"]) == ("2026-03-10", "2026-06-02")
    assert duties(api) == {"privacy-desk-day": "2026-06-02", "privacy-last-day": "2026-06-02"}
    mail = api.mails()[-1]
    assert "Quarante dossiers à relire." in mail.body and "au plus tard le 2 juin 2026" in plain(mail.body)
    again = problem(officer(api).post(f"{path}/extension", json={"reasons": "Encore."}), 409, "extended-before")
    assert again["clause"] == "GDPR Art. 12(3)"
    assert len(api.mails()) == 2


def test_an_extension_while_the_clock_stands_names_no_day(api: ServiceUnderTest) -> None:
    path = asked(api)
    ask_identity(api, path)
    ok(officer(api).post(f"{path}/extension", json={"reasons": "Quarante dossiers."}))
    assert "au plus tard le" not in api.mails()[-1].body
    assert duties(api) == {"privacy-identity-awaited": "2026-04-11"}


def test_an_extension_outside_the_month_is_void_once_the_answer_is_recorded(api: ServiceUnderTest) -> None:
    path = asked(api)
    ask_identity(api, path)
    api.move_to("2026-05-20")
    ok(officer(api).post(f"{path}/extension", json={"reasons": "Quarante dossiers."}))
    body = {"identity": "answered", "said": "pièce reçue", "on": "2026-03-11"}
    standing = ok(officer(api).put(f"{path}/identity", json=body))
    assert (standing["extended_on"], standing["answer_by"], standing["overdue"]) == (None, "2026-04-03", True)
    assert [step["kind"] for step in record(api, path)][-2:] == ["identity-answered", "extension-void"]


def test_an_extension_after_the_month_is_refused(api: ServiceUnderTest) -> None:
    path = asked(api)
    api.move_to("2026-04-03")
    refusal = problem(officer(api).post(f"{path}/extension", json={"reasons": "Trop."}), 409, "extension-too-late")
    assert refusal["last_day"] == "2026-04-02"
    assert len(api.mails()) == 1


def test_two_officers_extend_once(api: ServiceUnderTest) -> None:
    path = asked(api)

    def extend() -> int:
        return officer(api).post(f"{path}/extension", json={"reasons": "Quarante dossiers."}).status_code

    assert sorted(together([extend] * 4)) == [200, 409, 409, 409]
    assert len(api.mails()) == 2
    assert [step["kind"] for step in record(api, path)] == ["extended"]


def test_a_duty_that_was_done_does_not_keep_the_new_one_away(api: ServiceUnderTest) -> None:
    """Received on 4 March, the desk's day is a Saturday; on the Tuesday after Easter there is still time."""
    api.move_to("2026-03-04")
    ok(api.anonymous().post(stories.PATH, json=ASKED), 202)
    api.move_to("2026-04-07")
    assert api.sweep() == 2
    (item,) = ok(officer(api).get(stories.PATH))["items"]
    path = f"{stories.PATH}/{item['id']}"
    ok(officer(api).post(f"{path}/extension", json={"reasons": "Quarante dossiers."}))
    assert duties(api) == {"privacy-desk-day": "2026-06-04", "privacy-last-day": "2026-06-04"}
    assert [step["kind"] for step in record(api, path)] == ["desk-day-reached", "last-day-reached", "extended"]


def test_the_days_are_recorded_when_they_come(api: ServiceUnderTest) -> None:
    path = asked(api)
    api.move_to("2026-04-02")
    assert api.sweep() == 2
    assert not ok(officer(api).get(path))["overdue"]
    api.move_to("2026-04-03")
    assert ok(officer(api).get(path))["overdue"]
    assert {step["decided_by"] for step in record(api, path)} == {"gdpr"}


def test_who_did_not_show_their_identity_is_refused_after_a_month(api: ServiceUnderTest) -> None:
    path = asked(api)
    body = {"ground": "identity_not_shown", "reasons": "Aucune réponse à notre demande."}
    problem(officer(api).post(f"{path}/refusal", json=body), 409, "identity-not-asked")
    ask_identity(api, path)
    api.move_to("2026-04-10")
    refusal = problem(officer(api).post(f"{path}/refusal", json=body), 409, "identity-awaited")
    assert refusal["last_day"] == "2026-04-10"
    api.move_to("2026-04-11")
    assert api.sweep() == 1
    standing = ok(officer(api).post(f"{path}/refusal", json=body))
    assert (standing["state"], standing["closed_on"], standing["overdue"]) == ("refused", "2026-04-11", False)
    assert [step["kind"] for step in record(api, path)] == [
        "identity-asked",
        "identity-not-answered",
        "refused-identity-not-shown",
    ]


@pytest.mark.parametrize("ground", ["manifestly_unfounded", "excessive"])
def test_a_refusal_says_why_and_where_to_complain(api: ServiceUnderTest, ground: str) -> None:
    path = stories.searched(api)
    body = {"ground": ground, "reasons": "Douzième demande identique ce mois-ci."}
    assert ok(officer(api).post(f"{path}/refusal", json=body))["state"] == "refused"
    mail = api.mails()[-1]
    for said in ("Douzième demande identique", "CNIL", "tribunal judiciaire", "article 12"):
        assert said in plain(mail.body), said
    assert duties(api) == {}
    assert stories.candidates(api, path) == []
    for route in ("identity", "matches"):
        sent: dict[str, Any] = {"identity": "asked", "said": "x"} if route == "identity" else {"candidates": []}
        problem(officer(api).put(f"{path}/{route}", json=sent), 409, "request-closed")


@pytest.mark.parametrize("kind", ["rectification", "objection", "portability", "erasure", "restriction"])
def test_other_rights_wait_and_it_is_said(api: ServiceUnderTest, kind: str) -> None:
    path = asked(api, kind=kind)
    ask_identity(api, path)
    stories.establish(api, path)
    for refused in (
        officer(api).post(f"{path}/search"),
        officer(api).put(f"{path}/matches", json={"candidates": []}),
        officer(api).post(f"{path}/delivery", json={"how": "remis"}),
    ):
        assert kind in problem(refused, 409, "right-not-carried-out")["detail"]
    problem(officer(api).get(f"{path}/package"), 404)
    assert ok(officer(api).post(f"{path}/extension", json={"reasons": "Complexe."}))["extended_on"] == "2026-03-10"
    assert not any(request.path.startswith("/v1/personal-data") for request in api.neighbour.requests)


def test_who_decided_what_and_when_is_recorded(api: ServiceUnderTest) -> None:
    path = asked(api)
    ask_identity(api, path)
    stories.establish(api, path)
    first, second = record(api, path)
    assert (first["kind"], first["said"], first["on_day"]) == ("identity-asked", REASON, "2026-03-10")
    assert (second["kind"], second["said"]) == ("identity-established", "rappel au numéro connu")
    assert first["decided_by"] == second["decided_by"] != "gdpr"
    problem(api.client(Role.SALES).get(f"{path}/record"), 403)


def test_where_the_commit_fails_nothing_is_decided_nor_told(api: ServiceUnderTest) -> None:
    path = asked(api)
    with api.commits_fail():
        problem(officer(api).post(f"{path}/extension", json={"reasons": "Quarante dossiers."}), 503)
    assert len(api.mails()) == 1
    assert ok(officer(api).get(path))["extended_on"] is None
    assert record(api, path) == []


@pytest.mark.parametrize(
    ("method", "route", "body", "at"),
    [
        ("PUT", "identity", {"identity": "known", "said": "x"}, "identity"),
        ("PUT", "identity", {"identity": "established"}, "said"),
        ("PUT", "identity", {"identity": "established", "said": " "}, "said"),
        ("PUT", "identity", {"identity": "asked", "said": "x", "on": "2026-03-03"}, "body"),
        ("POST", "extension", {"reasons": "x" * 2001}, "reasons"),
        ("POST", "refusal", {"ground": "no", "reasons": "x"}, "ground"),
        ("POST", "search", {"given_name": "Zoé"}, "body"),
        ("PUT", "matches", {"candidates": ["x"]}, "candidates.0"),
        ("POST", "delivery", {"how": "x", "on": "demain"}, "on"),
    ],
)
def test_what_cannot_be_read_is_named(
    api: ServiceUnderTest, method: str, route: str, body: dict[str, Any], at: str
) -> None:
    path = asked(api)
    refusal = problem(officer(api).request(method, f"{path}/{route}", json=body), 422)
    assert [error["at"] for error in refusal["errors"]] == [at]


def test_a_request_that_there_is_not(api: ServiceUnderTest) -> None:
    path = f"{stories.PATH}/{new_id()}"
    for answer in (
        officer(api).get(f"{path}/record"),
        officer(api).get(f"{path}/matches"),
        officer(api).get(f"{path}/package"),
        officer(api).post(f"{path}/search"),
        officer(api).put(f"{path}/identity", json={"identity": "asked", "said": "x"}),
        officer(api).post(f"{path}/delivery", json={"how": "x"}),
    ):
        problem(answer, 404)


def test_an_answer_of_tomorrow_is_refused(api: ServiceUnderTest) -> None:
    path = asked(api)
    ask_identity(api, path)
    body = {"identity": "answered", "said": "x", "on": "2026-03-11"}
    refusal = problem(officer(api).put(f"{path}/identity", json=body), 409, "day-out-of-range")
    assert (refusal["first"], refusal["last"]) == (date(2026, 3, 10).isoformat(), "2026-03-10")
