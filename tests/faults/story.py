"""One contract from its proposal to its conclusion, told by callers who send again what was not answered.

proposal → acceptance (a contract, seats, a mail) → event → account and deposit request → receipt → deposit invoice
→ event → concluded → event → noted. What it leaves in the real tables of the three databases is counted.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from sqlmodel import col, select

from chassis.values.identifiers import new_id
from deploy.sandbox import cast
from deploy.sandbox.api import Platform
from deploy.sandbox.samples import SELLER
from services.payments.tables import ContractAccountRow, DepositRequestRow
from tests.faults.fleet import TODAY, Fleet

# What the gateway says, or what the connection does, while a process is away.
PASSING = frozenset({502, 503, 504})
RETURNED = {
    "statement": "Bon pour accord",
    "initialled": True,
    "stamped": True,
    "signed": True,
    "terms_initialled": True,
    "terms_signed": True,
    "document": {
        "file_name": "proposition-signee.pdf",
        "media_type": "application/pdf",
        "content_base64": b64encode(cast.SIGNED_PROPOSAL).decode(),
    },
}
SESSION = {
    "course_reference": cast.COURSE,
    "kind": "open",
    "place": "Privas",
    "seats_max": 10,
    "trainer": "Hélène Garnier",
    "half_days": cast.HALF_DAYS,
}


@dataclass(frozen=True)
class Signed:
    """A contract that has been told of to payments: whose, and the number of its deposit request."""

    contract_id: UUID
    proposal_id: UUID
    proposal_number: str
    customer_id: str
    deposit_request: str


class Callers:
    """Sales and accounting, through the gateway."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        with Platform(fleet.url) as platform:
            self._tokens = {role: platform.token(role) for role in ("sales", "accounting")}
        self._http = httpx2.Client(base_url=fleet.url, timeout=40.0, trust_env=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def post(self, role: str, path: str, body: Any = None, once: str | None = None) -> Any:
        """What is answered in the end to a POST that is sent again, under the same key, while nobody is there."""
        key = once or str(new_id())

        def answered() -> httpx2.Response | None:
            return self.post_once(role, path, body, key)

        answer = self._fleet.until(answered, f"POST {path}")
        assert answer.is_success, f"{answer.status_code}: {answer.text}"
        return answer.json()

    def post_once(self, role: str, path: str, body: Any, once: str) -> httpx2.Response | None:
        """One attempt; None where nobody was there to answer."""
        try:
            answer = self.attempt(role, path, body, once)
        except httpx2.TransportError:
            return None
        return None if answer.status_code in PASSING else answer

    def attempt(self, role: str, path: str, body: Any, once: str) -> httpx2.Response:
        """One attempt, whatever comes of it."""
        headers = {"authorization": f"Bearer {self._tokens[role]}", "idempotency-key": once}
        return self._http.post(path, json=body, headers=headers)

    def issued(self) -> dict[str, Any]:
        """A proposal of its own customer, issued, for one trainee in a session of its own."""
        session = self.post("sales", "/v1/sessions", SESSION)
        customer = self.post("sales", "/v1/customers", cast.CUSTOMER)
        asked = {
            "customer_id": customer["id"],
            "seller": SELLER,
            "course_reference": cast.COURSE,
            "session_id": session["id"],
            "trainees": cast.TRAINEES[:1],
            "lines": cast.LINES,
            "preparation_cost": "150.00",
        }
        proposal = self.post("sales", "/v1/proposals", asked)
        issued: dict[str, Any] = self.post("sales", f"/v1/proposals/{proposal['id']}/issue")
        return issued

    def accept(self, proposal: dict[str, Any], once: str) -> Signed:
        """The acceptance, and what came of it once payments has asked for the deposit."""
        made = self.post("sales", f"/v1/proposals/{proposal['id']}/acceptance", RETURNED, once)
        contract_id = UUID(made["contract_id"])
        number = self._fleet.until(lambda: self._deposit_request(contract_id), "the deposit request")
        return Signed(contract_id, UUID(proposal["id"]), proposal["number"], proposal["customer_id"], number)

    def pay_deposit(self, signed: Signed, once: str) -> None:
        """The receipt of the whole deposit, until the contract is concluded and payments knows."""
        self.post("accounting", "/v1/receipts", receipt(signed), once)
        is_its = col(ContractAccountRow.contract_id) == signed.contract_id
        is_known = is_its & col(ContractAccountRow.concluded_on).is_not(None)
        self._fleet.until(lambda: self._fleet.count("payments", ContractAccountRow, is_known), "the conclusion")

    def _deposit_request(self, contract_id: UUID) -> str | None:
        wanted = select(DepositRequestRow.number).where(DepositRequestRow.contract_id == contract_id)
        with self._fleet.databases["payments"].reading() as session:
            return session.exec(wanted).one_or_none()

    def verification(self) -> dict[str, Any]:
        """What payments finds when it walks the chain of its invoices."""
        headers = {"authorization": f"Bearer {self._tokens['accounting']}"}
        found: dict[str, Any] = self._http.get("/v1/invoices/verification", headers=headers).json()
        return found


def receipt(signed: Signed) -> dict[str, Any]:
    """The whole deposit, as the bank shows it."""
    return {
        "payer": {"kind": "customer", "id": signed.customer_id},
        "amount": "720.00",
        "value_date": str(TODAY),
        "reference": signed.deposit_request,
    }
