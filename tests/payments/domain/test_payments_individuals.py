"""An individual's money: early money, the staged balance, what is paid back (C. trav. L6353-6, C. conso L221-24)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.money import ZERO, Money, Taxed, round_down, split, tax_by_rate, total
from chassis.values.refusals import Refused
from services.payments.domain.allocation import OpenItem, Rest, payable_by, spread
from services.payments.domain.deposit import Deposit, DepositAsked, book_deposit, deposit_parts, take_as_deposit
from services.payments.domain.early_money import Held, confirm, counts_from, held_back, is_early
from services.payments.domain.final_billing import bill_at_the_end
from services.payments.domain.funding import check_fundable
from services.payments.domain.instalments import (
    Instalment,
    before_the_end,
    check_instalments,
    instalment_parts,
    unbilled,
)
from services.payments.domain.late_interest import CustomerKind
from services.payments.domain.refund import check_refund, refund_after_withdrawal_by, refund_by
from services.payments.domain.tax_parts import Parts, incl_tax, less, plus, take

TWENTY = Decimal(20)
RATES = [TWENTY, Decimal(10), Decimal("5.5"), Decimal("2.1"), Decimal(0)]
# Ordered on the website on Saturday 2026-03-07: withdrawal through 03-23, callable from 03-24.
CALLABLE_ON = date(2026, 3, 24)
STARTS_ON, ENDS_ON = date(2026, 4, 13), date(2026, 4, 15)
DAYS = (STARTS_ON, date(2026, 4, 14), ENDS_ON)
cents = st.integers(1, 2_000_000)
share = st.integers(0, 1000)


def eur(written: str) -> Money:
    return Money.parse(written)


PRICE = (Taxed.from_net(eur("2000.00"), TWENTY),)


def test_money_is_early_through_the_last_day_of_the_withdrawal_period() -> None:
    assert is_early(date(2026, 3, 23), CALLABLE_ON)
    assert not is_early(CALLABLE_ON, CALLABLE_ON)
    assert not is_early(date(2020, 1, 1), None), "a company may pay with its order"


def test_early_money_counts_as_deposit_from_its_confirmation_and_no_earlier() -> None:
    assert counts_from(date(2026, 3, 10), date(2026, 3, 26), CALLABLE_ON) == date(2026, 3, 26)
    assert counts_from(date(2026, 3, 24), date(2026, 3, 26), CALLABLE_ON) == date(2026, 3, 24)
    assert counts_from(date(2026, 3, 10), date(2026, 3, 26), None) == date(2026, 3, 10)


def test_confirmed_money_becomes_the_deposit_and_the_rest_is_paid_back() -> None:
    asked = DepositAsked(eur("720.00"), CALLABLE_ON)
    assert book_deposit(asked, ZERO, eur("1000.00"), date(2026, 3, 23)).accepted == ZERO
    confirmed = confirm([Held("r1", eur("1000.00"), is_own=True)], eur("720.00"))
    assert confirmed.deposit == (("r1", eur("720.00")),)
    assert confirmed.refunds == (("r1", eur("280.00")),)
    assert take_as_deposit(asked, ZERO, eur("720.00")).completes


def test_what_may_be_for_another_contract_stays_kept_apart() -> None:
    confirmed = confirm([Held("r1", eur("1000.00"), is_own=False)], eur("720.00"))
    assert (confirmed.deposit, confirmed.refunds) == ((("r1", eur("720.00")),), ())
    freed = [("r1", eur("720.00"))]
    assert held_back([Held("r1", eur("1000.00"), is_own=False)], freed) == (("r1", eur("720.00")),)
    assert held_back([Held("r1", eur("1000.00"), is_own=True)], freed) == (("r1", eur("1000.00")),)
    assert held_back([Held("r2", eur("10.00"), is_own=False)], freed) == ()


def test_early_money_pays_no_invoice_by_itself_and_other_money_does() -> None:
    item = OpenItem("F1", STARTS_ON, eur("560.00"), money_from=CALLABLE_ON)
    early, later = Rest("r1", date(2026, 3, 10), eur("720.00")), Rest("r2", CALLABLE_ON, eur("100.00"))
    assert spread([early, later], [item]) == (("r2", "F1", eur("100.00")),)
    assert payable_by([item], date(2026, 3, 23)) == []


def test_three_instalments_of_a_balance_of_1680_00() -> None:
    billed: list[Parts] = []
    for _ in range(2):
        billed.append(instalment_parts(PRICE, eur("720.00"), billed, eur("560.00")))
        assert billed[-1] == (Taxed(eur("466.67"), eur("93.33"), TWENTY),)
    final = unbilled(PRICE, billed)
    assert final == (Taxed(eur("1066.66"), eur("213.34"), TWENTY),)
    deposit = take(PRICE, eur("720.00"))
    assert less(final, deposit) == (Taxed(eur("466.66"), eur("93.34"), TWENTY),)


@pytest.mark.parametrize(
    ("days", "amounts"),
    [
        (DAYS, ("560.00", "560.00", "559.99")),
        (DAYS, ("560.00", "560.00", "560.01")),
        (DAYS, ("1120.00", "0.00", "560.00")),
        ((*DAYS[:2], date(2026, 4, 16)), ("560.00",) * 3),
        ((date(2026, 4, 12), *DAYS[1:]), ("560.00",) * 3),
        ((DAYS[0], DAYS[0], DAYS[2]), ("560.00",) * 3),
        ((DAYS[1], DAYS[0], DAYS[2]), ("560.00",) * 3),
        ((), ()),
    ],
)
def test_instalments_that_are_not_the_balance_over_the_training_are_refused(
    days: tuple[date, ...], amounts: tuple[str, ...]
) -> None:
    instalments = [Instalment(day, eur(amount)) for day, amount in zip(days, amounts, strict=True)]
    with pytest.raises(Refused, match=r"1680\.00") as refusal:
        check_instalments(instalments, eur("1680.00"), STARTS_ON, ENDS_ON)
    assert (refusal.value.code, refusal.value.clause) == ("instalments-disagree", "2.1")


def test_the_last_instalment_is_the_final_invoice_s() -> None:
    instalments = [Instalment(day, eur("560.00")) for day in DAYS]
    check_instalments(instalments, eur("1680.00"), STARTS_ON, ENDS_ON)
    assert [each.due_on for each in before_the_end(instalments)] == list(DAYS[:2])
    assert before_the_end(instalments[:1]) == []


def test_refunds_are_due_14_days_later_and_for_late_money_from_its_coming() -> None:
    assert refund_by(date(2026, 3, 26)) == date(2026, 4, 9)
    withdrawal_by = date(2026, 4, 2)
    assert refund_after_withdrawal_by(date(2026, 3, 18), withdrawal_by) == withdrawal_by
    assert refund_after_withdrawal_by(date(2026, 3, 25), withdrawal_by) == date(2026, 4, 8)
    check_refund(eur("10.00"), eur("10.00"))
    with pytest.raises(Refused, match=r"10\.00") as refusal:
        check_refund(eur("10.01"), eur("10.00"))
    assert refusal.value.code == "refund-above-rest"


def test_no_operator_is_asked_for_an_individual() -> None:
    check_fundable(CustomerKind.COMPANY)
    with pytest.raises(Refused) as refusal:
        check_fundable(CustomerKind.INDIVIDUAL)
    assert (refusal.value.code, refusal.value.clause) == ("funding-of-individual", "3.3")


@settings(max_examples=300)
@given(
    nets=st.dictionaries(st.sampled_from(RATES), cents, min_size=1, max_size=4),
    rate=st.integers(0, 300),
    days=st.integers(1, 12),
    swept=st.lists(st.booleans(), min_size=12, max_size=12),
    paid=st.lists(share, max_size=3),
)
def test_what_is_billed_sums_to_the_price_net_and_vat_of_each_rate_apart(
    nets: dict[Decimal, int], rate: int, days: int, swept: list[bool], paid: list[int]
) -> None:
    """For any rates, any number of instalments, any of them never swept, the deposit paid in any parts."""
    price = tax_by_rate([(Money(net), each) for each, net in nets.items()])
    asked = round_down(Decimal(incl_tax(price).cents * rate) / 1000)
    deposits: list[Parts] = []
    for cut in [*paid, 1000]:
        left = asked - total(incl_tax(parts) for parts in deposits)
        deposits.append(deposit_parts(price, asked, deposits, Money(left.cents * cut // 1000)))
    balance = incl_tax(price) - asked
    amounts = split(balance, days)
    assert asked.cents * 1000 <= incl_tax(price).cents * 300, "before the start never more than 30 % is asked for"
    billed: list[Parts] = []
    for amount, was_swept in zip(amounts[:-1], swept, strict=False):
        if was_swept:
            billed.append(instalment_parts(price, asked, billed, amount))
            assert incl_tax(billed[-1]) == amount
    kept = tuple(Deposit(f"F{n}", parts) for n, parts in enumerate(deposits) if parts)
    end = bill_at_the_end(unbilled(price, billed), kept, [], frozenset(), [], ENDS_ON)
    together: Parts = ()
    for parts in [*billed, end.final.parts if end.final else ()]:
        together = plus(together, parts)
    assert together == plus(price, ())
    assert all(part.net >= ZERO and part.vat >= ZERO for parts in billed for part in parts)
    if end.final is not None:
        due = end.final.parts
        for use in end.final.deducted:
            due = less(due, use.parts)
        assert incl_tax(due) == end.final.due == balance - total(incl_tax(parts) for parts in billed)
        assert end.deposits == () or all(not deposit.left for deposit in end.deposits)


@settings(max_examples=300)
@given(
    receipts=st.lists(st.tuples(cents, st.booleans()), max_size=6),
    lacking=st.integers(0, 3_000_000),
    freed=st.lists(share, min_size=6, max_size=6),
)
def test_of_a_receipt_never_more_becomes_deposit_or_is_paid_back_than_is_left_of_it(
    receipts: list[tuple[int, bool]], lacking: int, freed: list[int]
) -> None:
    held = [Held(f"r{n}", Money(left), is_own) for n, (left, is_own) in enumerate(receipts)]
    confirmed = confirm(held, Money(lacking))
    assert total(amount for _, amount in confirmed.deposit) == min(Money(lacking), total(each.left for each in held))
    for each in held:
        taken = total(amount for name, amount in confirmed.deposit + confirmed.refunds if name == each.receipt_id)
        assert taken == each.left if each.is_own else taken <= each.left
    parts = [(each.receipt_id, Money(each.left.cents * cut // 1000)) for each, cut in zip(held, freed, strict=False)]
    back = dict(held_back(held, parts))
    for each in held:
        assert back.get(each.receipt_id, ZERO) == (each.left if each.is_own else dict(parts)[each.receipt_id])


@given(st.lists(st.tuples(st.integers(-30, 30), cents), max_size=6), st.lists(cents, max_size=4))
def test_money_that_came_early_is_never_spread(receipts: list[tuple[int, int]], open_of: list[int]) -> None:
    rests = [Rest(f"r{n}", CALLABLE_ON + timedelta(days), Money(left)) for n, (days, left) in enumerate(receipts)]
    items = [
        OpenItem(f"F{n}", STARTS_ON, Money(each), money_from=CALLABLE_ON if n % 2 else None)
        for n, each in enumerate(open_of)
    ]
    early = {rest.receipt_id for rest in rests if rest.value_date < CALLABLE_ON}
    staged = {item.number for item in items if item.money_from}
    assert not [each for each in spread(rests, items) if each[0] in early and each[1] in staged]
