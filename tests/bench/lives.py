"""Contracts' lives played through the gateway as sales and accounting play them, timed where somebody waits."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, perf_counter, sleep
from typing import Any, TypeVar

from deploy.sandbox import cast
from deploy.sandbox.api import Platform
from deploy.sandbox.samples import SELLER

ORDERED_ON, HELD_ON = "2026-01-06", "2026-01-31"
_POLL_SECONDS = 0.005
_WAIT_SECONDS = 60.0
_RETURNED = {
    "statement": "Bon pour accord",
    **dict.fromkeys(("initialled", "stamped", "signed", "terms_initialled", "terms_signed"), True),
    "document": {
        "file_name": "proposition-signee.pdf",
        "media_type": "application/pdf",
        "content_base64": b64encode(cast.SIGNED_PROPOSAL).decode(),
    },
}
T = TypeVar("T")


@dataclass
class Life:
    """One contract. deposit_seconds: from the order to its deposit request; final_seconds: from the completion to
    the final invoice, both until a reader sees the document.
    """

    deposit_seconds: float = 0.0
    final_seconds: float = 0.0
    _ids: dict[str, str] = field(default_factory=dict)

    def order(self, platform: Platform, session: str) -> None:
        """From the customer to the deposit paid and the contract concluded."""
        sales, accounting = platform.caller("sales"), platform.caller("accounting")
        customer = sales.post("/v1/customers", cast.CUSTOMER)["id"]
        proposal = sales.post("/v1/proposals", _proposal(customer, session))["id"]
        sales.post(f"/v1/proposals/{proposal}/issue")
        started = perf_counter()
        contract = sales.post(f"/v1/proposals/{proposal}/acceptance", _RETURNED)["contract_id"]
        request = _until(lambda: _first(accounting.get("/v1/deposit-requests", contract_id=contract)))
        self.deposit_seconds = perf_counter() - started
        receipt = {"payer": {"kind": "customer", "id": customer}, "amount": request["amount"]}
        accounting.post("/v1/receipts", {**receipt, "value_date": ORDERED_ON, "reference": request["number"]})
        _until(lambda: sales.get(f"/v1/contracts/{contract}")["state"] == "concluded")
        self._ids = {"contract": contract}

    def complete(self, platform: Platform) -> None:
        """From the completion to the final invoice."""
        sales, accounting, contract = platform.caller("sales"), platform.caller("accounting"), self._ids["contract"]
        trainees = sales.get(f"/v1/contracts/{contract}")["trainees"]
        attendance = [{"person_id": trainee["person_id"], "attended_hours": "14.00"} for trainee in trainees]
        started = perf_counter()
        sales.post(f"/v1/contracts/{contract}/completion", {"attendance": attendance})
        _until(lambda: _final(accounting.get("/v1/invoices", contract_id=contract)))
        self.final_seconds = perf_counter() - started


def new_session(platform: Platform, seats: int) -> str:
    """A session that so many trainees have room in."""
    body = {"course_reference": cast.COURSE, "kind": "open", "place": "Privas", "trainer": "Hélène Garnier"}
    made = platform.caller("sales").post("/v1/sessions", {**body, "seats_max": seats, "half_days": cast.HALF_DAYS})
    return str(made["id"])


def _proposal(customer: str, session: str) -> dict[str, Any]:
    return {
        "customer_id": customer,
        "seller": SELLER,
        "course_reference": cast.COURSE,
        "session_id": session,
        "trainees": cast.TRAINEES,
        "lines": cast.LINES,
        "preparation_cost": "150.00",
    }


def _first(page: Any) -> Any:
    return page["items"][0] if page["items"] else None


def _final(page: Any) -> bool:
    return any(invoice["purpose"] == "final" for invoice in page["items"])


def _until(look: Callable[[], T]) -> T:
    """What is looked for, as soon as it is there."""
    deadline = monotonic() + _WAIT_SECONDS
    while not (found := look()):
        assert monotonic() < deadline, "what was asked for did not come"
        sleep(_POLL_SECONDS)
    return found
