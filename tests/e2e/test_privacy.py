"""A trainee asks what is held of them: from the receipt to the package, over HTTP between the real processes."""

import json
import os
import signal
from collections.abc import Callable
from email import policy
from email.parser import BytesParser
from io import BytesIO, StringIO
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
from rich.console import Console

from deploy.sandbox import cast
from deploy.sandbox.api import Api, Platform, Refused
from deploy.sandbox.processes import SERVICES, Processes, Sandbox
from deploy.sandbox.story import Story
from deploy.sandbox.telling import Teller

PATH = "/v1/privacy-requests"
SECONDS = 60.0
PERSON, OTHER = cast.TRAINEES
NAME = f"{PERSON['given_name']} {PERSON['family_name']}"


@pytest.mark.timeout(240)
def test_a_trainee_is_handed_all_that_is_held_of_them(sandbox: Sandbox, platform: Processes, tmp_path: Path) -> None:
    with Platform(sandbox.url) as front:
        visitor, officer = front.caller(), front.caller("dpo")
        _company_signs(front, tmp_path)
        _is_a_trainer_too(front.caller("sales"))

        _the_known_and_the_unknown_are_answered_the_same(visitor, sandbox)
        listed = officer.get(PATH)["items"]
        path = f"{PATH}/{next(item['id'] for item in listed if item['email'] == PERSON['email'])}"

        officer.post(f"{path}/search")
        _until(officer, path, lambda standing: standing["state"] == "candidates")
        found = officer.get(f"{path}/matches")["items"]
        assert {(item["service"], item["kind"]) for item in found} >= {("contracts", "person"), ("catalog", "trainer")}
        assert not any(OTHER["family_name"] in item["label"] for item in found)

        _end(platform, "payments")
        officer.put(f"{path}/identity", {"identity": "established", "said": "pièce présentée à l’agence"})
        # One search, which is whole: two steps that the list's version counts.
        officer.put(f"{path}/matches", {"candidates": [item["id"] for item in found]}, if_match='"2"')
        _until(officer, path, lambda standing: standing["waiting_for"] == ["payments"])
        with pytest.raises(Refused, match="404"):
            officer.fetch(f"{path}/package")

        platform.start_one("payments")
        _until(officer, path, lambda standing: standing["state"] == "ready")
        _check_package(officer, path)

        answered = officer.post(f"{path}/delivery", {"how": "Remis en main propre à l’agence de Privas."})
        assert answered["state"] == "delivered"
        register = officer.get("/v1/processing-register")
        assert {service for activity in register["activities"] for service in activity["services"]} == {*SERVICES}
    _check_logs(sandbox)


def _company_signs(front: Platform, folder: Path) -> None:
    """The deposit is paid as well, so that payments holds an invoice with the trainees' names."""
    story = Story(front, Teller(Console(file=StringIO()), folder / "documents"))
    for chapter in (story._course, story._proposal, story._acceptance, story._deposit):
        chapter()


def _is_a_trainer_too(sales: Api) -> None:
    session = {"course_reference": cast.COURSE, "kind": "open", "place": "Aubenas", "seats_max": 4, "trainer": NAME}
    sales.post("/v1/sessions", {**session, "half_days": cast.HALF_DAYS})


def _the_known_and_the_unknown_are_answered_the_same(visitor: Api, sandbox: Sandbox) -> None:
    people = ((NAME, PERSON["email"]), ("Personne Inconnue", "nobody@nowhere.example"))
    answers = [visitor.post(PATH, {"kind": "access", "name": name, "email": email}) for name, email in people]
    references = [answer.pop("reference") for answer in answers]
    assert answers[0] == answers[1]
    deadline = monotonic() + SECONDS
    while len(mails := _acknowledgements(sandbox, references)) < len(people):
        assert monotonic() < deadline, "receipt is acknowledged to both"
        sleep(0.1)
    assert mails[0] == mails[1]


def _acknowledgements(sandbox: Sandbox, references: list[str]) -> list[str]:
    """The text of the mails that name a reference, without it."""
    mails = [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in sandbox.mails.glob("*.eml")]
    texts = [part.get_content() for mail in mails if (part := mail.get_body()) is not None]
    return [text.replace(reference, "") for text in texts for reference in references if reference in text]


def _end(platform: Processes, service: str) -> None:
    process = platform._running[service]
    os.kill(process.pid, signal.SIGTERM)
    process.wait(SECONDS)


def _until(officer: Api, path: str, holds: Callable[[dict[str, Any]], bool]) -> None:
    deadline = monotonic() + SECONDS
    while not holds(standing := officer.get(path)):
        assert monotonic() < deadline, standing
        sleep(0.1)


def _check_package(officer: Api, path: str) -> None:
    packed = ZipFile(BytesIO(officer.fetch(f"{path}/package")))
    package = json.loads(packed.read("package.json"))
    parts = {part["service"]: part["records"] for part in package["parts"]}
    assert [*parts] == [*SERVICES]
    for service, records in parts.items():
        told = json.dumps(records, ensure_ascii=False)
        assert PERSON["family_name"] in told, service
    pages = pypdfium2.PdfDocument(officer.fetch(f"{path}/package.pdf"))
    printed = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert PERSON["family_name"] in printed
    everything = printed + "".join(packed.read(name).decode("latin-1") for name in packed.namelist())
    everything += json.dumps(package, ensure_ascii=False)
    for other in (OTHER["family_name"], OTHER["email"], str(cast.CUSTOMER["contact_name"]), "nobody@nowhere.example"):
        assert other not in everything, other


def _check_logs(sandbox: Sandbox) -> None:
    for name in ("gateway", *SERVICES):
        logged = sandbox.log(name).read_text()
        for personal in (PERSON["family_name"], PERSON["email"], "nobody@nowhere.example"):
            assert personal not in logged, (name, personal)
