"""What is invoiced of interest and fee is what is owed of them, however often facts move (clause 3.4)."""

from hypothesis import given
from hypothesis import strategies as st

from chassis.values.money import ZERO, Money
from services.payments.domain.late_charges import NOTHING, Charged, part_of, to_charge, to_credit
from services.payments.domain.late_interest import LateCharge

amounts = st.builds(Money, st.integers(0, 100_000))
wholes = st.builds(LateCharge, days=st.just(1), interest=amounts, recovery_fee=st.sampled_from([ZERO, Money(4000)]))


@given(st.lists(wholes, max_size=6))
def test_charging_and_crediting_follow_what_is_owed(owed: list[LateCharge]) -> None:
    charged = NOTHING
    for whole in owed:
        credit = to_credit(whole, charged)
        charged = Charged(charged.interest - credit.interest, charged.recovery_fee - credit.recovery_fee)
        charged += to_charge(whole, charged)
        assert (charged.interest, charged.recovery_fee) == (whole.interest, whole.recovery_fee)
        assert to_charge(whole, charged) == to_credit(whole, charged) == NOTHING


@given(st.builds(Charged, amounts, amounts), amounts)
def test_a_credit_note_takes_no_more_than_its_invoice_has(wanted: Charged, uncredited: Money) -> None:
    part = part_of(wanted, uncredited)
    assert part.total == min(wanted.total, uncredited)
    assert part.interest <= wanted.interest and part.recovery_fee <= wanted.recovery_fee
