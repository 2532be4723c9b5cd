"""From the draft to the completed contract: the figures of clauses, section 7."""

from typing import Any

import pypdfium2

from tests.contracts.api import stories
from tests.support.client import ok
from tests.support.service import ServiceUnderTest, cloud_event, key


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join("\n".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def test_a_proposal_is_issued_with_number_last_day_price_deposit_and_pdf(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    assert proposal["number"] == "P2025-000001"
    assert (proposal["issued_on"], proposal["last_day"]) == ("2025-12-15", "2026-01-14")
    assert proposal["price"] == {"excl_tax": "2000.00", "vat": "400.00", "incl_tax": "2400.00"}
    assert (proposal["deposit"], proposal["terms_version"]) == ("720.00", "2024-01")
    assert proposal["course"] == {"reference": "MRK-OPE-08", "title": stories.TITLE, "revision": 1}
    assert proposal["session"]["planned_hours"] == "14.00"
    assert proposal["billing_address"] == stories.ADDRESS
    pdf = stories.sales(api).get(f"/v1/proposals/{proposal['id']}/document").content
    assert pdf.startswith(b"%PDF")
    page = text_of(pdf)
    for shown in ("P2025-000001", "MRK-OPE-08", "Anna Martin", "Bruno Lefèvre", "14 janvier 2026", "BON POUR ACCORD"):
        assert shown in page, shown


def test_an_incomplete_return_is_recorded_named_and_acknowledged(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    api.move_to("2026-01-05")
    path = f"/v1/proposals/{proposal['id']}"
    returned = {**stories.RETURNED, "statement": ""}
    answer = ok(stories.sales(api).post(f"{path}/acceptance", json=returned, once=key()))
    assert answer == {
        "state": "incomplete",
        "missing": ["acceptance_statement"],
        "contract_id": None,
        "contract_number": None,
    }
    kept = ok(stories.sales(api).get(path))
    assert kept["state"] == "issued"
    assert kept["returns"][0]["missing"] == ["acceptance_statement"]
    assert kept["returns"][0]["checked_by"] == "test-sales"
    assert len(kept["returns"][0]["document_sha256"]) == 64
    (mail,) = api.mails()
    assert mail.to == "achats@ateliers.example"
    assert "« BON POUR ACCORD »" in mail.body
    assert "14\u00a0janvier\u00a02026" in mail.body
    assert not api.published()
    assert not api.neighbour.asked("PUT", stories.seats_path(proposal["contract_id"]))


def test_a_complete_acceptance_signs_the_contract_holds_seats_and_asks_for_the_deposit(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    assert (contract["number"], contract["state"], contract["signed_on"]) == ("C2026-000001", "signed", "2026-01-06")
    assert contract["deposit"] == {"amount": "720.00", "callable_on": "2026-01-06", "due_on": "2026-01-21"}
    assert contract["concluded_on"] is None
    (seats,) = api.neighbour.asked("PUT", stories.seats_path(contract["id"]))
    assert seats.json == {"seats": 2}
    (mail,) = api.mails()
    assert "C2026-000001" in mail.body
    assert "720,00\u00a0€" in mail.body
    assert "21\u00a0janvier\u00a02026" in mail.body


def test_contract_signed_carries_all_that_a_consumer_needs(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    (event,) = api.published("contracts.contract-signed.v1")
    data: dict[str, Any] = event["data"]
    assert (event["source"], event["subject"]) == ("/contracts", contract["id"])
    assert data["contract_number"] == "C2026-000001"
    assert data["proposal_number"] == "P2025-000001"
    # The mediator is on contracts' own papers: no consumer of the event prints it.
    assert data["seller"] == {
        **{name: value for name, value in stories.SELLER.items() if name != "mediator"},
        "code": "lexom",
        "activity_number": None,
        "iban": None,
        "address": {**stories.SELLER["address"], "country": "FR"},  # type: ignore[dict-item]
    }
    assert data["customer"] == {**stories.COMPANY, "customer_id": contract["customer_id"]}
    assert [trainee["family_name"] for trainee in data["trainees"]] == ["Martin", "Lefèvre"]
    assert data["course"] == {"reference": "MRK-OPE-08", "title": stories.TITLE, "revision": 1}
    assert data["session"] == {
        "session_id": stories.SESSION_ID,
        "starts_on": "2026-01-30",
        "ends_on": "2026-01-31",
        "place": "Lyon",
        "planned_hours": "14.00",
    }
    assert data["lines"] == [{**stories.LINE, "excl_tax": "2000.00"}]
    assert data["price"] == {"excl_tax": "2000.00", "vat": "400.00", "incl_tax": "2400.00"}
    assert data["deposit"] == {"amount": "720.00", "callable_on": "2026-01-06", "due_on": "2026-01-21"}
    assert data["late_payment"] == {
        "interest_margin_points": "10",
        "interest_floor_multiple": "3",
        "recovery_fee": "40.00",
    }
    assert (data["opco_named"], data["terms_version"], data["seats"]) == ("atlas", "2024-01", 2)
    assert (data["withdrawal_ends_on"], data["instalments"]) == (None, [])


def test_only_the_deposit_concludes_the_contract_once(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    api.move_to("2026-01-12")
    event = stories.pay_deposit(api, contract["id"])
    api.deliver(event)
    stories.pay_deposit(api, contract["id"], paid_on="2026-01-20")
    read = ok(stories.sales(api).get(f"/v1/contracts/{contract['id']}"))
    assert (read["state"], read["concluded_on"]) == ("concluded", "2026-01-12")
    (concluded,) = api.published("contracts.contract-concluded.v1")
    assert concluded["data"] == {
        "contract_id": contract["id"],
        "contract_number": "C2026-000001",
        "concluded_on": "2026-01-12",
    }


def test_less_than_the_deposit_concludes_nothing(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    api.move_to("2026-01-12")
    stories.pay_deposit(api, contract["id"], amount="719.99")
    path = f"/v1/contracts/{contract['id']}"
    assert ok(stories.sales(api).get(path))["state"] == "signed"
    assert ok(stories.sales(api).get(f"{path}/timeline"))["items"][-1]["kind"] == "deposit-short"
    assert not api.published("contracts.contract-concluded.v1")


def test_completion_on_the_last_day_starts_the_operators_month(api: ServiceUnderTest) -> None:
    contract = stories.concluded(api)
    api.move_to("2026-01-31")
    path = f"/v1/contracts/{contract['id']}/completion"
    once, body = key(), stories.attendance(contract, "14.00", "10.50")
    completed = ok(stories.sales(api).post(path, json=body, once=once))
    assert (completed["state"], completed["ended_on"]) == ("completed", "2026-01-31")
    assert (completed["opco_due_on"], completed["client_billed_from"]) == ("2026-02-28", "2026-03-01")
    assert [trainee["attended_hours"] for trainee in completed["trainees"]] == ["14.00", "10.50"]
    assert ok(stories.sales(api).post(path, json=body, once=once)) == completed
    (event,) = api.published("contracts.contract-completed.v1")
    assert event["data"] == {
        "contract_id": contract["id"],
        "ended_on": "2026-01-31",
        "opco_due_on": "2026-02-28",
        "client_billed_from": "2026-03-01",
        "attendance": [
            {"person_id": contract["trainees"][0]["person_id"], "planned_hours": "14.00", "attended_hours": "14.00"},
            {"person_id": contract["trainees"][1]["person_id"], "planned_hours": "14.00", "attended_hours": "10.50"},
        ],
    }


def test_the_timeline_tells_it_all_with_days_and_clauses(api: ServiceUnderTest) -> None:
    contract = stories.concluded(api)
    funding = {
        "contract_id": contract["id"],
        "opco": "atlas",
        "file_number": "A-1",
        "amount_incl_tax": "1920.00",
        "direct_payment": True,
    }
    api.move_to("2026-01-20")
    api.deliver(cloud_event("payments.funding-approved.v1", contract["id"], funding))
    api.move_to("2026-01-31")
    path = f"/v1/contracts/{contract['id']}"
    ok(stories.sales(api).post(f"{path}/completion", json=stories.attendance(contract), once=key()))
    api.move_to("2026-03-01")
    billed = {
        "contract_id": contract["id"],
        "invoice_number": "F2026-000004",
        "amount_incl_tax": "920.00",
        "amount_due": "680.00",
        "billed_on": "2026-03-01",
    }
    api.deliver(cloud_event("payments.client-billed-after-grace.v1", contract["id"], billed))
    entries = ok(stories.sales(api).get(f"{path}/timeline"))["items"]
    assert [(entry["happened_on"], entry["kind"], entry["clause"]) for entry in entries] == [
        ("2025-12-15", "proposal-issued", "2.1"),
        ("2026-01-06", "contract-signed", "2.1"),
        ("2026-01-06", "deposit-asked-for", "2.2"),
        ("2026-01-12", "contract-concluded", "2.2"),
        ("2026-01-20", "funding-approved", "3.3"),
        ("2026-01-31", "contract-completed", "3.3"),
        ("2026-03-01", "client-billed-after-grace", "3.3"),
    ]
    assert "680.00" in entries[-1]["detail"]
