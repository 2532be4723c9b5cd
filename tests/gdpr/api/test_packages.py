"""The package: everything the services hold of the person, and nothing before identity (Art. 15 GDPR)."""

import json
import logging
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pypdfium2
import pytest

from chassis import clock
from services.gdpr.repository import parts
from services.gdpr.repository.parts import Kind
from services.gdpr.use_cases import gathering, packaging
from tests.gdpr.api import stories
from tests.gdpr.api.stories import ASKED, SERVICES, officer
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest


def archive(api: ServiceUnderTest, path: str) -> ZipFile:
    answer = officer(api).get(f"{path}/package")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    return ZipFile(BytesIO(answer.content))


def described(api: ServiceUnderTest, path: str) -> Any:
    return json.loads(archive(api, path).read("package.json"))


def printed(api: ServiceUnderTest, path: str) -> str:
    answer = officer(api).get(f"{path}/package.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    pages = pypdfium2.PdfDocument(answer.content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).replace("\u00a0", " ").split())


def questions(api: ServiceUnderTest) -> list[Any]:
    return [request.json for request in api.neighbour.requests if request.path.endswith("/records")]


def test_the_package_holds_what_every_service_answered(api: ServiceUnderTest) -> None:
    path = stories.ready(api)
    assert questions(api) == [{"subjects": [{"kind": "person", "id": stories.PERSON_ID}]}] * 3
    package = described(api, path)
    assert (package["format"], package["version"], package["holds_nothing"]) == ("privacy-access-package", 1, False)
    assert [part["service"] for part in package["parts"]] == [*SERVICES, "gdpr"]
    for part in package["parts"][:3]:
        (record,) = part["records"]
        assert record["values"] == {"family_name": f"Durand chez {part['service']}"}
        assert record["purpose"]["recipients"] == ["Formateurs"]
        assert part["as_of"] == "2026-03-10T09:05:00Z"
    assert package["request"]["right"] == "access"
    assert package["request"]["received_on"] == "2026-03-02"


def test_files_are_in_the_archive_as_they_are(api: ServiceUnderTest) -> None:
    path = stories.ready(api)
    packed = archive(api, path)
    (file,) = [file for part in json.loads(packed.read("package.json"))["parts"] for file in part["files"]]
    assert file["path"] == f"files/contracts/{file['sha256'][:8]}-acceptance-1.pdf"
    assert packed.read(file["path"]) == stories.PDF
    assert file["sha256"] == sha256(stories.PDF).hexdigest()
    assert sorted(packed.namelist()) == [file["path"], "package.json"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\x.pdf", "a/b.pdf", "é.pdf"])
def test_no_file_leaves_its_folder(api: ServiceUnderTest, name: str) -> None:
    path = stories.searched(api)
    answer = stories.told_records("contracts", stories.record("contracts"), files=(stories.file_of(name=name),))
    stories.tell(api, "contracts", "records", answer)
    stories.confirm(api, path, "Zoé Durand")
    stories.establish(api, path)
    stories.gather(api)
    (stored,) = [name for name in archive(api, path).namelist() if name != "package.json"]
    assert stored.startswith("files/contracts/")
    assert ".." not in stored.split("/") and stored.count("/") == 2 and "\\" not in stored


def test_the_pdf_says_what_the_law_asks_then_the_data(api: ServiceUnderTest) -> None:
    path = stories.ready(api)
    text = printed(api, path)
    for said in (
        "Vos données personnelles",
        "Personne concernée Zoé Durand",
        "reçue le 2 mars 2026",
        "Formation professionnelle",
        "Destinataires Formateurs",
        "Origine Le client",
        "Conservation 5 ans à compter de la fin de la relation contractuelle",
        "rectification",
        "portabilité",
        "CNIL",
        "Nom de famille Durand chez payments",
        "conservé jusqu’au 31 mars 2031",
        "-acceptance-1.pdf",
    ):
        assert said in text, said


def test_nothing_is_asked_nor_given_before_identity(api: ServiceUnderTest) -> None:
    path = stories.searched(api)
    stories.confirm(api, path, "Zoé Durand")
    stories.gather(api)
    assert questions(api) == []
    for form in ("package", "package.pdf"):
        problem(officer(api).get(f"{path}/{form}"), 404)
    problem(officer(api).post(f"{path}/delivery", json={"how": "remis"}), 409, "not-in-this-state")


def test_identity_may_come_first(api: ServiceUnderTest) -> None:
    path = stories.searched(api)
    stories.establish(api, path)
    stories.gather(api)
    assert questions(api) == []
    assert stories.confirm(api, path, "Zoé Durand")["state"] == "gathering"
    stories.gather(api)
    assert ok(officer(api).get(path))["state"] == "ready"


def test_a_service_that_is_down_keeps_the_package_waiting(
    api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stories.gathering_begun(api)
    api.neighbour.refuse("POST", "/v1/personal-data/payments/records", 500, "internal-error")
    stories.gather(api)
    standing = ok(officer(api).get(path))
    assert (standing["state"], standing["waiting_for"]) == ("gathering", ["payments"])
    assert standing["failures"] == [{"service": "payments", "attempts": 1, "last_error": "Problem 500"}]
    problem(officer(api).get(f"{path}/package"), 404)
    api.restart()
    api.move_to(stories.TODAY)
    stories.tell_all(api)
    monkeypatch.setattr(gathering, "real_now", lambda: clock.real_now() + timedelta(seconds=60))
    stories.gather(api)
    standing = ok(officer(api).get(path))
    assert (standing["state"], standing["waiting_for"], standing["failures"]) == ("ready", [], [])
    assert len(described(api, path)["parts"]) == 4


def test_a_package_that_cannot_be_made_is_waited_for_as_well(
    api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stories.gathering_begun(api)
    with monkeypatch.context() as patched:
        patched.setattr(packaging, "readable", lambda _: 1 / 0)
        stories.gather(api)
    standing = ok(officer(api).get(path))
    assert (standing["state"], standing["waiting_for"]) == ("gathering", ["gdpr"])
    monkeypatch.setattr(gathering, "real_now", lambda: clock.real_now() + timedelta(seconds=60))
    stories.gather(api)
    assert ok(officer(api).get(path))["state"] == "ready"


@pytest.mark.parametrize(
    "wrong",
    [
        stories.told_records("contracts", stories.record("contracts")),
        stories.told_records("payments", files=({**stories.file_of(), "content_base64": "!!!"},)),
        stories.told_records("payments", files=({**stories.file_of(), "sha256": "0" * 64},)),
    ],
    ids=["another service's", "no base64", "another digest"],
)
def test_an_answer_that_is_not_what_it_says_is_waited_for(api: ServiceUnderTest, wrong: Any) -> None:
    path = stories.gathering_begun(api)
    stories.tell(api, "payments", "records", wrong)
    stories.gather(api)
    standing = ok(officer(api).get(path))
    assert (standing["state"], standing["waiting_for"]) == ("gathering", ["payments"])


def test_of_nobody_a_package_says_so(api: ServiceUnderTest) -> None:
    path = stories.searched(api)
    stories.confirm(api, path)
    stories.establish(api, path)
    stories.gather(api)
    assert questions(api) == []
    package = described(api, path)
    assert package["holds_nothing"] is True
    assert [part["service"] for part in package["parts"]] == ["gdpr"]
    assert "aucune donnée sur vous comme client, interlocuteur d’un client, stagiaire ou formateur" in printed(
        api, path
    )


def test_records_of_nobody_say_so_as_well(api: ServiceUnderTest) -> None:
    path = stories.gathering_begun(api)
    for service in SERVICES:
        stories.tell(api, service, "records", stories.told_records(service))
    stories.gather(api)
    assert described(api, path)["holds_nothing"] is True


def test_this_service_s_own_rows_are_the_fourth_part(api: ServiceUnderTest) -> None:
    earlier = stories.asked(api, kind="erasure", message="Une demande d’avant.")
    elsewhere = stories.asked(api, name="Quelqu’un d’autre", message="Pas à moi.")
    ok(officer(api).put(f"{elsewhere}/identity", json={"identity": "asked", "said": "Motif d’un autre."}))
    stories.asked(api, email="autre@example.org", message="À un homonyme.")
    path = stories.searched(api, email="Zoe.Durand@example.org")
    stories.confirm(api, path, "Zoé Durand")
    stories.establish(api, path)
    stories.gather(api)
    own = described(api, path)["parts"][-1]
    told = json.dumps(own, ensure_ascii=False)
    assert "Toutes mes données." in told and "Une demande d’avant." in told
    for of_others in ("Pas à moi.", "À un homonyme.", "Motif d’un autre."):
        assert of_others not in told, of_others
    assert "rappel au numéro connu" in told
    assert "Destinataire" in told, "the mails that were written to the person"
    for step in ok(officer(api).get(f"{path}/record"))["items"]:
        assert step["decided_by"] == "gdpr" or step["decided_by"] not in told, "staff is left out"
    assert ok(officer(api).get(earlier))["state"] == "received"


def test_namesakes_of_a_search_that_is_not_decided_on_are_nobody_s(api: ServiceUnderTest) -> None:
    undecided, unproven = stories.searched(api), stories.searched(api)
    stories.confirm(api, unproven, "Zoé Durant")
    path = stories.ready(api)
    told = json.dumps(described(api, path), ensure_ascii=False)
    assert stories.PERSON_ID in told
    assert "Durant" not in told and stories.OTHER_ID not in told
    assert "Durant" not in printed(api, path)
    assert len(stories.candidates(api, undecided)) == 2


def test_those_confirmed_of_a_request_whose_identity_is_established_are_given(api: ServiceUnderTest) -> None:
    stories.tell_all(api)
    proven = stories.searched(api)
    stories.confirm(api, proven, "Zoé Durant")
    stories.establish(api, proven)
    assert "Durant" in json.dumps(described(api, stories.ready(api)), ensure_ascii=False)


def test_the_same_package_once_whoever_makes_it(api: ServiceUnderTest) -> None:
    path = stories.gathering_begun(api)
    stories.gather(api)
    kinds = [step["kind"] for step in ok(officer(api).get(f"{path}/record"))["items"]]
    assert kinds.count("package-made") == 1
    assert officer(api).get(f"{path}/package").content == officer(api).get(f"{path}/package").content


def test_what_the_services_answered_stays_in_the_package_alone(api: ServiceUnderTest) -> None:
    path = stories.ready(api)
    with api.platform.reading() as session:
        request_id = UUID(path.rpartition("/")[2])
        assert parts.answered(session, request_id, Kind.RECORDS) == []


def test_delivered_it_is_closed_told_and_kept_for_a_while(api: ServiceUnderTest) -> None:
    path = stories.ready(api)
    api.move_to("2026-03-16")
    body = {"how": "Remis en main propre à l’agence de Privas.", "on": "2026-03-13"}
    standing = ok(officer(api).post(f"{path}/delivery", json=body))
    assert (standing["state"], standing["closed_on"]) == ("delivered", "2026-03-16")
    mail = api.mails()[-1]
    assert mail.to == ASKED["email"]
    assert body["how"] in mail.body and "13 mars 2026" in mail.body.replace("\u00a0", " ") and "CNIL" in mail.body
    assert mail.attachments == {}, "a mail carries no data"
    assert [(duty.kind, duty.due_on.isoformat()) for duty in api.duties()] == [("privacy-package-kept", "2026-06-13")]
    problem(officer(api).post(f"{path}/delivery", json=body), 409, "request-closed")
    assert archive(api, path).namelist()
    api.move_to("2026-06-13")
    assert api.sweep() == 1
    for form in ("package", "package.pdf"):
        problem(officer(api).get(f"{path}/{form}"), 404)
    assert ok(officer(api).get(f"{path}/record"))["items"][-1]["kind"] == "package-dropped"


def test_a_new_search_makes_a_new_package(api: ServiceUnderTest) -> None:
    path = stories.ready(api)
    assert ok(officer(api).post(f"{path}/search"), 202)["state"] == "searching"
    problem(officer(api).get(f"{path}/package"), 404)
    stories.gather(api)
    stories.confirm(api, path)
    stories.gather(api)
    assert described(api, path)["holds_nothing"] is True


def test_nothing_personal_is_logged_on_the_way(api: ServiceUnderTest, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        path = stories.gathering_begun(api)
        stories.tell(api, "catalog", "records", stories.told_records("catalog", {"values": {"name": "Durand"}}))
        api.neighbour.refuse("POST", "/v1/personal-data/payments/records", 409, "x", detail="Zoé Durand is odd")
        stories.gather(api)
    assert ok(officer(api).get(path))["waiting_for"] == ["catalog", "payments"]
    logged = "".join(json.dumps(record.__dict__, default=str) for record in caplog.records)
    assert "is not in yet" in logged
    for personal in ("Durand", ASKED["email"], ASKED["message"], stories.PERSON_ID, "odd"):
        assert personal not in logged
