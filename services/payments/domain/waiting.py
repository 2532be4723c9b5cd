"""Why money that pays nothing waits, each reason a queue that staff works through (clauses, section 7)."""

from enum import StrEnum


class WaitReason(StrEnum):
    """Why something of a receipt is left.

    Of a customer: EARLY_MONEY came before the withdrawal period was over and waits for its confirmation or a refund;
    ADVANCE is there for what is not billed yet; OVERPAYMENT is more than all that is owed. Of an operator:
    OPERATOR_UNMATCHED names no case that is known; OPERATOR_EARLY waits for the end of its training;
    OPERATOR_OVERPAYMENT is more than its case takes. Staff decides on what is matched to nothing and on what is paid
    too much.
    """

    EARLY_MONEY = "early_money"
    ADVANCE = "advance"
    OVERPAYMENT = "overpayment"
    OPERATOR_UNMATCHED = "operator_unmatched"
    OPERATOR_EARLY = "operator_early"
    OPERATOR_OVERPAYMENT = "operator_overpayment"


def of_customer(*, is_early: bool, is_something_to_bill: bool) -> WaitReason:
    """Why a customer's money waits; is_something_to_bill: one of its contracts is neither billed nor withdrawn from."""
    if is_early:
        return WaitReason.EARLY_MONEY
    return WaitReason.ADVANCE if is_something_to_bill else WaitReason.OVERPAYMENT


def of_operator(is_billed: bool | None) -> WaitReason:
    """Why an operator's money waits. is_billed: whether the case that it names is; None where it names none known."""
    if is_billed is None:
        return WaitReason.OPERATOR_UNMATCHED
    return WaitReason.OPERATOR_OVERPAYMENT if is_billed else WaitReason.OPERATOR_EARLY
