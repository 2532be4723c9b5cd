"""An individual's contract: asked for after the withdrawal period, staged, withdrawn from (clauses, section 5)."""

from datetime import date
from typing import Any

import pytest

from chassis.auth import Role
from chassis.duties import Duty
from chassis.values.identifiers import new_id
from chassis.values.money import Money
from tests.payments.api.test_payments_story import text_of
from tests.payments.story import CONCLUDED, OPCO, Case, Individual, duties_of
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, cloud_event, key


def signed(api: ServiceUnderTest, **told: Any) -> Individual:
    case = Individual(api, **told)
    case.sign()
    return case


def concluded(api: ServiceUnderTest) -> Individual:
    """The deposit is asked for on 03-24 and paid on 03-30."""
    case = signed(api)
    case.ask()
    case.pay_deposit()
    return case


def early(api: ServiceUnderTest, amount: str = "720.00", names: str | None = None) -> tuple[Individual, dict[str, Any]]:
    """Signed, and money came within the withdrawal period."""
    case = signed(api)
    api.move_to("2026-03-10")
    return case, case.receive(amount, "2026-03-10", names)


def another_contract(first: Individual, on: str) -> Individual:
    """Another contract of the same client, within its withdrawal period: its deposit is callable from 04-28."""
    days = ("2026-06-01", "2026-06-02", "2026-06-03")
    case = Individual(first.api, customer_id=first.customer_id, number="C2026-000011")
    session = {"session_id": str(new_id()), "starts_on": days[0], "ends_on": days[-1], "place": "Privas"}
    case.sign(
        on=on,
        deposit={"amount": "720.00", "callable_on": "2026-04-28", "due_on": "2026-05-12"},
        session={**session, "planned_hours": "21.00"},
        instalments=[{"due_on": day, "amount": "560.00"} for day in days],
    )
    return case


def receipt_of(case: Case, receipt: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = ok(case.accounting.get(f"/v1/receipts/{receipt['id']}"))
    return found


def page(case: Case, number: str) -> str:
    return " ".join(text_of(case.accounting.get(f"/v1/invoices/{number}.pdf").content).split())


def paid_back(case: Individual) -> list[tuple[str, str, str]]:
    return [(each["amount"], each["reason"], each["refund_by"]) for each in case.refunds()]


def pay(case: Case, refund: dict[str, Any], on: str, once: str | None = None) -> Any:
    if refund["state"] == "due":
        refund |= case.approve_refund(refund)
    body = {"paid_on": on, "bank_reference": "VIR 2026-17"}
    return case.accounting.post(f"/v1/refunds/{refund['id']}/payment", json=body, once=once or key())


# The deposit


def test_the_deposit_is_asked_for_once_the_withdrawal_period_is_over_and_no_day_before(api: ServiceUnderTest) -> None:
    case = signed(api)
    path = f"/v1/deposit-requests?contract_id={case.contract_id}"
    duty = duties_of(api)[0]
    assert (duty.kind, str(duty.due_on), duty.clause) == ("deposit-callable", "2026-03-24", "2.1")
    api.move_to("2026-03-23")
    assert (api.sweep(), ok(case.accounting.get(path))["items"], api.mails()) == (0, [], [])
    request = case.ask()
    assert (request["issued_on"], request["due_on"], request["amount"]) == ("2026-03-24", "2026-04-07", "720.00")
    (mail,) = api.mails()
    assert (mail.to, list(mail.attachments)) == ("ines.morel@client.example", ["D2026-000001.pdf"])
    assert "conservons à part" not in mail.body
    assert api.sweep() == 0


def test_a_signature_heard_late_asks_at_once_and_one_heard_twice_asks_once(api: ServiceUnderTest) -> None:
    case = signed(api)
    case.ask()
    api.deliver(case.signed_event())
    late = Individual(api, number="C2026-000011")
    late.sign(on="2026-03-25")
    assert late.deposit_request()["issued_on"] == "2026-03-25"
    api.move_to("2026-04-07")
    api.sweep()
    assert len(api.mails()) == 2


@pytest.mark.parametrize("names", [None, "C2026-000010"])
def test_money_of_the_callable_day_booked_before_the_request_is_the_deposit(
    api: ServiceUnderTest, names: str | None
) -> None:
    case = signed(api)
    api.move_to("2026-03-24")
    case.receive("800.00", "2026-03-24", names)
    request = case.ask()
    assert (request["received"], request["complete"]) == ("720.00", True)
    assert case.told() == [("386", "deposit", "720.00")]


def test_a_deposit_asked_for_late_is_due_that_day(api: ServiceUnderTest) -> None:
    request = signed(api).ask(on="2026-04-10")
    assert (request["issued_on"], request["due_on"]) == ("2026-04-10", "2026-04-10")


@pytest.mark.parametrize("changed", [{"instalments": [{"due_on": "2026-04-13", "amount": "560.00"}]}])
def test_instalments_that_are_not_the_balance_are_refused(api: ServiceUnderTest, changed: dict[str, Any]) -> None:
    event = Individual(api).signed_event(**changed)
    problem(api.client(Role.SERVICE).post("/events", json=event), 409, "instalments-disagree")


# Money that came early


@pytest.mark.parametrize("names", [None, "C2026-000010"])
def test_early_money_is_kept_apart_and_becomes_the_deposit_when_the_client_confirms(
    api: ServiceUnderTest, names: str | None
) -> None:
    case, receipt = early(api, "1000.00", names)
    assert (receipt["allocations"], receipt["unallocated"], case.kept_apart()) == ([], "1000.00", ["1000.00"])
    statement = case.statement("2026-03-10")
    assert (statement["kept_apart"], statement["unallocated"], statement["due"]) == ("1000.00", "1000.00", "0.00")
    request = case.ask()
    assert (request["received"], case.told()) == ("0.00", [])
    assert "1 000,00 €" in api.mails()[0].body.replace("\u202f", " ").replace("\xa0", " ")
    assert "conservons à part" in api.mails()[0].body
    api.move_to("2026-03-26")
    confirmed = ok(case.confirm(), 201)
    assert (confirmed["received"], confirmed["complete"]) == ("720.00", True)
    invoice = case.invoice("deposit", "386")
    assert (invoice["issued_on"], invoice["received_on"]) == ("2026-03-26", "2026-03-10")
    assert paid_back(case) == [("280.00", "above_deposit", "2026-04-09")]
    (paid,) = api.published("payments.deposit-paid.v1")
    assert (paid["data"]["paid_on"], paid["data"]["amount"]) == ("2026-03-26", "720.00")
    after = receipt_of(case, receipt)
    assert (after["refunded"], after["unallocated"], case.kept_apart()) == ("280.00", "0.00", [])
    told = {day: case.statement(day) for day in ("2026-03-24", "2026-03-26")}
    assert [(each["kept_apart"], each["unapplied_deposits"]) for each in told.values()] == [
        ("1000.00", "0.00"),
        ("0.00", "720.00"),
    ]


def test_a_confirmation_takes_effect_once(api: ServiceUnderTest) -> None:
    case, _ = early(api, "300.00")
    case.ask()
    once = key()
    first = ok(case.confirm(once), 201)
    assert ok(case.confirm(once), 201) == first
    problem(case.confirm(), 409, "nothing-kept-apart")
    assert (case.told(), first["complete"]) == ([("386", "deposit", "300.00")], False)
    case.receive("420.00", "2026-03-24", None)
    problem(case.confirm(), 409, "deposit-not-open")


def test_accounting_confirms_for_the_client_and_another_customer_finds_nothing(api: ServiceUnderTest) -> None:
    case, _ = early(api)
    path = f"/v1/deposit-requests/{case.ask()['id']}/confirmation"
    stranger = api.client(Role.CUSTOMER, customer_id=new_id())
    problem(stranger.post(path, once=key()), 404, "not-found")
    problem(case.customer.post(path), 400, "idempotency-key-missing")
    assert case.told() == []
    assert ok(case.accounting.post(path, once=key()), 201)["complete"]


def test_nothing_but_the_confirmation_makes_early_money_a_deposit(api: ServiceUnderTest) -> None:
    case, receipt = early(api)
    number = case.ask()["number"]
    path = f"/v1/receipts/{receipt['id']}/allocations"
    body = {"document": number, "amount": "720.00"}
    problem(case.accounting.post(path, json=body, once=key()), 409, "allocation-above-open")
    problem(case.accounting.post(path, json={**body, "document": case.number}, once=key()), 409)
    # Booked after the period, dated within it: it came early.
    late_booked = case.receive("100.00", "2026-03-23", number)
    in_time = case.receive("20.00", "2026-03-24", None)
    assert (late_booked["allocations"], in_time["allocations"][0]["document"]) == ([], number)
    assert case.told() == [("386", "deposit", "20.00")]


def test_early_money_pays_no_instalment_and_no_final_invoice_by_itself(api: ServiceUnderTest) -> None:
    case, receipt = early(api, "300.00")
    case.ask()
    case.pay_deposit()
    case.train("2026-04-13", "2026-04-14")
    case.complete()
    assert [case.invoice(purpose)["open"] for purpose in ("instalment", "final")] == ["560.00", "560.00"]
    assert (receipt_of(case, receipt)["unallocated"], case.kept_apart()) == ("300.00", ["300.00"])
    # Staff may set it against what is owed, or pay it back.
    body = {"document": case.invoice("final")["number"], "amount": "100.00"}
    ok(case.accounting.post(f"/v1/receipts/{receipt['id']}/allocations", json=body, once=key()), 201)
    refund = {"receipt_id": receipt["id"], "contract_id": str(case.contract_id), "amount": "200.01"}
    problem(case.accounting.post("/v1/refunds", json=refund, once=key()), 409, "refund-above-rest")
    ok(case.accounting.post("/v1/refunds", json={**refund, "amount": "50.00"}, once=key()), 201)
    problem(case.accounting.post("/v1/refunds", json={**refund, "amount": "150.01"}, once=key()), 409)
    made = ok(case.accounting.post("/v1/refunds", json={**refund, "amount": "150.00"}, once=key()), 201)
    assert (made["state"], made["reason"], made["refund_by"]) == ("due", "decision", "2026-04-29")
    assert case.kept_apart() == []


def test_early_money_may_be_paid_back_at_any_time(api: ServiceUnderTest) -> None:
    case, receipt = early(api)
    refund = {"receipt_id": receipt["id"], "contract_id": str(case.contract_id), "amount": "720.00"}
    made = ok(case.accounting.post("/v1/refunds", json=refund, once=key()), 201)
    assert ok(case.accounting.get(f"/v1/refunds/{made['id']}")) == made
    other = Individual(api, number="C2026-000011")
    other.sign()
    wrong = {**refund, "contract_id": str(other.contract_id)}
    problem(case.accounting.post("/v1/refunds", json=wrong, once=key()), 422)
    case.ask()
    problem(case.confirm(), 409, "nothing-kept-apart")


def test_money_of_an_operator_is_not_refunded_to_a_customer(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    ok(api.client(Role.ADMIN).put(f"/v1/opcos/{case.opco}", json=OPCO))
    receipt = case.receive("10.00", "2026-01-06", None, "opco")
    refund = {"receipt_id": receipt["id"], "contract_id": str(case.contract_id), "amount": "10.00"}
    problem(case.accounting.post("/v1/refunds", json=refund, once=key()), 422)


def test_early_money_of_two_contracts_stays_kept_apart_for_the_other(api: ServiceUnderTest) -> None:
    first, receipt = early(api, "1000.00")
    second = Individual(api, customer_id=first.customer_id, number="C2026-000011")
    second.sign(on="2026-03-10")
    named = second.receive("400.00", "2026-03-09", second.number)
    api.move_to("2026-03-24")
    api.sweep()
    ok(first.confirm(), 201)
    assert (first.refunds(), receipt_of(first, receipt)["unallocated"]) == ([], "280.00")
    assert receipt_of(first, named)["unallocated"] == "400.00"
    ok(second.confirm(), 201)
    assert [second.deposit_request()["received"], first.kept_apart()] == ["680.00", []]


def test_early_money_that_names_its_contract_pays_no_other_one_s_invoice(api: ServiceUnderTest) -> None:
    running = concluded(api)
    running.train("2026-04-13")
    waiting = another_contract(running, on="2026-04-13")
    receipt = waiting.receive("600.00", "2026-04-13", waiting.number)
    running.train("2026-04-14")
    assert [each["open"] for each in running.invoices()[1:]] == ["560.00", "560.00"]
    assert receipt_of(waiting, receipt)["unallocated"] == "600.00"
    waiting.withdraw("2026-04-14", "2026-04-28")
    assert paid_back(waiting) == [("600.00", "withdrawal", "2026-04-28")]


def test_money_in_time_for_the_contract_it_names_is_not_kept_apart(api: ServiceUnderTest) -> None:
    running = concluded(api)
    another_contract(running, on="2026-04-10")
    running.receive("10.00", "2026-04-10", running.number)
    running.receive("20.00", "2026-04-10", running.deposit_request()["number"])
    running.receive("30.00", "2026-04-10", "C2026-000011")
    assert running.kept_apart() == ["30.00"]


# The staged balance


def test_the_balance_is_invoiced_by_training_day_and_the_rest_at_the_end(api: ServiceUnderTest) -> None:
    case = concluded(api)
    case.train("2026-04-12", "2026-04-13", "2026-04-14", "2026-04-15")
    assert case.told()[1:] == [("380", "instalment", "560.00"), ("380", "instalment", "560.00")]
    first = case.invoice("instalment")
    assert (first["issued_on"], first["due_on"], first["amount_due"]) == ("2026-04-13", "2026-04-13", "560.00")
    assert first["total"] == {"excl_tax": "466.67", "vat": "93.33", "incl_tax": "560.00"}
    assert case.statement("2026-04-14")["unapplied_deposits"] == "720.00"
    case.complete()
    final = case.invoice("final")
    assert final["total"] == {"excl_tax": "1066.66", "vat": "213.34", "incl_tax": "1280.00"}
    assert (final["deducted"][0]["amount"], final["amount_due"]) == ("720.00", "560.00")
    assert "F2026-000002, F2026-000003" in page(case, final["number"])
    assert case.statement("2026-04-15")["due"] == "1680.00"
    assert duties_of(api) == []


def test_an_end_before_the_sweep_bills_all_that_no_instalment_asked_for(api: ServiceUnderTest) -> None:
    case = concluded(api)
    case.train("2026-04-13")
    case.complete()
    assert (case.invoice("final")["total"]["incl_tax"], case.invoice("final")["amount_due"]) == ("1840.00", "1120.00")
    assert duties_of(api) == []


def test_several_training_days_swept_at_once_are_invoiced_that_day(api: ServiceUnderTest) -> None:
    case = concluded(api)
    api.move_to("2026-04-15")
    assert api.sweep() == 2
    assert [each["due_on"] for each in case.invoices() if each["purpose"] == "instalment"] == ["2026-04-15"] * 2
    assert api.sweep() == 0


def test_nothing_is_staged_of_what_is_not_concluded(api: ServiceUnderTest) -> None:
    case = signed(api)
    case.ask()
    case.train("2026-04-13")
    assert case.told() == []
    case.pay_deposit(on="2026-04-14")
    case.train("2026-04-14")
    case.complete()
    assert [(purpose, amount) for _, purpose, amount in case.told()] == [
        ("deposit", "720.00"),
        ("instalment", "560.00"),
        ("final", "1840.00"),
    ]


def test_one_training_day_has_one_invoice(api: ServiceUnderTest) -> None:
    case = Individual(api)
    day = "2026-04-13"
    session = {"session_id": str(new_id()), "starts_on": day, "ends_on": day, "place": None, "planned_hours": "7.00"}
    case.sign(session=session, instalments=[{"due_on": day, "amount": "1680.00"}])
    case.ask()
    case.pay_deposit()
    case.train(day)
    api.deliver(case.completed_event(ended_on=day))
    assert case.told()[1:] == [("380", "final", "2400.00")]


def test_money_above_the_deposit_waits_and_pays_the_instalments_as_they_are_asked_for(api: ServiceUnderTest) -> None:
    case = signed(api)
    case.ask()
    receipt = case.receive("1500.00", "2026-03-24", case.deposit_request()["number"])
    assert (receipt["unallocated"], case.told()) == ("780.00", [("386", "deposit", "720.00")])
    data = {"contract_id": str(case.contract_id), "contract_number": case.number, "concluded_on": "2026-03-24"}
    api.deliver(cloud_event(CONCLUDED, str(case.contract_id), data))
    case.train("2026-04-13", "2026-04-14")
    dues = [(each["received"], each["amount_due"], each["open"]) for each in case.invoices()[1:]]
    assert dues == [("560.00", "0.00", "0.00"), ("220.00", "340.00", "340.00")]
    assert "Facture acquittée" in page(case, case.invoice("instalment")["number"])
    assert case.statement("2026-04-14")["open"] == "340.00"


def test_no_operator_is_asked_for_an_individual(api: ServiceUnderTest) -> None:
    case = signed(api)
    ok(api.client(Role.ADMIN).put(f"/v1/opcos/{case.opco}", json=OPCO))
    body = {"contract_id": str(case.contract_id), "opco": "atlas", "file_number": "A-1", "amount_asked": "10.00"}
    sales = api.client(Role.SALES)
    problem(sales.post("/v1/funding-requests", json=body, once=key()), 409, "funding-of-individual")


# Withdrawal


def test_after_a_withdrawal_no_deposit_is_ever_asked_for(api: ServiceUnderTest) -> None:
    case = signed(api)
    case.withdraw()
    assert duties_of(api) == []
    case.train("2026-03-24", "2026-04-13")
    assert (case.told(), api.mails(), case.refunds()) == ([], [], [])
    api.deliver(case.completed_event())
    assert case.told() == []


def test_early_money_is_paid_back_after_a_withdrawal_heard_many_times(api: ServiceUnderTest) -> None:
    case, receipt = early(api)
    case.withdraw()
    api.deliver(case.withdrawn_event("2026-03-19", "2026-04-02"))
    assert paid_back(case) == [("720.00", "withdrawal", "2026-04-01")]
    after = receipt_of(case, receipt)
    assert (after["refunded"], after["unallocated"], case.kept_apart(), case.told()) == ("720.00", "0.00", [], [])
    statement = case.statement("2026-03-18")
    assert (statement["unallocated"], [each["amount"] for each in statement["refunds"]]) == ("0.00", ["720.00"])
    case.receive("1.00", "2026-03-18", None)
    assert paid_back(case)[-1] == ("1.00", "withdrawal", "2026-04-01"), "the first that was heard counts"


def test_a_withdrawal_before_its_signature_is_told_again_later(api: ServiceUnderTest) -> None:
    case = Individual(api)
    event = case.withdrawn_event("2026-03-18", "2026-04-01")
    problem(api.client(Role.SERVICE).post("/events", json=event), 404)
    case.sign()
    api.deliver(event)
    assert duties_of(api) == []


def test_a_deposit_invoiced_before_a_withdrawal_was_recorded_is_undone(api: ServiceUnderTest) -> None:
    """The letter left on 03-23, in time; it arrived when the deposit was paid in two parts."""
    case = signed(api)
    number = case.ask()["number"]
    case.receive("500.00", "2026-03-24", number)
    api.move_to("2026-03-25")
    second = case.receive("250.00", "2026-03-25", number)
    case.withdraw("2026-03-23", "2026-04-06", on="2026-03-26")
    assert case.told() == [
        ("386", "deposit", "500.00"),
        ("386", "deposit", "220.00"),
        ("503", "deposit", "500.00"),
        ("503", "deposit", "220.00"),
    ]
    credit = case.invoice("deposit", "503")
    assert (credit["credits"], credit["issued_on"]) == ("F2026-000001", "2026-03-26")
    assert "remboursé par virement" in page(case, credit["number"])
    assert paid_back(case) == [("500.00", "withdrawal", "2026-04-07"), ("250.00", "withdrawal", "2026-04-08")]
    after = receipt_of(case, second)
    assert (after["allocations"], after["refunded"], after["unallocated"]) == ([], "250.00", "0.00")
    request = case.deposit_request()
    assert (request["received"], request["complete"], request["withdrawn"]) == ("0.00", False, True)
    statement = case.statement("2026-03-26")
    assert (statement["unapplied_deposits"], statement["unallocated"], statement["due"]) == ("0.00", "0.00", "0.00")
    assert case.statement("2026-03-25")["unapplied_deposits"] == "720.00"
    assert ok(case.accounting.get("/v1/invoices/verification"))["state"] == "intact"
    problem(case.confirm(), 409, "deposit-not-open")


def test_instalments_invoiced_before_a_withdrawal_was_recorded_are_credited(api: ServiceUnderTest) -> None:
    case = concluded(api)
    case.train("2026-04-13")
    case.receive("300.00", "2026-04-13", case.invoice("instalment")["number"])
    before = case.statement("2026-04-13")
    assert (before["open"], before["unapplied_deposits"]) == ("260.00", "720.00"), "the deposit is for the end"
    case.withdraw("2026-03-23", "2026-04-06", on="2026-04-14")
    assert case.told()[2:] == [("381", "instalment", "560.00"), ("503", "deposit", "720.00")]
    assert sorted(paid_back(case)) == [("300.00", "withdrawal", "2026-04-27"), ("720.00", "withdrawal", "2026-04-13")]
    case.train("2026-04-14")
    assert (case.statement("2026-04-14")["due"], duties_of(api)) == ("0.00", [])


def test_a_withdrawal_after_the_end_gives_the_deposit_back_whole(api: ServiceUnderTest) -> None:
    case = concluded(api)
    case.train("2026-04-13", "2026-04-14")
    case.complete()
    case.receive("1680.00", "2026-04-15", None)
    case.withdraw("2026-03-23", "2026-04-06", on="2026-04-16")
    billed = {"380": 0, "381": 0, "386": 0, "503": 0}
    for document_type, _, amount in case.told():
        billed[document_type] += Money.parse(amount).cents
    assert billed == {"380": 240_000, "381": 240_000, "386": 72_000, "503": 72_000}
    assert sorted(amount for amount, _, _ in paid_back(case)) == ["1680.00", "720.00"]
    assert case.statement("2026-04-16")["due"] == "0.00"


@pytest.mark.parametrize("names", [None, "C2026-000010"])
def test_money_that_comes_after_a_withdrawal_is_paid_back(api: ServiceUnderTest, names: str | None) -> None:
    case = signed(api)
    case.withdraw()
    api.move_to("2026-03-25")
    receipts = [case.receive("720.00", day, names) for day in ("2026-03-18", "2026-03-25")]
    assert [(each["refunded"], each["allocations"]) for each in receipts] == [("720.00", [])] * 2
    assert [by for _, _, by in paid_back(case)] == ["2026-04-01", "2026-04-08"]


def test_money_that_names_the_request_of_a_withdrawn_contract_is_no_deposit(api: ServiceUnderTest) -> None:
    case = signed(api)
    number = case.ask()["number"]
    case.withdraw("2026-03-23", "2026-04-06", on="2026-03-26")
    receipt = case.receive("720.00", "2026-03-26", number)
    assert (receipt["refunded"], case.told()) == ("720.00", [])
    body = {"document": number, "amount": "0.01"}
    path = f"/v1/receipts/{receipt['id']}/allocations"
    problem(case.accounting.post(path, json=body, once=key()), 409, "allocation-above-rest")


def test_a_duty_that_ran_all_the_same_would_do_nothing_after_a_withdrawal(api: ServiceUnderTest) -> None:
    asked_for, staged = signed(api), signed(api, number="C2026-000011")
    asked_for.withdraw()
    staged.ask()
    staged.pay_deposit()
    duties = duties_of(api)
    staged.withdraw("2026-03-23", "2026-04-06", on="2026-04-12")
    told = staged.told()
    api.move_to("2026-04-14")
    callable_ = Duty("deposit-callable", str(asked_for.contract_id), date(2026, 3, 24), "2.1", {})
    for duty in (callable_, *duties):
        with api.platform.unit_of_work() as tx:
            api.service.duties[duty.kind](tx, duty)
    listed = ok(asked_for.accounting.get(f"/v1/deposit-requests?contract_id={asked_for.contract_id}"))["items"]
    assert (len(duties), listed, staged.told()) == (2, [], told)


def test_a_withdrawal_leaves_what_is_another_contract_s(api: ServiceUnderTest) -> None:
    case, receipt = early(api, "1000.00")
    second = Individual(api, customer_id=case.customer_id, number="C2026-000011")
    second.sign(on="2026-03-10")
    named = case.receive("50.00", "2026-03-10", second.number)
    own = case.receive("60.00", "2026-03-10", case.number)
    case.withdraw()
    assert [receipt_of(case, each)["refunded"] for each in (receipt, named, own)] == ["0.00", "0.00", "60.00"]
    assert case.kept_apart() == ["1000.00", "50.00"]
    second.withdraw()
    assert [receipt_of(case, each)["refunded"] for each in (receipt, named, own)] == ["1000.00", "50.00", "60.00"]


def test_freed_money_is_paid_back_and_pays_no_other_contract(api: ServiceUnderTest) -> None:
    case = concluded(api)
    company = Case(api, customer_id=case.customer_id)
    company.sign(on="2026-03-31", opco_named=None)
    company.complete(on="2026-03-31")
    case.withdraw("2026-03-23", "2026-04-06", on="2026-04-01")
    assert paid_back(case) == [("720.00", "withdrawal", "2026-04-13")]
    assert company.invoice("final")["open"] == "2400.00"


# Refunds


def test_a_refund_is_paid_once_and_stated(api: ServiceUnderTest) -> None:
    case, _ = early(api)
    case.withdraw()
    (refund,) = case.refunds()
    problem(pay(case, refund, "2026-03-19"), 422)
    problem(pay(case, refund, "2026-03-09"), 422)
    api.move_to("2026-03-20")
    once = key()
    paid = ok(pay(case, refund, "2026-03-19", once), 201)
    assert (paid["state"], paid["paid_on"], paid["bank_reference"]) == ("paid", "2026-03-19", "VIR 2026-17")
    assert ok(pay(case, refund, "2026-03-19", once), 201) == paid
    problem(pay(case, refund, "2026-03-20"), 409, "refund-paid")
    (stated,) = api.published("payments.refund-paid.v1")
    assert stated["data"] == {"contract_id": str(case.contract_id), "amount": "720.00", "paid_on": "2026-03-19"}
    assert (case.refunds(), case.refunds("paid")) == ([], [paid])
    told = {day: case.statement(day)["refunds"][0]["state"] for day in ("2026-03-18", "2026-03-19")}
    assert told == {"2026-03-18": "approved", "2026-03-19": "paid"}


def test_refunds_are_listed_by_the_day_they_are_due(api: ServiceUnderTest) -> None:
    days = ("2026-04-03", "2026-04-01", "2026-04-02", "2026-04-01")
    cases = [Individual(api, number=f"C2026-00001{n}") for n in range(len(days))]
    for case, day in zip(cases, days, strict=True):
        case.sign()
        case.receive("10.00", "2026-03-07", None)
        case.withdraw("2026-03-18", day)
    accounting = cases[0].accounting
    seen, path = [], "/v1/refunds?state=due&limit=3"
    first = ok(accounting.get(path))
    second = ok(accounting.get(f"{path}&cursor={first['next_cursor']}"))
    for shown in (first, second):
        seen += [each["refund_by"] for each in shown["items"]]
    assert (seen, second["next_cursor"]) == (sorted(days), None)
    problem(accounting.get("/v1/refunds?cursor=x"), 422)
    problem(accounting.get("/v1/refunds?state=other"), 422)
