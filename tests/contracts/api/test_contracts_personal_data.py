"""Personal data of contracts: who is found, what is told of a person, and that nobody else is."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from chassis import personal_records
from chassis.auth import Role
from services.contracts.repository import proposals
from services.contracts.tables import ContractRow
from tests.contracts.api import stories, website
from tests.support.client import ok, problem
from tests.support.personal_data import matches, records, told, undeclared, undeclared_of, without_files
from tests.support.service import ServiceUnderTest, key

URL = "/v1/personal-data/contracts"
# A natural person, all of whose order is personal data.
SOLE_TRADER = {
    "kind": "sole_trader",
    "name": "Hélène Le Goff",
    "siret": stories.COMPANY["siret"],
    "billing_address": stories.ADDRESS,
    "email": "helene@legoff.example",
    "contact_name": "Hélène Le Goff",
}
HELENE = {"given_name": "Hélène", "family_name": "Le Goff", "email": "helene@legoff.example"}


def customer(api: ServiceUnderTest, **changed: Any) -> str:
    made = ok(stories.sales(api).post("/v1/customers", json={**stories.COMPANY, **changed}), 201)
    return str(made["id"])


def helene(api: ServiceUnderTest, **changed: Any) -> str:
    return str(ok(stories.sales(api).post("/v1/customers", json={**SOLE_TRADER, **changed}), 201)["id"])


def person(contract: dict[str, Any], place: int = 0) -> dict[str, str]:
    return {"kind": "person", "id": contract["trainees"][place]["person_id"]}


def kinds(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["subject"]["kind"], each["label"]) for each in found]


def completed(api: ServiceUnderTest) -> dict[str, Any]:
    """The story's contract to its end: Anna was there for 14.00 hours, Bruno for 7.00."""
    contract = stories.concluded(api)
    complete(api, contract)
    return contract


def complete(api: ServiceUnderTest, contract: dict[str, Any]) -> None:
    api.move_to("2026-01-31")
    done = stories.attendance(contract, "14.00", "7.00")
    ok(stories.sales(api).post(f"/v1/contracts/{contract['id']}/completion", json=done, once=key()))


def signed_by(api: ServiceUnderTest, customer_id: str, trainees: list[dict[str, str]]) -> dict[str, Any]:
    """A contract of that customer, signed."""
    draft = ok(
        stories.sales(api).post("/v1/proposals", json=stories.content(customer_id, trainees=trainees, opco=None)), 201
    )
    proposal = ok(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()))
    stories.tell_catalog(api, proposal["contract_id"])
    ok(stories.sales(api).post(f"/v1/proposals/{draft['id']}/acceptance", json=stories.RETURNED, once=key()))
    contract: dict[str, Any] = ok(stories.sales(api).get(f"/v1/contracts/{proposal['contract_id']}"))
    return contract


def test_a_trainee_is_found_by_name_in_either_order_and_by_address(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    bruno = {"kind": "person", "id": contract["trainees"][1]["person_id"]}
    for known in (
        {"given_name": "bruno", "family_name": "LEFEVRE"},
        {"given_name": "Lefèvre", "family_name": "Bruno"},
        {"family_name": "Le Fèvre", "given_name": "Bruno"},
    ):
        (found,) = matches(api, **known)
        assert (found["subject"], found["label"], found["matched_on"]) == (bruno, "Bruno Lefèvre", ["name"])
        assert found["details"] == {"organisation": "Ateliers du Rhône"}
    (anna,) = matches(api, email="ANNA@ateliers.EXAMPLE")
    assert (anna["subject"], anna["matched_on"]) == (person(contract), ["email"])


def test_what_says_most_comes_first_and_an_organisation_finds_nobody_alone(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    found = matches(
        api, given_name="Claire", family_name="Roux", email="anna@ateliers.example", organisation="ateliers du rhone"
    )
    assert [(each["label"], each["matched_on"]) for each in found] == [
        ("Anna Martin", ["email", "organisation"]),
        ("Claire Roux", ["name", "organisation"]),
    ]
    assert found[0]["subject"] == person(contract)
    assert matches(api, family_name="Nobody", organisation="Ateliers du Rhône") == []


def test_a_person_known_under_two_customers_is_two_candidates(api: ServiceUnderTest) -> None:
    stories.signed(api)
    other = customer(api, name="Menuiserie Vidal", email="compta@vidal.example", contact_name="Paul Vidal")
    trainees = [{"given_name": "Anna", "family_name": "MARTIN"}, {"given_name": "Zoé", "family_name": "Blanc"}]
    signed_by(api, other, trainees)
    found = matches(api, given_name="Anna", family_name="Martin")
    assert kinds(found) == [("person", "Anna Martin"), ("person", "Anna MARTIN")]
    assert [each["details"]["organisation"] for each in found] == ["Ateliers du Rhône", "Menuiserie Vidal"]
    both = without_files(records(api, *(each["subject"] for each in found)))
    assert ("Martin" in both, "MARTIN" in both) == (True, True)
    assert not [name for name in ("Bruno", "Lefèvre", "Zoé", "Blanc", "Claire", "Vidal", "Roux") if name in both]


def test_another_trainee_of_the_contract_never_appears(api: ServiceUnderTest) -> None:
    contract = completed(api)
    found = records(api, person(contract))
    text = without_files(found)
    assert "Anna" in text
    assert not [name for name in ("Bruno", "Lefèvre", "Claire", "achats@", "tests", '7.00"') if name in text]
    assert told(found, "person") == {
        "given_name": "Anna", "family_name": "Martin", "email": "anna@ateliers.example",
        "customer_id": contract["customer_id"],
    }  # fmt: skip
    assert told(found, "contract_person") == {"contract_id": contract["id"], "attended_hours": "14.00"}
    assert told(found, "contract")["ended_on"] == "2026-01-31"
    assert found["files"] == []
    assert {record["table"] for record in found["records"]} == {
        "person", "proposal", "proposal_trainee", "acceptance", "contract", "contract_person",
    }  # fmt: skip
    said = "Le document concerne aussi le client, et peut nommer d’autres personnes."
    withheld = {record["table"]: record["withheld"] for record in found["records"] if record["withheld"]}
    assert withheld == {"proposal": {"document_sha256": said}, "acceptance": {"document_sha256": said}}


def test_a_record_says_why_from_whom_and_until_when(api: ServiceUnderTest) -> None:
    contract = completed(api)
    (record,) = [each for each in records(api, person(contract))["records"] if each["table"] == "contract_person"]
    assert record["label"] == "Assiduité"
    assert record["purpose"]["name"] == "training-delivery"
    assert record["basis"]["letter"] == "c"
    assert record["source"] == {"name": "staff", "french": "Le personnel de l’organisme"}
    assert record["category"] == {"name": "training", "french": "Formation"}
    assert record["labels"] == {"contract_id": "Contrat", "attended_hours": "Heures suivies"}
    assert record["retention"]["name"] == "training-proof"
    assert record["until"] == "2031-01-31"


def test_a_companys_contact_has_the_name_and_the_address_and_no_order(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    (claire,) = matches(api, given_name="Claire", family_name="ROUX")
    assert claire["subject"] == {"kind": "contact", "id": f"{contract['customer_id']}/claire roux"}
    found = records(api, claire["subject"])
    assert told(found, "customer") == {
        "contact_name": "Claire Roux", "email": "achats@ateliers.example", "name": "Ateliers du Rhône",
    }  # fmt: skip
    assert told(found, "proposal")["issued.customer.contact_name"] == "Claire Roux"
    assert told(found, "mail")["recipient"] == "achats@ateliers.example"
    text = without_files(found)
    assert not [name for name in ("Anna", "Bruno", "2000", "2400", "73282932000074") if name in text]
    assert found["files"] == []


def test_a_contact_who_left_has_what_was_issued_to_them_and_the_next_one_has_not(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    client, url = stories.sales(api), f"/v1/customers/{contract['customer_id']}"
    changed = {**stories.COMPANY, "contact_name": "Marc Blanc", "email": "marc@ateliers.example"}
    ok(client.put(url, json=changed, if_match=client.get(url).headers["ETag"]))
    (claire,), (marc,) = matches(api, family_name="Roux"), matches(api, family_name="Blanc")
    before, after = records(api, claire["subject"]), records(api, marc["subject"])
    assert (told(before, "customer"), "Marc" in without_files(before)) == ({}, False)
    assert told(before, "proposal")["issued.customer.contact_name"] == "Claire Roux"
    assert told(after, "customer")["contact_name"] == "Marc Blanc"
    assert (told(after, "proposal"), "Claire" in without_files(after)) == ({}, False)


def test_a_sole_trader_has_the_order_whole_and_its_files(api: ServiceUnderTest) -> None:
    stories.signed(api)
    customer_id = helene(api)
    contract = signed_by(api, customer_id, [{"given_name": "Hélène", "family_name": "Le Goff"}])
    found = matches(api, **HELENE)
    assert kinds(found) == [("customer", "Hélène Le Goff"), ("person", "Hélène Le Goff")]
    told_of_her = records(api, *(each["subject"] for each in found))
    text = without_files(told_of_her)
    assert not [name for name in ("Anna", "Bruno", "Claire", "Ateliers") if name in text]
    assert told(told_of_her, "contract")["number"] == contract["number"]
    assert told(told_of_her, "proposal_line")["description"] == stories.LINE["description"]
    assert {record["table"] for record in told_of_her["records"]} >= {"acceptance", "timeline", "mail", "proposal"}
    assert sorted(file["name"].partition("-")[0] for file in told_of_her["files"]) == ["acceptance", "proposal"]
    assert all(file["media_type"] == "application/pdf" for file in told_of_her["files"])
    # What she is given as the customer is not withheld from her as the trainee.
    assert not any(record["withheld"] for record in told_of_her["records"])


def test_a_document_that_names_somebody_else_is_withheld_and_said_so(api: ServiceUnderTest) -> None:
    stories.signed(api)
    trainees = [{"given_name": "Hélène", "family_name": "Le Goff"}, {"given_name": "Yves", "family_name": "Le Goff"}]
    signed_by(api, helene(api), trainees)
    found = matches(api, given_name="Hélène", family_name="Le Goff")
    assert kinds(found) == [("customer", "Hélène Le Goff"), ("person", "Hélène Le Goff")]
    told_of_her = records(api, *(each["subject"] for each in found))
    assert told_of_her["files"] == []
    withheld = {path: why for record in told_of_her["records"] for path, why in record["withheld"].items()}
    assert set(withheld) == {"document_sha256"}
    assert "Yves" not in without_files(told_of_her)


def test_one_scan_of_two_proposals_is_withheld_where_one_of_them_names_somebody_else(api: ServiceUnderTest) -> None:
    stories.signed(api)
    her = {"given_name": "Hélène", "family_name": "Le Goff"}
    customer_id = helene(api)
    signed_by(api, customer_id, [her])
    signed_by(api, customer_id, [her, {"given_name": "Yves", "family_name": "Autre"}])
    found = records(api, *(each["subject"] for each in matches(api, **HELENE)))
    reasons = [
        why for record in found["records"] if record["table"] == "acceptance" for why in record["withheld"].values()
    ]
    assert reasons.count("Le document nomme d’autres personnes.") == 2
    assert "acceptance" not in {file["name"].partition("-")[0] for file in found["files"]}


def test_files_beyond_what_one_answer_carries_are_handed_over_apart(
    api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories.signed(api)
    signed_by(api, helene(api), [{"given_name": "Hélène", "family_name": "Le Goff"}])
    subjects = [match["subject"] for match in matches(api, **HELENE)]
    (signed, _) = sorted(records(api, *subjects)["files"], key=lambda file: len(file["content_base64"]))
    monkeypatch.setattr(personal_records, "MOST_FILE_BYTES", len(signed["content_base64"]))
    found = records(api, *subjects)
    assert [file["name"] for file in found["files"]] == [signed["name"]]
    reasons = [why for record in found["records"] for why in record["withheld"].values()]
    assert reasons.count(personal_records.TOO_LARGE) == 1


def test_a_sole_traders_contact_is_a_person_of_their_own(api: ServiceUnderTest) -> None:
    sole = {"kind": "sole_trader", "name": "Ève Faure", "contact_name": "Luc Petit", "email": "faure@exemple.example"}
    customer_id = customer(api, **sole)
    assert kinds(matches(api, email="faure@exemple.example")) == [("customer", "Ève Faure"), ("contact", "Luc Petit")]
    eve = records(api, {"kind": "customer", "id": customer_id})
    luc = records(api, {"kind": "contact", "id": f"{customer_id}/luc petit"})
    assert "Luc" not in without_files(eve)
    assert told(luc, "customer")["contact_name"] == "Luc Petit"
    assert "street" not in without_files(luc)


def test_a_document_that_names_the_customers_contact_is_withheld(api: ServiceUnderTest) -> None:
    stories.signed(api)
    customer_id = helene(api, contact_name="Luc Petit")
    signed_by(api, customer_id, [{"given_name": "Hélène", "family_name": "Le Goff"}])
    her = [each["subject"] for each in matches(api, given_name="Hélène", family_name="Le Goff")]
    alone = records(api, *her)
    assert alone["files"] == []
    reasons = {(record["table"], why) for record in alone["records"] for why in record["withheld"].values()}
    said = "Le document nomme d’autres personnes."
    assert {("proposal", said), ("acceptance", said)} <= reasons
    assert "Luc" not in without_files(alone)
    # The contact of that name elsewhere is another person.
    elsewhere = {"kind": "contact", "id": f"{customer(api, contact_name='Luc Petit')}/luc petit"}
    assert records(api, *her, elsewhere)["files"] == []
    both = records(api, *her, {"kind": "contact", "id": f"{customer_id}/luc petit"})
    assert sorted(file["name"].partition("-")[0] for file in both["files"]) == ["acceptance", "proposal"]


def test_a_contact_spelt_otherwise_is_the_customer_all_the_same(api: ServiceUnderTest) -> None:
    stories.signed(api)
    signed_by(api, helene(api, contact_name="HELENE le-goff"), [{"given_name": "Hélène", "family_name": "Le Goff"}])
    found = matches(api, given_name="Hélène", family_name="Le Goff")
    assert kinds(found) == [("customer", "Hélène Le Goff"), ("person", "Hélène Le Goff")]
    assert len(records(api, *(each["subject"] for each in found))["files"]) == 2


def test_a_mail_to_a_shared_address_is_told_of_and_its_text_withheld(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    (claire,) = matches(api, family_name="Roux")
    assert "enregistrée" in told(records(api, claire["subject"]), "mail")["body"]
    customer(api, name="Cabinet", contact_name="Luc Petit", email="Achats@ateliers.example")
    found = records(api, claire["subject"])
    assert set(told(found, "mail")) == {"recipient", "written_at"}
    withheld = [record["withheld"] for record in found["records"] if record["table"] == "mail" and record["withheld"]]
    assert [sorted(each) for each in withheld] == [["body", "subject"]]
    assert contract["number"] not in without_files(found)


def test_nobody_is_answered_as_nobody(api: ServiceUnderTest) -> None:
    stories.signed(api)
    unknown = "0194b0a0-0000-7000-8000-00000000ffff"
    assert matches(api, family_name="Personne") == []
    for kind, identifier in (("person", unknown), ("contact", f"{unknown}/claire roux"), ("trainer", "claire roux")):
        found = records(api, {"kind": kind, "id": identifier})
        assert (found["records"], found["files"]) == ([], [])
    assert records(api)["records"] == []


def test_a_flood_of_namesakes_is_bounded_and_says_so(api: ServiceUnderTest) -> None:
    for place in range(201):
        helene(api, email=f"dupont{place}@exemple.example", name="Jean Dupont", contact_name="Jean Dupont")
    client = api.client(Role.SERVICE)
    found = ok(client.post(f"{URL}/matches", json={"family_name": "Dupont", "email": "dupont7@exemple.example"}))
    assert (len(found["matches"]), found["truncated"]) == (200, True)
    assert found["matches"][0]["details"]["email"] == "dupont7@exemple.example"
    again = ok(client.post(f"{URL}/matches", json={"family_name": "Dupont", "email": "dupont7@exemple.example"}))
    assert again["matches"] == found["matches"]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"given_name": "Anna"}, "family_name or email"),
        ({"family_name": "Martin", "birth_date": "1990-01-01"}, "birth_date"),
        ({"email": "no address"}, "email"),
    ],
)
def test_a_question_about_nobody_in_particular_is_refused(api: ServiceUnderTest, body: dict[str, Any], at: str) -> None:
    assert at in problem(api.client(Role.SERVICE).post(f"{URL}/matches", json=body), 422)["detail"]


@pytest.mark.parametrize(
    "subjects",
    [
        [{"kind": "person", "id": "anna"}],
        [{"kind": "contact", "id": "anna/martin"}],
        [{"kind": "person", "id": "0194B0A0-0000-7000-8000-00000000FFFF"}],
        [{"kind": "neighbour", "id": "anna"}],
        [{"kind": "trainer", "id": "anna"}] * 51,
    ],
)
def test_subjects_that_no_search_gave_are_refused(api: ServiceUnderTest, subjects: list[dict[str, str]]) -> None:
    problem(api.client(Role.SERVICE).post(f"{URL}/records", json={"subjects": subjects}), 422)


def test_nobody_but_a_service_asks(api: ServiceUnderTest) -> None:
    for role in (role for role in Role if role not in (Role.SERVICE, Role.VISITOR)):
        for path in ("matches", "records"):
            problem(api.client(role).post(f"{URL}/{path}", json={}), 403)
        problem(api.client(role).get(f"{URL}/declarations"), 403)


def test_every_value_that_an_issue_may_freeze_is_declared() -> None:
    assert undeclared_of("contracts", "proposal", "issued", proposals._STORED.json_schema()) == set()


def test_every_value_of_the_json_columns_is_declared(api: ServiceUnderTest) -> None:
    contract = stories.concluded(api)
    signed_by(api, helene(api), [{"given_name": "Hélène", "family_name": "Le Goff"}])
    complete(api, contract)
    assert undeclared(api) == set()


def retentions(found: dict[str, Any]) -> dict[str, set[tuple[str, str, str | None]]]:
    """By table: the retention, the letter of its basis and the last day, of what is held of the customer."""
    kept: dict[str, set[tuple[str, str, str | None]]] = {}
    for each in found["records"]:
        said = (each["retention"]["name"], each["basis"]["letter"], each["until"])
        kept.setdefault(each["table"], set()).add(said)
    return kept


OF_THE_ORDER = ("proposal", "proposal_line", "contract", "website_order")


def test_an_online_contract_of_an_individual_is_kept_ten_years(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    customer_id = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))["customer_id"]
    kept = retentions(records(api, {"kind": "customer", "id": customer_id}))
    assert [kept[table] for table in OF_THE_ORDER] == [{("online-contracts", "c", None)}] * len(OF_THE_ORDER)
    assert kept["customer"] == {("relationship", "b", None)}
    with api.platform.unit_of_work() as tx:
        ended = {"state": "completed", "concluded_on": date(2026, 4, 1), "ended_on": date(2026, 5, 5)}
        due = {"opco_due_on": date(2026, 6, 5), "client_billed_from": date(2026, 6, 6)}
        tx.session.exec(update(ContractRow).values(**ended, **due))
    kept = retentions(records(api, {"kind": "customer", "id": customer_id}))
    assert [kept[table] for table in OF_THE_ORDER] == [{("online-contracts", "c", "2036-05-05")}] * len(OF_THE_ORDER)


@pytest.mark.parametrize(
    ("unit_price", "total", "name"), [("99.99", "119.99", "relationship"), ("100.00", "120.00", "online-contracts")]
)
def test_the_law_of_online_contracts_speaks_of_120_euros_and_more(
    api: ServiceUnderTest, unit_price: str, total: str, name: str
) -> None:
    website.offered(api, unit_price=unit_price)
    order = website.ordered(api, total_incl_tax=total)
    customer_id = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))["customer_id"]
    kept = retentions(records(api, {"kind": "customer", "id": customer_id}))
    assert {each for table in OF_THE_ORDER for each, *_ in kept[table]} == {name}


def test_a_sole_traders_contract_is_no_consumers(api: ServiceUnderTest) -> None:
    stories.signed(api)
    customer_id = helene(api)
    signed_by(api, customer_id, [{"given_name": "Hélène", "family_name": "Le Goff"}])
    kept = retentions(records(api, {"kind": "customer", "id": customer_id}))
    assert {each for table in ("proposal", "acceptance", "contract") for each, *_ in kept[table]} == {"relationship"}


def test_the_register_reads_the_declarations(api: ServiceUnderTest) -> None:
    answer = ok(api.client(Role.SERVICE).get(f"{URL}/declarations"))
    tables = {table["table"]: table for table in answer["tables"]}
    assert set(tables) >= {"customer", "person", "mail", "outbox"}
    holding = tables["person"]["holdings"][0]
    assert holding["people"] == {"name": "person", "french": "Stagiaires"}
    assert holding["retention"]["french"] == (
        "5 ans à compter de la fin de la relation contractuelle (§5.5) ; "
        "sans contrat, 3 ans à compter du dernier contact (Art. 5(1)(e), référentiel CNIL)"
    )
    assert tables["legal_entity"]["holdings"] == []
