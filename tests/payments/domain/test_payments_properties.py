"""One contract's money on the pure rules, over any price, deposits, approvals, attendance and payments.

Always: parts sum to the whole, net and VAT apart; what is billed sums to the price, however much is credited and
billed again; deposits and receipts are neither lost nor used twice; client and operator never owe the same cent.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.money import ZERO, Money, Taxed, round_half_up, tax_by_rate, total
from services.payments.domain.allocation import OpenItem, Rest, spread
from services.payments.domain.deposit import (
    Deposit,
    DepositUse,
    after_uses,
    deposit_parts,
    refund_unapplied,
    unapplied,
    use_deposits,
)
from services.payments.domain.fallback import BilledAfterGrace, OperatorDebt, fall_back, is_in_time, late_money, undo
from services.payments.domain.final_billing import AttendedHours, FinalBilling, bill_at_the_end
from services.payments.domain.funding import Approval, TaxBasis, approved_incl_tax
from services.payments.domain.tax_parts import Parts, incl_tax, less, plus, take

ENDED_ON, LAST_DAY, BILLED_FROM = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1)
RATES = [Decimal(20), Decimal(10), Decimal("5.5"), Decimal("2.1"), Decimal(0)]
cents = st.integers(1, 2_000_000)
share = st.integers(0, 1000)


@dataclass
class Story:
    price: Parts
    received: Parts
    deposits: tuple[Deposit, ...]
    billing: FinalBilling


@st.composite
def stories(draw: st.DrawFn) -> Story:
    nets = draw(st.dictionaries(st.sampled_from(RATES), cents, min_size=1, max_size=3))
    price = tax_by_rate([(Money(net), rate) for rate, net in nets.items()])
    whole = incl_tax(price).cents
    deposits: list[Deposit] = []
    asked = Money(whole * draw(share) // 1000)
    for number, part in enumerate(draw(st.lists(share, max_size=3))):
        before = [deposit.left for deposit in deposits]
        part_now = Money((asked.cents - sum(incl_tax(each).cents for each in before)) * part // 1000)
        parts = deposit_parts(price, asked, before, part_now)
        if parts:
            deposits.append(Deposit(f"F{number}", parts))
    approvals, left = [], whole
    for number, part in enumerate(draw(st.lists(share, max_size=3))):
        amount = left * part // 1000
        left -= amount
        approvals.append(
            Approval(
                f"opco-{number}",
                f"A-{number}",
                Money(amount),
                draw(st.booleans()),
                approved_on=ENDED_ON + timedelta(days=draw(st.integers(-1, 1))),
                copy_on=draw(st.sampled_from([None, ENDED_ON, LAST_DAY])),
            )
        )
    named = frozenset(approval.opco for approval in approvals if draw(st.booleans()))
    hours = [
        AttendedHours(Decimal(planned), Decimal(attended))
        for planned, attended in draw(
            st.lists(st.tuples(st.integers(1, 35), st.integers(0, 35)), min_size=1, max_size=3)
        )
    ]
    received: Parts = ()
    for deposit in deposits:
        received = plus(received, deposit.left)
    return Story(price, received, tuple(deposits), bill_at_the_end(price, deposits, approvals, named, hours, ENDED_ON))


def billed(billing: FinalBilling) -> Parts:
    parts: Parts = ()
    for operator in billing.operators:
        parts = plus(parts, operator.parts)
    for client in (billing.final, billing.indemnity):
        parts = plus(parts, client.parts if client else ())
    return parts


def used(uses: tuple[DepositUse, ...]) -> Parts:
    parts: Parts = ()
    for use in uses:
        parts = plus(parts, use.parts)
    return parts


def left_of(deposits: tuple[Deposit, ...]) -> Parts:
    parts: Parts = ()
    for deposit in deposits:
        parts = plus(parts, deposit.left)
    return parts


@settings(max_examples=300)
@given(stories())
def test_what_is_billed_at_the_end_is_the_price(story: Story) -> None:
    assert billed(story.billing) == story.price
    assert all(part.net >= ZERO and part.vat >= ZERO for part in billed(story.billing))


@settings(max_examples=300)
@given(stories())
def test_deposits_are_neither_lost_nor_used_twice(story: Story) -> None:
    clients = [bill for bill in (story.billing.final, story.billing.indemnity) if bill]
    deducted: Parts = ()
    for bill in clients:
        assert ZERO <= bill.due <= incl_tax(bill.parts)
        deducted = plus(deducted, used(bill.deducted))
    assert plus(deducted, left_of(story.billing.deposits)) == story.received
    open_of_clients = total(bill.due for bill in clients)
    assert not (open_of_clients and unapplied(story.billing.deposits))


@settings(max_examples=300)
@given(stories(), st.lists(st.tuples(st.integers(-40, 40), share), max_size=6), st.integers(0, 20))
def test_the_fallback_and_its_undoing_keep_every_cent(
    story: Story, receipts: list[tuple[int, int]], delay: int
) -> None:
    if not story.billing.operators:
        return
    bill = story.billing.operators[0]
    others = less(story.price, bill.parts)
    amounts = [
        (LAST_DAY + timedelta(days=offset), round_half_up(Fraction(incl_tax(bill.parts).cents * part, 800)))
        for offset, part in receipts
    ]
    in_time = [amount for when, amount in amounts if is_in_time(when, LAST_DAY)]
    booked_before, booked_late = in_time[::2], in_time[1::2]
    paid = min(total(booked_before), incl_tax(bill.parts))
    overpaid = total(booked_before) - paid

    debt, deposits = OperatorDebt(bill.parts, paid), story.billing.deposits
    assert fall_back(LAST_DAY, BILLED_FROM, debt, deposits) is None
    fallback = fall_back(BILLED_FROM + timedelta(days=delay), BILLED_FROM, debt, deposits)
    if fallback is None:
        assert debt.open == ZERO
        return
    debt = OperatorDebt(less(bill.parts, fallback.credit), paid)
    assert debt.open == ZERO
    assert fall_back(BILLED_FROM + timedelta(days=delay), BILLED_FROM, debt, deposits) is None
    deposits = after_uses(deposits, fallback.client.deducted)
    standing = BilledAfterGrace(fallback.client.parts, fallback.client.deducted, ZERO)
    assert standing.open == fallback.client.due
    assert not (standing.open and unapplied(deposits))

    reissued: Parts = ()
    money, spare = ZERO, overpaid
    for when, amount in amounts:
        if not is_in_time(when, LAST_DAY):
            pays, excess = late_money(amount, standing.open)
            standing = BilledAfterGrace(standing.uncredited, standing.deducted, standing.paid + pays)
            money, spare = money + amount, spare + excess
    for amount in booked_late:
        undoing = undo(amount, standing)
        money += amount
        if undoing is None:
            spare += amount
            continue
        reissued = plus(reissued, undoing.parts)
        kept = less(used(standing.deducted), used(undoing.deposit_given_back))
        uses = tuple(
            DepositUse(
                use.number,
                less(use.parts, used(tuple(b for b in undoing.deposit_given_back if b.number == use.number))),
            )
            for use in standing.deducted
        )
        standing = BilledAfterGrace(
            less(standing.uncredited, undoing.parts),
            tuple(use for use in uses if use.parts),
            standing.paid - undoing.money_freed,
        )
        assert used(standing.deducted) == kept
        spare += undoing.money_freed + undoing.receipt_left
    assert standing.open >= ZERO
    assert plus(plus(plus(others, debt.uncredited), reissued), standing.uncredited) == story.price
    assert standing.paid + incl_tax(reissued) + spare - overpaid == money
    assert incl_tax(standing.uncredited) == incl_tax(used(standing.deducted)) + standing.paid + standing.open


@settings(max_examples=300)
@given(
    st.dictionaries(st.sampled_from(RATES), cents, min_size=1, max_size=3),
    share,
    st.lists(share, min_size=1, max_size=6),
)
def test_a_deposit_in_parts_sums_to_the_deposit_at_once_net_and_vat_apart(
    nets: dict[Decimal, int], rate: int, cuts: list[int]
) -> None:
    price = tax_by_rate([(Money(net), each) for each, net in nets.items()])
    asked = Money(incl_tax(price).cents * rate // 1000)
    parts: list[Parts] = []
    received: Parts = ()
    for cut in [*cuts, 1000]:
        part = deposit_parts(price, asked, parts, Money((asked - incl_tax(received)).cents * cut // 1000))
        parts.append(part)
        received = plus(received, part)
    assert received == plus(deposit_parts(price, asked, [], asked), ())


@given(st.dictionaries(st.sampled_from(RATES), cents, min_size=1, max_size=3), st.lists(share, min_size=1, max_size=4))
def test_approvals_excl_tax_in_parts_are_worth_the_price_and_no_more(nets: dict[Decimal, int], cuts: list[int]) -> None:
    price = tax_by_rate([(Money(net), each) for each, net in nets.items()])
    left = total(part.net for part in price)
    before, worth = ZERO, ZERO
    for cut in [*cuts, 1000]:
        amount = Money(left.cents * cut // 1000)
        if amount:
            worth += approved_incl_tax(amount, TaxBasis.EXCL_TAX, price, before)
        before, left = before + amount, left - amount
        assert worth <= incl_tax(price)
    assert worth == incl_tax(price)


@given(st.lists(cents, max_size=5), st.lists(cents, max_size=5))
def test_what_is_left_of_receipts_pays_all_it_can_and_never_twice(receipts: list[int], open_of: list[int]) -> None:
    rests = [Rest(f"R{n}", BILLED_FROM, Money(each)) for n, each in enumerate(receipts)]
    items = [OpenItem(f"F{n}", BILLED_FROM - timedelta(days=n), Money(each)) for n, each in enumerate(open_of)]
    payments = spread(rests, items)
    paid = total(amount for _, _, amount in payments)
    assert paid == min(total(rest.left for rest in rests), total(item.open for item in items))
    for rest in rests:
        assert total(amount for name, _, amount in payments if name == rest.receipt_id) <= rest.left
    for item in items:
        assert total(amount for _, number, amount in payments if number == item.number) <= item.open
    numbers = [number for _, number, _ in payments]
    assert numbers == sorted(numbers, reverse=True), "the oldest due first"


@settings(max_examples=200)
@given(stories())
def test_a_refund_takes_what_is_left_once(story: Story) -> None:
    refund = refund_unapplied(story.billing.deposits, operator_open=ZERO)
    assert used(refund) == left_of(story.billing.deposits)
    assert refund_unapplied(after_uses(story.billing.deposits, refund), operator_open=ZERO) == ()


@given(st.lists(cents, min_size=1, max_size=5), st.integers(0, 3_000_000))
def test_uses_reach_as_far_as_the_deposits_do(amounts: list[int], wanted: int) -> None:
    deposits = [Deposit(f"F{n}", (Taxed.from_incl_tax(Money(each), Decimal(20)),)) for n, each in enumerate(amounts)]
    uses = use_deposits(deposits, Money(wanted))
    assert total(use.amount for use in uses) == min(Money(wanted), unapplied(deposits))
    assert left_of(after_uses(deposits, uses)) == less(left_of(tuple(deposits)), used(uses))
    assert take(left_of(tuple(deposits)), ZERO) == ()
