"""Personal data of payments: by the ids that contracts gave, and in what was issued; never anybody else's."""

from typing import Any

import pytest

from chassis.fields import Event
from chassis.values.identifiers import new_id
from chassis.values.periods import add_months
from services.payments.events import ContractCompleted, ContractSigned
from services.payments.tables import ContractAccountRow
from tests.payments.story import ADDRESS, Case
from tests.support.personal_data import matches, records, told, undeclared, undeclared_of, without_files
from tests.support.service import ServiceUnderTest, cloud_event

ALEX = {"person_id": str(new_id()), "given_name": "Alex", "family_name": "Martin"}
DOMINIQUE = {"person_id": str(new_id()), "given_name": "Dominique", "family_name": "Pétit"}
SUBJECT_ALEX = {"kind": "person", "id": ALEX["person_id"]}


def attended(case: Case) -> dict[str, Any]:
    hours = ((ALEX, "14.00"), (DOMINIQUE, "7.00"))
    return case.completed_event(
        attendance=[
            {"person_id": person["person_id"], "planned_hours": "14.00", "attended_hours": attended}
            for person, attended in hours
        ]
    )


def told_to_the_end(case: Case, **changed: Any) -> None:
    """Signed for Alex and Dominique, deposit paid, funded in part, completed."""
    case.sign(trainees=[ALEX, DOMINIQUE], **changed)
    case.pay_deposit()
    case.ask_funding("1000.00")
    case.approve("1000.00")
    case.api.move_to("2026-01-31")
    case.api.deliver(attended(case))


def sole_trader(case: Case, **changed: Any) -> dict[str, Any]:
    return {
        "customer_id": str(case.customer_id),
        "kind": "sole_trader",
        "name": "Alex Martin",
        "siret": "73282932000074",
        "billing_address": ADDRESS,
        "email": "alex@martin.example",
        "contact_name": "Alex Martin",
        **changed,
    }


def test_a_trainee_has_what_snapshots_and_documents_say_of_them_alone(api: ServiceUnderTest) -> None:
    case = Case(api)
    told_to_the_end(case)
    found = records(api, SUBJECT_ALEX)
    assert told(found, "contract_account") == {
        "signed.trainees[person_id].given_name": ["Alex"],
        "signed.trainees[person_id].family_name": ["Martin"],
        "completed.attendance[person_id].planned_hours": ["14.00"],
        "completed.attendance[person_id].attended_hours": ["14.00"],
    }
    assert told(found, "invoice")["personal.trainees[person_id].name"] == ["Alex Martin"]
    assert {record["table"] for record in found["records"]} == {
        "contract_account", "invoice", "deposit_request", "funding_request", "webhook_delivery",
    }  # fmt: skip
    assert {(record["table"], path) for record in found["records"] for path in record["withheld"]} == {
        ("invoice", "pdf_sha256"), ("deposit_request", "document_sha256"), ("funding_request", "approval_sha256"),
        ("webhook_delivery", "body"),
    }  # fmt: skip
    numbers = {r["values"]["number"] for r in found["records"] if r["table"] == "invoice" and "number" in r["values"]}
    assert numbers == {invoice["number"] for invoice in case.invoices()}
    text = without_files(found)
    assert not [other for other in ("Dominique", "Pétit", "Camille", "compta@", "7.00", "720.00") if other in text]
    assert found["files"] == []


def test_an_invoice_is_kept_to_the_end_of_the_tenth_year(api: ServiceUnderTest) -> None:
    case = Case(api)
    told_to_the_end(case)
    (record, *_) = [each for each in records(api, SUBJECT_ALEX)["records"] if each["table"] == "invoice"]
    assert (record["retention"]["name"], record["until"]) == ("invoices", "2036-12-31")
    assert record["retention"]["by_law"] is True
    assert record["basis"]["letter"] == "c"


def test_a_companys_contact_has_the_name_and_the_address(api: ServiceUnderTest) -> None:
    case = Case(api)
    told_to_the_end(case)
    (camille,) = matches(api, given_name="camille", family_name="ROY")
    assert camille["subject"] == {"kind": "contact", "id": f"{case.customer_id}/camille roy"}
    assert camille["details"]["organisation"] == "Société Cliente"
    found = records(api, camille["subject"])
    assert told(found, "contract_account")["signed.customer.contact_name"] == "Camille Roy"
    assert told(found, "invoice")["personal.buyer.email"] == "compta@client.example"
    assert told(found, "mail")["recipient"] == "compta@client.example"
    text = without_files(found)
    assert not [other for other in ("Alex", "Dominique", "73282932000074", "Exemple, 07000") if other in text]
    assert found["files"] == []
    # The operator's invoice names the operator, not the contact.
    numbers = {r["values"]["number"] for r in found["records"] if r["table"] == "invoice" and "number" in r["values"]}
    assert case.invoice("operator_part")["number"] not in numbers


def test_another_contact_of_the_same_customer_never_appears(api: ServiceUnderTest) -> None:
    first = Case(api)
    first.sign(trainees=[ALEX])
    second = Case(api, customer_id=first.customer_id, number="C2026-000002")
    customer = {**first.signed_event()["data"]["customer"], "contact_name": "Luc Faure", "email": "luc@client.example"}
    second.sign(customer=customer, trainees=[DOMINIQUE])
    (camille,), (luc,) = matches(api, family_name="Roy"), matches(api, email="luc@client.example")
    one, other = records(api, camille["subject"]), records(api, luc["subject"])
    assert told(one, "contract_account")["contract_number"] == "C2026-000001"
    assert told(other, "contract_account")["contract_number"] == "C2026-000002"
    assert ("Faure" in without_files(one), "luc@" in without_files(one)) == (False, False)
    assert ("Roy" in without_files(other), "compta@" in without_files(other)) == (False, False)


def test_a_sole_trader_has_every_amount_and_the_documents_that_name_nobody_else(api: ServiceUnderTest) -> None:
    case, other = Case(api), Case(api, number="C2026-000002", file_number="A-2")
    other.sign(trainees=[DOMINIQUE])
    other.pay_deposit()
    case.sign(trainees=[ALEX], customer=sole_trader(case))
    case.pay_deposit()
    found = matches(api, given_name="Alex", family_name="Martin")
    assert [each["subject"]["kind"] for each in found] == ["customer", "person"]
    subjects = [each["subject"] for each in found]
    held = records(api, *subjects)
    assert told(held, "receipt")["amount"] == "720.00"
    assert told(held, "allocation")["amount"] == "720.00"
    assert told(held, "invoice")["personal.buyer.name"] == "Alex Martin"
    assert told(held, "customer")["customer_id"] == str(case.customer_id)
    assert sorted(file["name"].partition("-")[0] for file in held["files"]) == ["deposit_request", "invoice"]
    text = without_files(held)
    assert not [name for name in ("Dominique", "Camille", "Société Cliente", "C2026-000002") if name in text]
    # Without the trainee among the subjects, a document names somebody else.
    alone = records(api, subjects[0])
    assert alone["files"] == []
    assert {path for record in alone["records"] for path in record["withheld"]} == {"document_sha256", "pdf_sha256"}


def test_documents_that_name_the_customers_contact_are_withheld(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign(trainees=[ALEX], customer=sole_trader(case, contact_name="Luc Faure"))
    case.pay_deposit()
    case.ask_funding()
    case.approve()
    subjects = [SUBJECT_ALEX, {"kind": "customer", "id": str(case.customer_id)}]
    held = records(api, *subjects)
    assert held["files"] == []
    assert {path for record in held["records"] for path in record["withheld"]} >= {"document_sha256", "pdf_sha256"}
    assert "Luc" not in without_files(held)
    both = records(api, *subjects, {"kind": "contact", "id": f"{case.customer_id}/luc faure"})
    assert {file["name"].partition("-")[0] for file in both["files"]} >= {"deposit_request", "invoice"}


def test_an_operators_message_is_told_of_and_not_handed_over_unread(api: ServiceUnderTest) -> None:
    case, other = Case(api), Case(api, number="C2026-000002", opco="akto")
    case.sign(trainees=[ALEX], customer=sole_trader(case))
    case.ask_funding()
    case.approve()
    # The same file number at another operator is another customer's.
    other.sign(trainees=[DOMINIQUE])
    other.ask_funding()
    other.approve()
    held = records(api, {"kind": "customer", "id": str(case.customer_id)})
    told_of = [record for record in held["records"] if record["table"] == "webhook_delivery"]
    assert [record["values"] for record in told_of if record["values"]] == [
        {"file_number": case.file_number, "received_at": told_of[0]["values"]["received_at"]}
    ]
    assert [path for record in told_of for path in record["withheld"]] == ["body"]
    assert told(held, "funding_request")["opco"] == "atlas"


def test_a_funding_request_is_the_contracts_its_approval_a_voucher_and_the_message_a_message(
    api: ServiceUnderTest,
) -> None:
    case = Case(api)
    case.sign(trainees=[ALEX], customer=sole_trader(case))
    case.ask_funding()
    case.approve()
    held = records(api, {"kind": "customer", "id": str(case.customer_id)})["records"]
    kept = {
        (each["table"], path): (each["retention"]["name"], each["basis"]["letter"], each["until"])
        for each in held
        for path in (*each["values"], *each["withheld"])
    }
    today = api.platform.clock.today()
    assert kept["funding_request", "amount_asked"] == ("relationship", "b", None)
    assert kept["funding_request", "approved_amount"] == ("invoices", "c", f"{today.year + 10}-12-31")
    assert kept["webhook_delivery", "body"] == ("messages", "f", add_months(today, 3).isoformat())


def test_a_customer_is_told_of_by_id_and_never_by_name(api: ServiceUnderTest) -> None:
    case, namesake = Case(api), Case(api, number="C2026-000002")
    case.sign(trainees=[ALEX], customer=sole_trader(case))
    namesake.sign(trainees=[DOMINIQUE], customer=sole_trader(namesake, email="other@martin.example"))
    assert len({match["subject"]["id"] for match in matches(api, family_name="Martin", given_name="Alex")}) == 3
    held = records(api, {"kind": "customer", "id": str(case.customer_id)})
    assert "other@martin.example" not in without_files(held)
    assert told(held, "contract_account")["contract_number"] == "C2026-000001"


def forget_ids(api: ServiceUnderTest, case: Case) -> None:
    """As the account was kept before a trainee's id was."""
    with api.platform.unit_of_work() as tx:
        row = tx.session.get_one(ContractAccountRow, case.contract_id)
        known = [
            {name: value for name, value in each.items() if name != "person_id"} for each in row.signed["trainees"]
        ]
        row.signed = {**row.signed, "trainees": known}


def test_who_was_kept_before_people_had_ids_here_is_a_candidate_by_name(api: ServiceUnderTest) -> None:
    case, other = Case(api), Case(api, number="C2026-000002")
    case.sign(trainees=[ALEX, DOMINIQUE])
    forget_ids(api, case)
    case.pay_deposit()
    other.sign(trainees=[DOMINIQUE])
    forget_ids(api, other)
    (alex,) = matches(api, given_name="alex", family_name="MARTIN")
    assert alex["subject"] == {"kind": "person", "id": f"{case.contract_id}/alex martin"}
    assert alex["details"] == {"organisation": "Société Cliente", "contract": case.number}
    held = records(api, alex["subject"])
    assert told(held, "contract_account") == {
        "signed.trainees[person_id].given_name": ["Alex"],
        "signed.trainees[person_id].family_name": ["Martin"],
    }
    assert told(held, "invoice")["personal.trainees[person_id].name"] == ["Alex Martin"]
    assert ("Dominique" in without_files(held), held["files"]) == (False, [])
    # Nobody is anybody by their name alone: neither under their id, nor on another contract, nor without a name.
    for nobody in (
        SUBJECT_ALEX,
        {"kind": "person", "id": str(case.contract_id)},
        {"kind": "person", "id": f"{other.contract_id}/alex martin"},
        {"kind": "person", "id": f"{case.contract_id}/"},
    ):
        assert records(api, nobody)["records"] == [], nobody


def test_a_name_finds_nobody_who_has_an_id(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign(trainees=[ALEX])
    case.pay_deposit()
    assert records(api, {"kind": "person", "id": f"{case.contract_id}/alex martin"})["records"] == []


def test_a_document_of_people_without_ids_is_withheld(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign(trainees=[ALEX], customer=sole_trader(case))
    forget_ids(api, case)
    held = records(api, SUBJECT_ALEX, {"kind": "customer", "id": str(case.customer_id)})
    assert "document_sha256" in {path for record in held["records"] for path in record["withheld"]}
    assert held["files"] == []


def test_staff_are_left_out_of_a_customers_records(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign(trainees=[ALEX], customer=sole_trader(case))
    case.pay_deposit()
    held = records(api, {"kind": "customer", "id": str(case.customer_id)})
    assert "booked_by" not in without_files(held)


@pytest.mark.parametrize(("column", "model"), [("signed", ContractSigned), ("completed", ContractCompleted)])
def test_every_value_that_a_snapshot_may_hold_is_declared(column: str, model: type[Event]) -> None:
    assert undeclared_of("payments", "contract_account", column, model.model_json_schema()) == set()


def test_every_value_of_the_json_columns_is_declared(api: ServiceUnderTest) -> None:
    case, other = Case(api), Case(api, number="C2026-000002")
    told_to_the_end(case)
    case.api.move_to("2026-03-01")
    case.api.sweep()
    other.sign(trainees=[ALEX], customer=sole_trader(other))
    other.api.deliver(cloud_event("contracts.contract-concluded.v1", "c", {"contract_id": str(other.contract_id),
                                  "contract_number": other.number, "concluded_on": "2026-03-01"}))  # fmt: skip
    assert undeclared(api) == set()
