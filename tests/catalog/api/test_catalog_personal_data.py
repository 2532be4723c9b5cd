"""Personal data of the catalog: its trainers, by their name alone."""

from chassis.auth import Role
from tests.catalog.api.helpers import opened, session_body
from tests.support.client import ok
from tests.support.personal_data import matches, records, told, without_files
from tests.support.service import ServiceUnderTest


def sessions_of(api: ServiceUnderTest, *trainers: str) -> None:
    first, *others = trainers
    opened(api, trainer=first)
    for trainer in others:
        ok(api.client(Role.SALES).post("/v1/sessions", json=session_body(trainer=trainer, place="Lyon")), 201)


def test_a_trainer_is_found_by_name_in_either_order(api: ServiceUnderTest) -> None:
    sessions_of(api, "Hélène Garnier", "GARNIER Helene", "Paul Garnier")
    found = matches(api, given_name="Helene", family_name="Garnier")
    assert [(each["subject"]["id"], each["label"]) for each in found] == [
        ("garnier helene", "GARNIER Helene"),
        ("helene garnier", "Hélène Garnier"),
    ]
    assert found[0]["details"] == {"first_session": "2026-01-30", "last_session": "2026-01-31"}
    assert matches(api, email="helene@exemple.example") == []


def test_a_trainer_has_their_own_sessions_and_no_others(api: ServiceUnderTest) -> None:
    sessions_of(api, "Hélène Garnier", "Paul Garnier")
    (helene,) = matches(api, given_name="Hélène", family_name="Garnier")
    found = records(api, helene["subject"])
    assert told(found, "session") == {
        "trainer": "Hélène Garnier", "course_reference": "MRK-OPE-08",
        "starts_on": "2026-01-30", "ends_on": "2026-01-31", "place": "Privas",
    }  # fmt: skip
    assert "Paul" not in without_files(found)
    # One row in two categories.
    assert [record["category"]["name"] for record in found["records"]] == ["identity", "professional"]
    assert len({record["row"] for record in found["records"]}) == 1


def test_a_person_of_another_service_is_nobody_here(api: ServiceUnderTest) -> None:
    sessions_of(api, "Hélène Garnier")
    unknown = "0194b0a0-0000-7000-8000-00000000ffff"
    subjects = ({"kind": kind, "id": unknown} for kind in ("customer", "person"))
    assert records(api, *subjects, {"kind": "contact", "id": f"{unknown}/helene garnier"})["records"] == []
