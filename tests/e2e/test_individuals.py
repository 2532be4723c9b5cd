"""Two individuals on the website, over HTTP between the real processes: one is trained, one withdraws."""

from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from deploy.sandbox import cast
from deploy.sandbox.api import Api, Platform, Refused
from deploy.sandbox.processes import Processes, Sandbox
from deploy.sandbox.samples import SELLER

pytestmark = pytest.mark.timeout(240)
_HALF_DAYS = [
    {"day": day, "half": half, "hours": "3.50"}
    for day in ("2026-05-04", "2026-05-05")
    for half in ("morning", "afternoon")
]


def _person(given_name: str, family_name: str) -> dict[str, Any]:
    address = {"street": "5 montée des Soyeux", "postal_code": "69004", "city": "Lyon"}
    email = f"{given_name}@particulier.example".lower()
    return {"given_name": given_name, "family_name": family_name, "email": email, "address": address}


class Website:
    """The platform as the website, sales, accounting and a customer meet it."""

    def __init__(self, front: Platform, sandbox: Sandbox) -> None:
        self._front = front
        self._admin = front.caller("admin")
        self.mails_folder = sandbox.mails
        self.sales, self.accounting, self.visitor = front.caller("sales"), front.caller("accounting"), front.caller()

    def as_customer(self, customer_id: str) -> Api:
        """The customer with an account of its own."""
        return Api(self._front._http, self._front.token("customer", customer_id))

    def move_to(self, day: str) -> None:
        """Make it that day; everything due on the way is done, every event has arrived."""
        self._admin.put("/v1/sandbox/clock", {"today": day})
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is pending."""
        self._admin.post("/v1/sandbox/settle")

    def offer(self) -> str:
        """A session of two days in May, offered for 1,000.02 incl. tax; its id."""
        session = self.sales.post(
            "/v1/sessions",
            {
                "course_reference": cast.COURSE,
                "kind": "open",
                "place": "Privas",
                "seats_max": 2,
                "trainer": "Hélène Garnier",
                "half_days": _HALF_DAYS,
            },
        )
        offer = {
            "seller": SELLER,
            "description": "Formation CRM, 2 jours",
            "unit_price": "833.35",
            "vat_rate": "20",
            "trainer_qualifications": "Master de marketing, dix ans de CRM",
        }
        self.sales.put(f"/v1/offers/{session['id']}", offer)
        return str(session["id"])

    def order(self, session_id: str, person: dict[str, Any]) -> dict[str, Any]:
        """What somebody without an account orders from what the website shows; the answer and the customer's id."""
        shown = self.visitor.get(f"/v1/offers/{session_id}")
        body = {
            "session_id": session_id,
            "person": person,
            "total_incl_tax": shown["price"]["incl_tax"],
            "statement": "Bon pour accord",
            "terms_version": shown["terms_version"],
        }
        made = self.visitor.post("/v1/orders", body)
        self.settle()
        return {**made, "customer_id": self.contract(made)["customer_id"]}

    def contract(self, order: dict[str, Any]) -> dict[str, Any]:
        """The contract as it stands."""
        found: dict[str, Any] = self.sales.get(f"/v1/contracts/{order['contract_id']}")
        return found

    def receive(self, order: dict[str, Any], amount: str, day: str, reference: str) -> dict[str, Any]:
        """Money from the customer."""
        payer = {"kind": "customer", "id": order["customer_id"]}
        receipt = {"payer": payer, "amount": amount, "value_date": day, "reference": reference}
        booked: dict[str, Any] = self.accounting.post("/v1/receipts", receipt)
        self.settle()
        return booked

    def requests(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        """Deposits asked for."""
        items: list[dict[str, Any]] = self.accounting.get("/v1/deposit-requests", contract_id=order["contract_id"])[
            "items"
        ]
        return items

    def invoices(self, order: dict[str, Any]) -> list[tuple[str, str, str, str]]:
        """What was invoiced: type, purpose, total incl. tax, what is unpaid."""
        items = self.accounting.get("/v1/invoices", contract_id=order["contract_id"])["items"]
        return [(each["document_type"], each["purpose"], each["total"]["incl_tax"], each["open"]) for each in items]

    def refunds(self, order: dict[str, Any], state: str = "due") -> list[dict[str, Any]]:
        """What is to be paid back, or was."""
        items = self.accounting.get("/v1/refunds", state=state)["items"]
        return [each for each in items if each["contract_id"] == order["contract_id"]]

    def mails_to(self, person: dict[str, Any]) -> dict[str, list[str]]:
        """What the person was sent: the PDFs by the subject of their mail."""
        return {subject: names for to, subject, names in _mails(self.mails_folder) if to == person["email"]}


def _mails(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    for path in folder.glob("*.eml"):
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        parts = [part for part in mail.iter_attachments() if part.get_content().startswith(b"%PDF")]
        yield str(mail["To"]), str(mail["Subject"]), [str(part.get_filename()) for part in parts]


def test_two_individuals_order_one_is_trained_and_one_withdraws(sandbox: Sandbox, platform: Processes) -> None:
    with Platform(sandbox.url) as front:
        website = Website(front, sandbox)
        website.move_to("2026-03-07")
        session_id = website.offer()
        ines, paul = _person("Ines", "Morel"), _person("Paul", "Arnaud")
        kept, left = website.order(session_id, ines), website.order(session_id, paul)
        assert kept["withdrawal_ends_on"] == left["withdrawal_ends_on"] == "2026-03-23"
        with pytest.raises(Refused, match="session-full"):
            website.order(session_id, _person("Zoe", "Tard"))
        _both_pay_too_early(website, kept, left)
        _one_withdraws(website, session_id, left, paul)
        _the_other_is_asked_for_the_deposit_and_confirms(website, kept)
        _and_is_trained(website, kept, ines)
        assert website.requests(left) == [], "nothing was ever asked of whoever withdrew"
        assert website.invoices(left) == []


def _both_pay_too_early(website: Website, kept: dict[str, Any], left: dict[str, Any]) -> None:
    website.move_to("2026-03-10")
    for order, amount in ((kept, "400.00"), (left, "200.00")):
        receipt = website.receive(order, amount, "2026-03-10", order["contract_number"])
        assert (receipt["unallocated"], receipt["allocations"]) == (amount, [])
        assert website.requests(order) == [] and website.invoices(order) == []
    waiting = website.accounting.get("/v1/receipts", kept_apart="true")["items"]
    assert sorted(receipt["unallocated"] for receipt in waiting) == ["200.00", "400.00"]


def _one_withdraws(website: Website, session_id: str, left: dict[str, Any], paul: dict[str, Any]) -> None:
    website.move_to("2026-03-12")
    path, code = f"/v1/contracts/{left['contract_id']}/withdrawal", {"order_code": left["order_code"]}
    with pytest.raises(Refused, match="not found"):
        website.visitor.post(path, {"name": "X", "email": "x@x.example", "order_code": "guessed"})
    declared = website.visitor.post(path, {"name": "Paul Arnaud", "email": paul["email"], **code})
    assert declared["state"] == "declared" and website.contract(left)["state"] == "signed"
    confirmed = website.visitor.post(f"{path}/confirmation", code)
    website.settle()
    assert (confirmed["state"], confirmed["refund_by"]) == ("confirmed", "2026-03-26")
    assert website.contract(left)["state"] == "withdrawn"
    assert website.visitor.get(f"/v1/offers/{session_id}")["session"]["seats_left"] == 1, "the seat is free again"
    number = left["contract_number"]
    acknowledged = website.mails_to(paul)[f"Contrat {number} : accusé de réception de votre rétractation"]
    assert acknowledged == [f"{number}-retractation.pdf"]
    (refund,) = website.refunds(left)
    assert (refund["amount"], refund["refund_by"]) == ("200.00", "2026-03-26")
    paid = {"paid_on": "2026-03-12", "bank_reference": "VIR-1"}
    website.accounting.post(f"/v1/refunds/{refund['id']}/approval", {})
    website.accounting.post(f"/v1/refunds/{refund['id']}/payment", paid)
    website.settle()
    assert website.refunds(left) == [] and len(website.refunds(left, "paid")) == 1
    timeline = website.sales.get(f"/v1/contracts/{left['contract_id']}/timeline")["items"]
    assert timeline[-1]["kind"] == "refund-paid"


def _the_other_is_asked_for_the_deposit_and_confirms(website: Website, kept: dict[str, Any]) -> None:
    website.move_to("2026-03-23")
    assert website.requests(kept) == [], "the last day counts in full"
    website.move_to("2026-03-24")
    (request,) = website.requests(kept)
    assert (request["amount"], request["due_on"], request["complete"]) == ("300.00", "2026-04-07", False)
    assert website.contract(kept)["state"] == "signed", "early money is no deposit by itself"
    own = website.as_customer(kept["customer_id"])
    assert own.post(f"/v1/deposit-requests/{request['id']}/confirmation")["complete"] is True
    website.settle()
    assert website.contract(kept)["state"] == "concluded"
    assert website.invoices(kept) == [("386", "deposit", "300.00", "0.00")]
    (refund,) = website.refunds(kept)
    assert refund["amount"] == "100.00"


def _and_is_trained(website: Website, kept: dict[str, Any], ines: dict[str, Any]) -> None:
    website.move_to("2026-05-03")
    assert len(website.invoices(kept)) == 1
    website.move_to("2026-05-04")
    assert website.invoices(kept)[1:] == [("380", "instalment", "350.01", "350.01")]
    website.receive(kept, "350.01", "2026-05-04", kept["contract_number"])
    website.move_to("2026-05-05")
    trainee = website.contract(kept)["trainees"][0]["person_id"]
    completion = {"attendance": [{"person_id": trainee, "attended_hours": "14.00"}]}
    website.sales.post(f"/v1/contracts/{kept['contract_id']}/completion", completion)
    website.settle()
    invoices = website.invoices(kept)
    assert invoices[1:] == [("380", "instalment", "350.01", "0.00"), ("380", "final", "650.01", "350.01")]
    website.receive(kept, "350.01", "2026-05-05", kept["contract_number"])
    assert website.invoices(kept)[-1][-1] == "0.00"
    assert website.contract(kept)["state"] == "completed"
    assert f"Commande {kept['contract_number']} : votre contrat de formation" in website.mails_to(ines)
