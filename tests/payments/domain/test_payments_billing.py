"""Final invoices and the fallback: the worked cases of clauses, section 7 (2,000.00 excl. tax, deposit 720.00)."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.values.money import ZERO, Money, Taxed
from chassis.values.refusals import Refused
from services.payments.domain.allocation import OpenItem, allocate
from services.payments.domain.deposit import Deposit, refund_unapplied, unapplied
from services.payments.domain.fallback import (
    BilledAfterGrace,
    Fallback,
    OperatorDebt,
    fall_back,
    is_in_time,
    late_money,
    undo,
)
from services.payments.domain.final_billing import AttendedHours, FinalBilling, bill_at_the_end
from services.payments.domain.funding import Approval
from services.payments.domain.standing import Payment, free_latest
from services.payments.domain.tax_parts import incl_tax

TWENTY = Decimal(20)
ATLAS = frozenset({"atlas"})
FULL = (AttendedHours(Decimal("14.00"), Decimal("14.00")),) * 2
ENDED_ON, LAST_DAY, BILLED_FROM = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1)


def eur(written: str) -> Money:
    return Money.parse(written)


PRICE = (Taxed.from_net(eur("2000.00"), TWENTY),)
DEPOSITS = (Deposit("F2026-000001", (Taxed(eur("600.00"), eur("120.00"), TWENTY),)),)


def approval(amount: str, opco: str = "atlas", direct: bool = True, copy: bool = True) -> Approval:
    return Approval(opco, "A-1", eur(amount), direct, approved_on=ENDED_ON, copy_on=ENDED_ON if copy else None)


def billing(
    *approvals: Approval, named: frozenset[str] = ATLAS, hours: tuple[AttendedHours, ...] = FULL
) -> FinalBilling:
    return bill_at_the_end(PRICE, DEPOSITS, approvals, named, hours, ENDED_ON)


def fallen_back(paid: str) -> Fallback | None:
    billed = billing(approval("1920.00"))
    return fall_back(BILLED_FROM, BILLED_FROM, OperatorDebt(billed.operators[0].parts, eur(paid)), billed.deposits)


def assert_client_owes_all(billed: FinalBilling) -> None:
    assert billed.operators == ()
    assert billed.final is not None
    assert (incl_tax(billed.final.parts), billed.final.due) == (eur("2400.00"), eur("1680.00"))
    assert billed.final.deducted[0].parts == DEPOSITS[0].left
    assert (billed.indemnity, unapplied(billed.deposits)) == (None, ZERO)


def test_plain_final_2400_with_720_deducted_leaves_1680_due() -> None:
    assert_client_owes_all(billing())


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param((approval("1920.00", direct=False), ATLAS), id="no direct payment"),
        pytest.param((approval("1920.00"), frozenset[str]()), id="not named on the agreement"),
        pytest.param((approval("1920.00"), frozenset({"akto"})), id="another one named"),
        pytest.param((approval("1920.00", copy=False), ATLAS), id="no copy of the approval"),
    ],
)
def test_what_is_no_approval_at_the_end_leaves_all_to_the_client(refused: tuple[Approval, frozenset[str]]) -> None:
    assert_client_owes_all(billing(refused[0], named=refused[1]))


def test_approval_of_1920_operator_1920_client_480_covered_and_240_unapplied() -> None:
    billed = billing(approval("1920.00"))
    assert [incl_tax(bill.parts) for bill in billed.operators] == [eur("1920.00")]
    assert billed.final is not None
    assert (incl_tax(billed.final.parts), billed.final.due) == (eur("480.00"), ZERO)
    assert unapplied(billed.deposits) == eur("240.00")


def test_an_approval_of_the_whole_price_leaves_no_client_invoice() -> None:
    billed = billing(approval("2400.00"))
    assert billed.operators[0].parts == PRICE
    assert (billed.final, billed.indemnity, unapplied(billed.deposits)) == (None, None, eur("720.00"))


def test_two_operators_take_their_parts_and_never_more_than_the_price() -> None:
    named = frozenset({"atlas", "akto"})
    billed = billing(approval("1000.00"), approval("1000.00", opco="akto"), named=named)
    assert [incl_tax(bill.parts) for bill in billed.operators] == [eur("1000.00"), eur("1000.00")]
    assert billed.final is not None
    assert billed.final.due == ZERO
    with pytest.raises(Refused):
        billing(approval("1400.01"), approval("1000.00", opco="akto"), named=named)


def test_an_absence_is_an_indemnity_of_the_client_for_the_operators_part() -> None:
    hours = (AttendedHours(Decimal("14.00"), Decimal("14.00")), AttendedHours(Decimal("14.00"), Decimal("7.00")))
    billed = billing(approval("1920.00"), hours=hours)
    assert [incl_tax(bill.parts) for bill in billed.operators] == [eur("1440.00")]
    assert billed.final is not None
    assert billed.indemnity is not None
    assert (incl_tax(billed.final.parts), billed.final.due) == (eur("480.00"), ZERO)
    assert (incl_tax(billed.indemnity.parts), billed.indemnity.due) == (eur("480.00"), eur("240.00"))
    assert unapplied(billed.deposits) == ZERO


def test_nobody_attended_leaves_the_operator_without_an_invoice() -> None:
    billed = billing(approval("1920.00"), hours=(AttendedHours(Decimal(14), Decimal(0)),))
    assert billed.operators == ()
    assert billed.indemnity is not None
    assert incl_tax(billed.indemnity.parts) == eur("1920.00")


def test_an_operators_part_needs_hours_and_more_than_planned_is_no_more() -> None:
    with pytest.raises(Refused, match="hours"):
        billing(approval("1920.00"), hours=())
    assert_client_owes_all(bill_at_the_end(PRICE, DEPOSITS, (), ATLAS, (), ENDED_ON))
    beyond = billing(approval("1920.00"), hours=(AttendedHours(Decimal(14), Decimal(15)),))
    assert [incl_tax(bill.parts) for bill in beyond.operators] == [eur("1920.00")]


def test_paid_in_time_nothing_falls_back_and_240_are_refunded() -> None:
    assert fallen_back("1920.00") is None
    deposits = billing(approval("1920.00")).deposits
    assert [used.amount for used in refund_unapplied(deposits, operator_open=ZERO)] == [eur("240.00")]


def test_1000_paid_credits_920_and_bills_920_less_240() -> None:
    fallback = fallen_back("1000.00")
    assert fallback is not None
    assert incl_tax(fallback.credit) == incl_tax(fallback.client.parts) == eur("920.00")
    assert fallback.client.parts == fallback.credit == (Taxed(eur("766.67"), eur("153.33"), TWENTY),)
    assert fallback.client.due == eur("680.00")


def test_nothing_paid_credits_1920_and_leaves_1680_due() -> None:
    fallback = fallen_back("0.00")
    assert fallback is not None
    assert (incl_tax(fallback.credit), fallback.client.due) == (eur("1920.00"), eur("1680.00"))


def test_nothing_falls_back_before_the_day_after_the_grace() -> None:
    debt = OperatorDebt(PRICE, ZERO)
    assert fall_back(LAST_DAY, BILLED_FROM, debt, ()) is None
    assert fall_back(BILLED_FROM, BILLED_FROM, debt, ()) is not None


def test_once_by_nature() -> None:
    debt = OperatorDebt((Taxed(eur("833.33"), eur("166.67"), TWENTY),), eur("1000.00"))
    assert fall_back(BILLED_FROM, BILLED_FROM, debt, ()) is None


def test_value_date_on_the_last_day_is_in_time() -> None:
    assert is_in_time(LAST_DAY, LAST_DAY)
    assert not is_in_time(BILLED_FROM, LAST_DAY)


def after_grace(paid: str) -> BilledAfterGrace:
    fallback = fallen_back("1000.00")
    assert fallback is not None
    return BilledAfterGrace(fallback.client.parts, fallback.client.deducted, eur(paid))


def test_920_booked_late_but_dated_in_time_undo_all_and_free_the_deposit() -> None:
    undoing = undo(eur("920.00"), after_grace("0.00"))
    assert undoing is not None
    assert (incl_tax(undoing.parts), undoing.money_freed, undoing.receipt_left) == (eur("920.00"), ZERO, ZERO)
    assert [used.amount for used in undoing.deposit_given_back] == [eur("240.00")]


def test_100_booked_late_but_dated_in_time_undo_100() -> None:
    undoing = undo(eur("100.00"), after_grace("0.00"))
    assert undoing is not None
    assert (incl_tax(undoing.parts), undoing.deposit_given_back, undoing.money_freed) == (eur("100.00"), (), ZERO)


def test_undoing_frees_what_the_client_had_paid() -> None:
    partly = undo(eur("100.00"), after_grace("680.00"))
    assert partly is not None
    assert (partly.money_freed, partly.deposit_given_back) == (eur("100.00"), ())
    mostly = undo(eur("1000.00"), after_grace("680.00"))
    assert mostly is not None
    assert (mostly.money_freed, mostly.receipt_left) == (eur("680.00"), eur("80.00"))
    assert [used.amount for used in mostly.deposit_given_back] == [eur("240.00")]
    assert undo(eur("1.00"), BilledAfterGrace((), (), ZERO)) is None


def test_late_money_pays_what_is_open_of_the_clients_invoice() -> None:
    assert late_money(eur("500.00"), eur("680.00")) == (eur("500.00"), ZERO)
    assert late_money(eur("920.00"), eur("680.00")) == (eur("680.00"), eur("240.00"))
    assert late_money(eur("920.00"), ZERO) == (ZERO, eur("920.00"))


def test_a_named_invoice_takes_the_money_alone_its_interest_first() -> None:
    items = [
        OpenItem("F1", date(2026, 3, 1), eur("680.00")),
        OpenItem("F2", date(2026, 1, 1), eur("100.00")),
        OpenItem("F3", date(2026, 6, 1), eur("60.60"), interest_on="F1"),
    ]
    named = allocate(eur("800.00"), items, named="F1")
    assert named.parts == (("F3", eur("60.60")), ("F1", eur("680.00")))
    assert named.unallocated == eur("59.40")
    interest_alone = allocate(eur("70.00"), items, named="F3")
    assert (interest_alone.parts, interest_alone.unallocated) == ((("F3", eur("60.60")),), eur("9.40"))
    assert allocate(eur("5.00"), items, named="F9").unallocated == eur("5.00")


def test_without_a_name_the_oldest_due_is_paid_first() -> None:
    items = [
        OpenItem("F1", date(2026, 3, 1), eur("680.00")),
        OpenItem("F2", date(2026, 1, 1), eur("100.00")),
        OpenItem("F3", date(2026, 6, 1), eur("60.60"), interest_on="F1"),
    ]
    assert allocate(eur("200.00"), items).parts == (("F2", eur("100.00")), ("F3", eur("60.60")), ("F1", eur("39.40")))


def test_the_latest_money_is_freed_first() -> None:
    payments = (Payment("r1", date(2026, 3, 2), eur("100.00")), Payment("r2", date(2026, 3, 5), eur("50.00")))
    freed = free_latest(payments, eur("70.00"))
    assert [(payment.receipt_id, payment.amount) for payment in freed] == [("r2", eur("50.00")), ("r1", eur("20.00"))]
    assert free_latest(payments, ZERO) == ()
    with pytest.raises(ValueError, match="more money"):
        free_latest(payments, eur("150.01"))
