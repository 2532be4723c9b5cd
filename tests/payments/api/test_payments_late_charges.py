"""Interest and fee invoiced, paid first, credited where facts lower them; who is late is stated (clause 3.4)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from chassis.values.money import Money
from tests.payments.api.test_payments_reversals import reverse
from tests.payments.api.test_payments_story import text_of
from tests.payments.api.test_payments_waiting_money import plain, second_of
from tests.payments.story import Case, Individual
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key
from tests.support.together import together

OVERDUE, CLEARED = "payments.account-overdue.v1", "payments.account-cleared.v1"


def charge(case: Case, through_on: str | None = None, once: str | None = None) -> Any:
    body = {} if through_on is None else {"through_on": through_on}
    return case.accounting.post(f"/v1/accounts/{case.customer_id}/late-charges", json=body, once=once or key())


def late(api: ServiceUnderTest, on: str = "2026-05-31") -> Case:
    """680.00 due since 2026-03-01."""
    case = Case(api)
    case.to_the_fallback()
    api.move_to(on)
    return case


def sums(case: Case, on: str) -> tuple[str, str, str, str]:
    told = case.statement(on)
    return told["open"], told["interest"], told["recovery_fee"], told["due"]


def charged(case: Case) -> int:
    """What is invoiced of interest and fees, less what was credited."""
    own = [each for each in case.invoices() if each["purpose"] == "interest_and_fee"]
    signs = {"380": 1, "381": -1}
    return sum(signs[each["document_type"]] * cents(each["total"]["incl_tax"]) for each in own)


def cents(written: str) -> int:
    return Money.parse(written).cents


def spells(api: ServiceUnderTest) -> list[str]:
    return [each["type"] for each in api.published() if each["type"] in (OVERDUE, CLEARED)]


def test_the_worked_case_is_invoiced_and_the_statement_stays_exact(api: ServiceUnderTest) -> None:
    case = late(api)
    assert sums(case, "2026-05-31") == ("680.00", "20.60", "40.00", "740.60")
    (made,) = ok(charge(case), 201)["invoices"]
    after = case.invoice("after_grace")["number"]
    assert (made["document_type"], made["purpose"], made["follows"]) == ("380", "interest_and_fee", after)
    assert (made["total"], made["amount_due"]) == (
        {"excl_tax": "60.60", "vat": "0.00", "incl_tax": "60.60"},
        "60.60",
    )
    assert [(each["excl_tax"], each["vat_rate"]) for each in made["lines"]] == [("20.60", "0"), ("40.00", "0")]
    assert made["due_on"] == "2026-05-31"
    page = text_of(case.accounting.get(f"/v1/invoices/{made['number']}.pdf").content)
    for words in ("91 jours", "12,15", after, "article 256"):
        assert words in page, words
    assert "Tout retard" not in page, "interest on interest is not announced"
    assert sums(case, "2026-05-31") == ("740.60", "0.00", "0.00", "740.60")
    # 680.00 x 12.15 % x 121 / 365 = 27.39: what came since; nothing on the 60.60.
    assert sums(case, "2026-06-30") == ("740.60", "6.79", "0.00", "747.39")
    assert ok(case.accounting.get("/v1/invoices/verification"))["state"] == "intact"


def test_no_day_is_asked_for_twice(api: ServiceUnderTest) -> None:
    case = late(api)
    once = key()
    made = ok(charge(case, once=once), 201)
    assert ok(charge(case, once=once), 201) == made
    problem(charge(case), 409, "nothing-late")
    problem(charge(case, "2026-05-01"), 409, "nothing-late")
    api.move_to("2026-06-30")
    (second,) = ok(charge(case), 201)["invoices"]
    assert second["total"]["incl_tax"] == "6.79"
    assert "moins 20,60" in second["lines"][0]["description"].replace("\u202f", "").replace("\u00a0", " ")


def test_many_at_once_charge_once(api: ServiceUnderTest) -> None:
    case = late(api)
    answers = together([partial(charge, case)] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


def test_a_day_to_come_or_a_missing_half_year_is_a_clear_error(api: ServiceUnderTest) -> None:
    case = late(api)
    problem(charge(case, "2026-06-01"), 422, "invalid-request")
    api.move_to("2026-07-01")
    said = problem(charge(case), 409, "reference-rate-missing")
    assert said["half_year"] == "2026-H2"
    assert problem(case.accounting.get(f"/v1/accounts/{case.customer_id}?on=2026-07-01"), 409)["half_year"] == "2026-H2"
    ok(charge(case, "2026-06-30"), 201)
    other = plain(api, number="C2026-000009")
    problem(charge(other), 409, "nothing-late")
    body: dict[str, str] = {}
    problem(case.accounting.post(f"/v1/accounts/{case.contract_id}/late-charges", json=body, once=key()), 404)
    problem(case.accounting.post(f"/v1/accounts/{case.customer_id}/late-charges", json=body), 400)


def test_invoiced_interest_is_paid_first(api: ServiceUnderTest) -> None:
    case = late(api)
    (made,) = ok(charge(case), 201)["invoices"]
    after = case.invoice("after_grace")["number"]
    named = case.receive("100.00", "2026-05-31", after)
    assert [(part["document"], part["amount"]) for part in named["allocations"]] == [
        (made["number"], "60.60"),
        (after, "39.40"),
    ]


def test_money_left_over_pays_the_charges_as_they_are_invoiced(api: ServiceUnderTest) -> None:
    case = late(api)
    case.receive("740.60", "2026-05-31", None)
    (made,) = ok(charge(case), 201)["invoices"]
    assert (made["received"], made["amount_due"], made["open"]) == ("60.60", "0.00", "0.00")
    assert sums(case, "2026-06-30") == ("0.00", "0.00", "0.00", "0.00")


def test_an_individual_without_notice_owes_neither(api: ServiceUnderTest) -> None:
    case = Individual(api)
    case.sign()
    case.ask()
    case.complete()
    api.move_to("2026-05-31")
    problem(charge(case), 409, "nothing-late")


def test_charges_of_an_undone_fallback_are_credited_and_their_money_is_free(api: ServiceUnderTest) -> None:
    case = late(api)
    (made,) = ok(charge(case), 201)["invoices"]
    paid = case.receive("740.60", "2026-05-31", None)
    case.receive("920.00", "2026-02-28", case.file_number, "opco")
    assert ("381", "interest_and_fee", "60.60") in case.told()
    (charges,) = [each for each in case.invoices() if each["number"] == made["number"]]
    assert (charges["credited"], charges["open"]) == ("60.60", "0.00")
    assert ok(case.accounting.get(f"/v1/receipts/{paid['id']}"))["unallocated"] == "740.60"
    assert sums(case, "2026-06-30") == ("0.00", "0.00", "0.00", "0.00")
    assert ok(case.accounting.get("/v1/invoices/verification"))["state"] == "intact"


def test_money_that_came_earlier_than_it_was_booked_lowers_the_interest(api: ServiceUnderTest) -> None:
    case = late(api)
    ok(charge(case), 201)
    after = case.invoice("after_grace")["number"]
    case.receive("680.00", "2026-04-30", after)
    # 60 days on 680.00, and 31 on what the payment left of it.
    told = case.statement("2026-05-31")
    assert (told["interest"], told["recovery_fee"]) == ("0.00", "0.00")
    assert cents("53.58") <= charged(case) < cents("60.60")
    problem(charge(case), 409, "nothing-late")


def test_interest_lost_with_a_receipt_taken_back_is_owed_again(api: ServiceUnderTest) -> None:
    case = late(api, "2026-03-31")
    receipt = case.receive("680.00", "2026-03-31", None)
    ok(charge(case), 201)
    api.move_to("2026-05-31")
    ok(reverse(case, receipt, "2026-05-31"), 201)
    (more,) = ok(charge(case), 201)["invoices"]
    assert sums(case, "2026-05-31")[3] == "740.60"
    assert more["total"]["incl_tax"] == "13.81"


def test_late_is_stated_once_the_day_after_and_cleared_when_all_is_paid(api: ServiceUnderTest) -> None:
    case = late(api, "2026-03-01")
    api.sweep()
    assert (spells(api), case.statement("2026-03-01")["overdue_since"]) == ([], None)
    api.move_to("2026-03-02")
    api.sweep()
    api.sweep()
    (stated,) = api.published(OVERDUE)
    assert stated["subject"] == str(case.customer_id)
    assert stated["data"] == {
        "customer_id": str(case.customer_id),
        "overdue_since": "2026-03-02",
        "invoice_numbers": [case.invoice("after_grace")["number"]],
        "amount_open": "680.00",
    }
    assert case.statement("2026-03-02")["overdue_since"] == "2026-03-02"
    api.move_to("2026-05-31")
    case.receive("680.00", "2026-05-31", None)
    assert spells(api) == [OVERDUE], "interest and fee are owed"
    (made,) = ok(charge(case), 201)["invoices"]
    case.receive("60.59", "2026-05-31", made["number"])
    assert spells(api) == [OVERDUE]
    case.receive("0.01", "2026-05-31", made["number"])
    assert spells(api) == [OVERDUE, CLEARED]
    assert case.statement("2026-05-31")["overdue_since"] is None


def test_paid_on_the_due_date_is_not_late(api: ServiceUnderTest) -> None:
    case = late(api, "2026-03-01")
    case.receive("680.00", "2026-03-01", None)
    api.move_to("2026-03-02")
    api.sweep()
    assert spells(api) == []


def test_a_receipt_taken_back_begins_a_spell_of_its_own(api: ServiceUnderTest) -> None:
    case = late(api, "2026-03-01")
    receipt = case.receive("680.00", "2026-03-01", None)
    api.move_to("2026-03-10")
    api.sweep()
    ok(reverse(case, receipt, "2026-03-10"), 201)
    assert spells(api) == [OVERDUE]
    case.receive("680.00", "2026-03-01", None)
    assert spells(api) == [OVERDUE, CLEARED], "dated in time, it leaves nothing owed"


def test_a_receipt_taken_back_on_the_due_date_is_late_the_next_day(api: ServiceUnderTest) -> None:
    case = plain(api)
    case.receive("2400.00", "2026-01-12", None)
    spare = case.receive("5.00", "2026-01-12", None)
    case.complete()
    assert case.invoice("final")["amount_due"] == "0.00"
    rest = [each for each in ok(case.accounting.get("/v1/receipts"))["items"] if each["id"] != spare["id"]]
    problem(reverse(case, rest[0], "2026-01-31"), 409, "deposit-invoice-used")
    second = second_of(case, on="2026-01-31")
    paid = case.receive("2400.00", "2026-01-31", second.invoice("final")["number"])
    ok(reverse(case, paid, "2026-01-31"), 201)
    api.move_to("2026-02-01")
    api.sweep()
    assert spells(api) == [OVERDUE]


def test_an_undone_fallback_clears(api: ServiceUnderTest) -> None:
    case = late(api, "2026-03-10")
    api.sweep()
    case.receive("920.00", "2026-02-28", case.file_number, "opco")
    assert spells(api) == [OVERDUE, CLEARED]


def test_rates_that_come_let_a_customer_be_cleared(api: ServiceUnderTest) -> None:
    case = late(api, "2026-06-30")
    api.sweep()
    ok(charge(case), 201)
    api.move_to("2026-07-02")
    for amount in ("680.00", "67.39"):
        case.receive(amount, "2026-07-02", None)
    assert spells(api) == [OVERDUE], "the rates of 2026-H2 are not known"
    rate = {"half_year": "2026-H2", "ecb": "2.15", "legal": "2.62", "source": "JO"}
    ok(case.accounting.post("/v1/reference-rates", json=rate), 201)
    ok(charge(case), 201)
    case.receive("0.45", "2026-07-02", None)
    api.sweep()
    assert spells(api) == [OVERDUE, CLEARED]


def test_many_at_once_state_it_once(api: ServiceUnderTest) -> None:
    case = late(api, "2026-03-10")
    jobs: list[Callable[[], object]] = [api.sweep, api.sweep, partial(case.receive, "1.00", "2026-03-10", None)]
    together(jobs)
    assert spells(api) == [OVERDUE]
