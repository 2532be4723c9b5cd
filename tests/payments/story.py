"""The story of clauses, section 7 (2,000.00 excl. tax, deposit 720.00), told to payments step by step."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from standardwebhooks import Webhook

from chassis.auth import Role
from chassis.duties import Duty
from chassis.values.identifiers import new_id
from tests.support import tokens
from tests.support.client import Client, ok
from tests.support.service import ServiceUnderTest, cloud_event, key

SIGNED = "contracts.contract-signed.v1"
CONCLUDED = "contracts.contract-concluded.v1"
COMPLETED = "contracts.contract-completed.v1"
WITHDRAWN = "contracts.contract-withdrawn.v1"
ADDRESS = {"street": "1 rue de l'Exemple", "postal_code": "07000", "city": "Privas", "country": "FR"}
SELLER = {
    "code": "lexom",
    "name": "SAS Exemple",
    "legal_form": "SAS",
    "share_capital": "25000.00",
    "siret": "51086927400066",
    "vat_number": "FR74510869274",
    "rcs": "Aubenas",
    "naf": "85.59A",
    "activity_number": None,
    "address": ADDRESS,
    "email": "contact@exemple.example",
    "iban": "FR7630006000011234567890189",
}
AT_TEN = "2026-01-20T10:00:00Z"
OPCO = {"name": "ATLAS", "siret": "90012345600015", "billing_address": ADDRESS, "email": "factures@opco.example"}


def duties_of(api: ServiceUnderTest) -> list[Duty]:
    """What stands undone, but for the looks at who is late."""
    return [duty for duty in api.duties() if duty.kind != "account-review"]


@dataclass
class Case:
    """One contract and its customer, and the way to payments."""

    api: ServiceUnderTest
    contract_id: UUID = field(default_factory=new_id)
    customer_id: UUID = field(default_factory=new_id)
    number: str = "C2026-000001"
    opco: str = "atlas"
    file_number: str = "A-2026-17"

    @property
    def accounting(self) -> Client:
        return self.api.client(Role.ACCOUNTING)

    @property
    def colleague(self) -> Client:
        """A second person of accounting."""
        return self.api.anonymous({"Authorization": f"Bearer {tokens.token(Role.ACCOUNTING, sub='test-colleague')}"})

    def approve_refund(self, refund: dict[str, Any]) -> dict[str, Any]:
        """The colleague lets it be paid."""
        approved: dict[str, Any] = ok(self.colleague.post(f"/v1/refunds/{refund['id']}/approval", once=key()), 201)
        return approved

    @property
    def customer(self) -> Client:
        return self.api.client(Role.CUSTOMER, customer_id=self.customer_id)

    def signed_event(self, **changed: Any) -> dict[str, Any]:
        data = {
            "contract_id": str(self.contract_id),
            "contract_number": self.number,
            "proposal_number": "P2025-000001",
            "signed_on": "2026-01-06",
            "seller": SELLER,
            "customer": {
                "customer_id": str(self.customer_id),
                "kind": "company",
                "name": "Société Cliente",
                "siret": "73282932000074",
                "vat_number": None,
                "billing_address": ADDRESS,
                "email": "compta@client.example",
                "contact_name": "Camille Roy",
            },
            "trainees": [
                {"person_id": str(new_id()), "given_name": "Alex", "family_name": "Martin"},
                {"person_id": str(new_id()), "given_name": "Dominique", "family_name": "Petit"},
            ],
            "course": {"reference": "MRK-OPE-08", "title": "La gestion de la relation client", "revision": 1},
            "session": {
                "session_id": str(new_id()),
                "starts_on": "2026-01-30",
                "ends_on": "2026-01-31",
                "place": "Privas",
                "planned_hours": "14.00",
            },
            "lines": [line("Formation, par stagiaire", "2", "1000.00", "20", "2000.00")],
            "price": {"excl_tax": "2000.00", "vat": "400.00", "incl_tax": "2400.00"},
            "deposit": {"amount": "720.00", "callable_on": "2026-01-06", "due_on": "2026-01-21"},
            "opco_named": self.opco,
            "late_payment": {
                "interest_margin_points": "10",
                "interest_floor_multiple": "3",
                "recovery_fee": "40.00",
            },
            "terms_version": "1",
            "seats": 2,
        }
        return cloud_event(SIGNED, str(self.contract_id), {**data, **changed})

    def sign(self, on: str = "2026-01-06", **changed: Any) -> None:
        self.api.move_to(on)
        self.api.deliver(self.signed_event(**changed))

    def deposit_request(self) -> dict[str, Any]:
        (request,) = ok(self.accounting.get(f"/v1/deposit-requests?contract_id={self.contract_id}"))["items"]
        found: dict[str, Any] = request
        return found

    def receive(
        self, amount: str, value_date: str, reference: str | None, kind: str = "customer", once: str | None = None
    ) -> dict[str, Any]:
        body = self.receipt(amount, value_date, reference, kind)
        made: dict[str, Any] = ok(self.accounting.post("/v1/receipts", json=body, once=once or key()), 201)
        return made

    def receipt(self, amount: str, value_date: str, reference: str | None, kind: str = "customer") -> dict[str, Any]:
        payer = str(self.customer_id) if kind == "customer" else self.opco
        return {
            "payer": {"kind": kind, "id": payer},
            "amount": amount,
            "value_date": value_date,
            "reference": reference,
        }

    def pay_deposit(self, on: str = "2026-01-12") -> None:
        self.api.move_to(on)
        self.receive("720.00", on, self.deposit_request()["number"])
        data = {"contract_id": str(self.contract_id), "contract_number": self.number, "concluded_on": on}
        self.api.deliver(cloud_event(CONCLUDED, str(self.contract_id), data))

    def ask_funding(self, amount: str = "1920.00", on: str = "2026-01-14") -> dict[str, Any]:
        self.api.move_to(on)
        ok(self.api.client(Role.ADMIN).put(f"/v1/opcos/{self.opco}", json=OPCO))
        body = {
            "contract_id": str(self.contract_id),
            "opco": self.opco,
            "file_number": self.file_number,
            "amount_asked": amount,
        }
        sales = self.api.client(Role.SALES)
        made: dict[str, Any] = ok(sales.post("/v1/funding-requests", json=body, once=key()), 201)
        return made

    def secret(self) -> str:
        made = ok(self.api.client(Role.ADMIN).post(f"/v1/opcos/{self.opco}/webhook-secrets"), 201)
        return str(made["secret"])

    def approve(self, amount: str = "1920.00", on: str = "2026-01-20", **changed: Any) -> None:
        self.api.move_to(on)
        secret = self.secret()
        answer = self.deliver_webhook(secret, approval(self.file_number, amount, **changed))
        assert answer == {"state": "applied"}

    def deliver_webhook(self, secret: str, body: bytes, webhook_id: str | None = None) -> dict[str, Any]:
        headers = signed_headers(secret, body, webhook_id)
        answer = self.api.anonymous(headers).request("POST", f"/webhooks/opco/{self.opco}", content=body)
        accepted: dict[str, Any] = ok(answer, 202)
        return accepted

    def completed_event(self, attended: str = "14.00", **changed: Any) -> dict[str, Any]:
        data = {
            "contract_id": str(self.contract_id),
            "ended_on": "2026-01-31",
            "opco_due_on": "2026-02-28",
            "client_billed_from": "2026-03-01",
            "attendance": [
                {"person_id": str(new_id()), "planned_hours": "14.00", "attended_hours": hours}
                for hours in ("14.00", attended)
            ],
        }
        return cloud_event(COMPLETED, str(self.contract_id), {**data, **changed})

    def complete(self, on: str = "2026-01-31", attended: str = "14.00") -> None:
        self.api.move_to(on)
        self.api.deliver(self.completed_event(attended))

    def to_the_end(self) -> None:
        """Signed, deposit paid, 1,920.00 approved, completed: the operator owes 1,920.00."""
        self.sign()
        self.pay_deposit()
        self.ask_funding()
        self.approve()
        self.complete()

    def to_the_fallback(self, paid: str | None = "1000.00") -> None:
        """As the worked case: 1,000.00 in time, then the month is over."""
        self.to_the_end()
        if paid is not None:
            self.api.move_to("2026-02-20")
            self.receive(paid, "2026-02-20", self.invoice("operator_part")["number"], "opco")
        self.api.move_to("2026-03-01")
        assert self.api.sweep() == 1

    def invoices(self) -> list[dict[str, Any]]:
        listed = ok(self.accounting.get(f"/v1/invoices?contract_id={self.contract_id}&limit=100"))
        items: list[dict[str, Any]] = listed["items"]
        return items

    def invoice(self, purpose: str, document_type: str = "380") -> dict[str, Any]:
        """The first document of that purpose and type."""
        return next(
            each for each in self.invoices() if (each["purpose"], each["document_type"]) == (purpose, document_type)
        )

    def told(self) -> list[tuple[str, str, str]]:
        """Every document in its order: type, purpose, amount incl. tax."""
        return [(each["document_type"], each["purpose"], each["total"]["incl_tax"]) for each in self.invoices()]

    def statement(self, on: str) -> dict[str, Any]:
        found: dict[str, Any] = ok(self.accounting.get(f"/v1/accounts/{self.customer_id}?on={on}"))
        return found


@dataclass
class Individual(Case):
    """Ordered on the website on Saturday 2026-03-07: withdrawal through 03-23, three days of training from 04-13.

    2,400.00, deposit 720.00 callable from 03-24, three instalments of 560.00.
    """

    number: str = "C2026-000010"

    def signed_event(self, **changed: Any) -> dict[str, Any]:
        days = ("2026-04-13", "2026-04-14", "2026-04-15")
        individual = {
            "signed_on": "2026-03-07",
            "customer": {
                "customer_id": str(self.customer_id),
                "kind": "individual",
                "name": "Inès Morel",
                "siret": None,
                "vat_number": None,
                "billing_address": ADDRESS,
                "email": "ines.morel@client.example",
                "contact_name": "Inès Morel",
            },
            "trainees": [{"person_id": str(new_id()), "given_name": "Inès", "family_name": "Morel"}],
            "session": {
                "session_id": str(new_id()),
                "starts_on": days[0],
                "ends_on": days[-1],
                "place": "Privas",
                "planned_hours": "21.00",
            },
            "lines": [line("Formation, une place", "1", "2000.00", "20", "2000.00")],
            "deposit": {"amount": "720.00", "callable_on": "2026-03-24", "due_on": "2026-04-07"},
            "withdrawal_ends_on": "2026-03-23",
            "instalments": [{"due_on": day, "amount": "560.00"} for day in days],
            "opco_named": None,
            "seats": 1,
        }
        return super().signed_event(**{**individual, **changed})

    def sign(self, on: str = "2026-03-07", **changed: Any) -> None:
        super().sign(on, **changed)

    def ask(self, on: str = "2026-03-24") -> dict[str, Any]:
        """The withdrawal period is over: the deposit is asked for."""
        self.api.move_to(on)
        self.api.sweep()
        return self.deposit_request()

    def pay_deposit(self, on: str = "2026-03-30") -> None:
        super().pay_deposit(on)

    def confirm(self, once: str | None = None) -> Any:
        """The client confirms what it sent too early."""
        path = f"/v1/deposit-requests/{self.deposit_request()['id']}/confirmation"
        return self.customer.post(path, once=once or key())

    def train(self, *days: str) -> None:
        """These training days come."""
        for day in days:
            self.api.move_to(day)
            self.api.sweep()

    def completed_event(self, attended: str = "21.00", **changed: Any) -> dict[str, Any]:
        ended = {
            "ended_on": "2026-04-15",
            "opco_due_on": "2026-05-15",
            "client_billed_from": "2026-05-16",
            "attendance": [{"person_id": str(new_id()), "planned_hours": "21.00", "attended_hours": attended}],
        }
        return super().completed_event(attended, **{**ended, **changed})

    def complete(self, on: str = "2026-04-15", attended: str = "21.00") -> None:
        super().complete(on, attended)

    def withdrawn_event(self, withdrawn_on: str, refund_by: str) -> dict[str, Any]:
        data = {
            "contract_id": str(self.contract_id),
            "contract_number": self.number,
            "withdrawn_on": withdrawn_on,
            "confirmed_at": f"{withdrawn_on}T10:00:00Z",
            "refund_by": refund_by,
        }
        return cloud_event(WITHDRAWN, str(self.contract_id), data)

    def withdraw(self, withdrawn_on: str = "2026-03-18", refund_by: str = "2026-04-01", on: str | None = None) -> None:
        """A declaration sent on a day, recorded then or later."""
        self.api.move_to(on or withdrawn_on)
        self.api.deliver(self.withdrawn_event(withdrawn_on, refund_by))

    def refunds(self, state: str = "due") -> list[dict[str, Any]]:
        """This customer's refunds."""
        listed = ok(self.accounting.get(f"/v1/refunds?state={state}&limit=100"))["items"]
        return [each for each in listed if each["customer_id"] == str(self.customer_id)]

    def kept_apart(self) -> list[str]:
        """What is left of each receipt of the queue."""
        listed = ok(self.accounting.get("/v1/receipts?kept_apart=true&limit=100"))["items"]
        return [each["unallocated"] for each in listed if each["payer"]["id"] == str(self.customer_id)]


def line(description: str, quantity: str, unit_price: str, vat_rate: str, excl_tax: str) -> dict[str, str]:
    """A price line of the event."""
    return {
        "description": description,
        "quantity": quantity,
        "unit_price": unit_price,
        "vat_rate": vat_rate,
        "excl_tax": excl_tax,
    }


def approval(file_number: str, amount: str = "1920.00", timestamp: str = AT_TEN, **changed: Any) -> bytes:
    """An operator's message: approved incl. tax with direct payment and a copy, unless told otherwise."""
    return promise("funding.approved", file_number, amount, timestamp, **changed)


def amendment(file_number: str, amount: str, timestamp: str = AT_TEN, **changed: Any) -> bytes:
    """An operator's message: the same, otherwise than before."""
    return promise("funding.amended", file_number, amount, timestamp, **changed)


def promise(kind: str, file_number: str, amount: str, timestamp: str = AT_TEN, **changed: Any) -> bytes:
    """A message that promises money."""
    copy = {
        "file_name": "accord.pdf",
        "media_type": "application/pdf",
        "content_base64": base64.b64encode(b"%PDF-1.7 accord").decode(),
    }
    data = {"amount": amount, "tax_basis": "incl_tax", "direct_payment": True, "approval_document": copy}
    return message(kind, file_number, timestamp, **{**data, **changed})


def message(kind: str, file_number: str, timestamp: str = AT_TEN, **data: Any) -> bytes:
    """Any message about a file."""
    said = {"type": kind, "timestamp": timestamp, "data": {"file_number": file_number, **data}}
    return json.dumps(said).encode()


def signed_headers(
    secret: str, body: bytes, webhook_id: str | None = None, age: timedelta = timedelta()
) -> dict[str, str]:
    """Standard Webhooks headers; `age` makes the message older."""
    identifier, at = webhook_id or f"msg_{new_id()}", datetime.now(UTC) - age
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(identifier, at, body.decode()),
    }
