"""The main job, as the people in it live it: from the course sheet to the client billed after the grace."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from deploy.sandbox import cast, operator_side
from deploy.sandbox.api import Platform, Refused
from deploy.sandbox.samples import OPCO, SELLER
from deploy.sandbox.telling import Teller


class Story:
    """Plays the steps through the public API."""

    def __init__(self, platform: Platform, teller: Teller) -> None:
        self._sales, self._accounting = platform.caller("sales"), platform.caller("accounting")
        self._admin, self._website = platform.caller("admin"), platform.caller()
        self._teller = teller
        self._ids: dict[str, str] = {}

    def play(self) -> None:
        """All of it, in order."""
        self._course()
        self._proposal()
        self._acceptance()
        self._deposit()
        self._funding()
        self._completion()
        self._fallback()
        self._statement()

    def _move_to(self, day: str) -> date:
        self._admin.put("/v1/sandbox/clock", {"today": day})
        self._settle()
        return date.fromisoformat(day)

    def _settle(self) -> None:
        self._admin.post("/v1/sandbox/settle")

    def _course(self) -> None:
        tell = self._teller
        tell.chapter("1. The catalogue")
        day = self._move_to("2025-12-08")
        course = self._website.get(f"/v1/courses/{cast.COURSE}")
        sections = sum(len(half["sections"]) for half in course["programme"])
        tell.check("objectives", len(course["objectives"]), 4)
        tell.check("sections of the programme", sections, 6)
        tell.fact(day, f"{cast.COURSE} {course['title']}: {course['days']} days, {sections} sections, published")
        found = self._website.get("/v1/courses", q="relations clients FIDELISER")["items"]
        tell.check("search", [item["reference"] for item in found], [cast.COURSE])
        tell.fact(day, "found by “relations clients FIDELISER”, without accents or exact endings")

    def _proposal(self) -> None:
        tell = self._teller
        tell.chapter("2. From the proposal to the contract")
        day = self._move_to("2025-12-15")
        session = self._sales.post(
            "/v1/sessions",
            {
                "course_reference": cast.COURSE,
                "kind": "open",
                "place": "12 rue de la République, 07000 Privas",
                "seats_max": 10,
                "trainer": "Hélène Garnier",
                "half_days": cast.HALF_DAYS,
            },
        )
        tell.fact(day, f"session of {session['starts_on']} and {session['ends_on']}, 10 seats, 14.00 hours")
        customer = self._sales.post("/v1/customers", cast.CUSTOMER)
        self._ids |= {"session": session["id"], "customer": customer["id"]}
        asked = {
            "customer_id": customer["id"],
            "seller": SELLER,
            "course_reference": cast.COURSE,
            "session_id": session["id"],
            "lines": cast.LINES,
            "preparation_cost": "150.00",
            "opco": OPCO,
        }
        proposal = self._sales.post("/v1/proposals", asked)
        self._ids["proposal"] = proposal["id"]
        refusal = self._refused(lambda: self._sales.post(f"/v1/proposals/{proposal['id']}/issue"))
        tell.fact(day, f"issuing refused, missing: {', '.join(refusal['missing'])}", "", refusal["clause"])
        whole = {**asked, "trainees": cast.TRAINEES}
        self._sales.put(f"/v1/proposals/{proposal['id']}", whole, if_match="*")
        issued = self._sales.post(f"/v1/proposals/{proposal['id']}/issue")
        tell.check("price", issued["price"]["incl_tax"], "2400.00")
        tell.check("last day", issued["last_day"], "2026-01-14")
        tell.fact(day, f"proposal {issued['number']} issued, open through {issued['last_day']}", "2 400.00", "2.1")
        tell.keep("proposal.pdf", self._sales.fetch(f"/v1/proposals/{proposal['id']}/document"))

    def _acceptance(self) -> None:
        tell, path = self._teller, f"/v1/proposals/{self._ids['proposal']}/acceptance"
        day = self._move_to("2026-01-05")
        returned: dict[str, Any] = {
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
        incomplete = self._sales.post(path, {**returned, "statement": ""})
        tell.check("acceptance", incomplete["state"], "incomplete")
        tell.fact(day, f"acceptance incomplete, lacks: {', '.join(incomplete['missing'])}", "", "2.1")
        day = self._move_to("2026-01-06")
        complete = self._sales.post(path, {**returned, "statement": "Bon pour accord"})
        tell.check("acceptance", complete["state"], "complete")
        self._ids["contract"] = complete["contract_id"]
        self._settle()
        tell.fact(day, f"acceptance complete: contract {complete['contract_number']} signed, 2 seats held", "", "2.1")
        self._expect_state("signed")

    def _deposit(self) -> None:
        tell, contract = self._teller, self._ids["contract"]
        request = self._accounting.get("/v1/deposit-requests", contract_id=contract)["items"][0]
        tell.check("deposit", request["amount"], "720.00")
        tell.fact("2026-01-06", f"deposit request {request['number']}, due {request['due_on']}", "720.00", "2.2")
        tell.keep("deposit-request.pdf", self._accounting.fetch(f"/v1/deposit-requests/{request['id']}/document"))
        day = self._move_to("2026-01-12")
        self._receive("customer", self._ids["customer"], "720.00", day, request["number"])
        self._settle()
        self._expect_state("concluded")
        tell.fact(day, "720.00 received: invoiced, and the contract is concluded", "720.00", "2.2")
        self._keep_invoices("deposit")

    def _funding(self) -> None:
        tell = self._teller
        tell.chapter("3. From the funding to the fallback")
        day = self._move_to("2026-01-14")
        asked = {"contract_id": self._ids["contract"], "opco": OPCO, "file_number": cast.FILE_NUMBER}
        funding = self._sales.post("/v1/funding-requests", {**asked, "amount_asked": "1920.00"})
        tell.fact(day, f"funding asked of {OPCO} before the start, file {cast.FILE_NUMBER}", "1 920.00", "3.3")
        secret = self._admin.post(f"/v1/opcos/{OPCO}/webhook-secrets")["secret"]
        day = self._move_to("2026-01-20")
        body = operator_side.approval(cast.FILE_NUMBER, "1920.00", cast.COPY_OF_APPROVAL)
        headers = operator_side.signed(secret, body)
        tell.check("approval", self._webhook(body, headers)["state"], "applied")
        tell.fact(day, "approval arrives on the signed webhook, with direct payment", "1 920.00", "3.3")
        tell.check("the same again", self._webhook(body, headers)["state"], "duplicate")
        tell.fact(day, "the same webhook again changes nothing")
        forged = operator_side.signed(f"whsec_{b64encode(b'another secret of the sandbox').decode()}", body)
        tell.check("bad signature", self._refused(lambda: self._webhook(body, forged))["status"], 401)
        tell.fact(day, "one with a bad signature is refused")
        stray = operator_side.approval("ATL-UNKNOWN", "500.00", cast.COPY_OF_APPROVAL)
        tell.check("unknown file", self._webhook(stray, operator_side.signed(secret, stray))["state"], "waiting")
        waiting = self._accounting.get("/v1/webhook-deliveries", state="waiting")["items"]
        tell.check("waiting for staff", len(waiting), 1)
        tell.fact(day, "one for an unknown file waits for staff")
        approved = self._accounting.get(f"/v1/funding-requests/{funding['id']}")
        tell.check("approved", approved["amount_approved"], "1920.00")

    def _completion(self) -> None:
        tell, contract = self._teller, self._ids["contract"]
        day = self._move_to("2026-01-31")
        trainees = self._sales.get(f"/v1/contracts/{contract}")["trainees"]
        attendance = [{"person_id": trainee["person_id"], "attended_hours": "14.00"} for trainee in trainees]
        self._sales.post(f"/v1/contracts/{contract}/completion", {"attendance": attendance})
        self._settle()
        tell.fact(day, "the training ends; both trainees attended 14.00 hours", "", "3.2")
        invoices = self._invoices()
        operator, client = invoices["operator_part"], invoices["final"]
        tell.check("operator's invoice", operator["total"]["incl_tax"], "1920.00")
        tell.check("client's invoice", client["total"]["incl_tax"], "480.00")
        tell.check("client owes", client["amount_due"], "0.00")
        tell.fact(day, f"operator's invoice {operator['number']}", "1 920.00", "3.3")
        tell.fact(day, f"client's invoice {client['number']}, covered by the deposit", "480.00", "3.2")
        account = self._accounting.get(f"/v1/accounts/{self._ids['customer']}", on=str(day))
        tell.check("unapplied deposit", account["unapplied_deposits"], "240.00")
        tell.fact(day, "deposit not yet used", "240.00", "3.3")
        self._keep_invoices("operator_part", "final")
        day = self._move_to("2026-02-20")
        self._receive("opco", OPCO, "1000.00", day, operator["number"])
        tell.fact(day, "the operator pays a part", "1 000.00", "3.3")

    def _fallback(self) -> None:
        tell = self._teller
        day = self._move_to("2026-02-28")
        tell.check("invoices on the last day", len(self._invoices()), 3)
        tell.fact(day, "last day of the month: nothing happens", "", "3.3")
        day = self._move_to("2026-03-01")
        self._move_to("2026-03-01")
        invoices = self._invoices()
        tell.check("invoices after two sweeps", len(invoices), 5)
        credit, after = invoices["credit_note"], invoices["after_grace"]
        tell.check("credited", credit["total"]["incl_tax"], "920.00")
        tell.check("invoiced after grace", after["total"]["incl_tax"], "920.00")
        tell.check("due", after["amount_due"], "680.00")
        tell.fact(day, f"the month is over: credit note {credit['number']} to the operator", "920.00", "3.3")
        tell.fact(day, f"client invoiced {after['number']}: 920.00 less 240.00 of deposit", "680.00", "3.3")
        tell.fact(day, "the sweep runs again: nothing more")
        self._keep_invoices("credit_note", "after_grace")
        chain = self._accounting.get("/v1/invoices/verification")
        tell.check("chain of invoices", chain["state"], "intact")

    def _statement(self) -> None:
        tell = self._teller
        day = self._move_to("2026-05-31")
        account = self._accounting.get(f"/v1/accounts/{self._ids['customer']}", on=str(day))
        tell.check("interest", account["interest"], "20.60")
        tell.check("recovery fee", account["recovery_fee"], "40.00")
        tell.fact(day, "late interest on 680.00: 91 days at 12.15 %", "20.60", "3.4")
        tell.fact(day, "recovery fee", "40.00", "3.4")

    def _expect_state(self, state: str) -> None:
        found = self._sales.get(f"/v1/contracts/{self._ids['contract']}")["state"]
        self._teller.check("state of the contract", found, state)

    def _receive(self, kind: str, payer: str, amount: str, day: date, reference: str) -> None:
        receipt = {"payer": {"kind": kind, "id": payer}, "amount": amount, "value_date": str(day)}
        booked = self._accounting.post("/v1/receipts", {**receipt, "reference": reference})
        self._teller.check("not allocated", booked["unallocated"], "0.00")

    def _webhook(self, body: bytes, headers: Mapping[str, str]) -> Any:
        return self._website.deliver(f"/webhooks/opco/{OPCO}", body, headers)

    def _invoices(self) -> dict[str, Any]:
        listed = self._accounting.get("/v1/invoices", contract_id=self._ids["contract"])["items"]
        return {_role(invoice): invoice for invoice in listed}

    def _keep_invoices(self, *roles: str) -> None:
        invoices = self._invoices()
        for role in roles:
            content = self._accounting.fetch(f"/v1/invoices/{invoices[role]['number']}.pdf")
            self._teller.keep(f"{role.replace('_', '-')}-{invoices[role]['number']}.pdf", content)

    def _refused(self, attempt: Callable[[], Any]) -> Mapping[str, Any]:
        try:
            attempt()
        except Refused as refusal:
            return refusal.problem
        raise AssertionError("the platform allowed what the clauses refuse")


def _role(invoice: Mapping[str, Any]) -> str:
    return "credit_note" if invoice["document_type"] == cast.CREDIT_NOTE else str(invoice["purpose"])
