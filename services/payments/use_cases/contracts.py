"""What contracts states: a signature, a conclusion, an end. Each may come twice; each takes effect once."""

from chassis.unit_of_work import Transaction
from chassis.values.money import total
from chassis.values.refusals import Refused
from services.payments.domain.opcos import NAMES, code_of
from services.payments.domain.tax_parts import incl_tax
from services.payments.events import ContractCompleted, ContractConcluded, ContractSigned
from services.payments.repository.accounts import Account, find_account, lock_account, mark_billed, open_account
from services.payments.use_cases.billing import bill_the_end
from services.payments.use_cases.deposit_requests import DEPOSIT_CALLABLE, plan_deposit
from services.payments.use_cases.instalments import check_signed, drop_instalments, plan_instalments
from services.payments.use_cases.operator_money import book_waiting_money
from services.payments.use_cases.settling import settle


def contract_signed(tx: Transaction, signed: ContractSigned) -> None:
    """Open the contract's account, ask for its deposit and set the days of what is staged (clauses 2.1 and 2.2)."""
    _check_price(signed)
    _check_opco(signed)
    check_signed(signed)
    if open_account(tx.session, signed):
        account = lock_account(tx.session, signed.contract_id)
        plan_deposit(tx, account)
        plan_instalments(tx, account)


def contract_concluded(tx: Transaction, concluded: ContractConcluded) -> None:
    """Note that documents and deposit are in."""
    account = lock_account(tx.session, concluded.contract_id)
    account.row.concluded_on = concluded.concluded_on
    tx.session.add(account.row)


def contract_completed(tx: Transaction, completed: ContractCompleted) -> None:
    """Issue the final invoices, once, and book on them what was paid before (clauses 3.2, 3.3 and 3.7).

    They ask for the instalments that no sweep has invoiced yet as well.
    """
    # The duties first: a sweep that does one of them holds it, then the customer.
    tx.drop_duty(DEPOSIT_CALLABLE, str(completed.contract_id))
    drop_instalments(tx, find_account(tx.session, completed.contract_id))
    account = lock_account(tx.session, completed.contract_id)
    if account.stands:
        mark_billed(tx.session, account, completed, tx.today)
        bill_the_end(tx, account, completed)
        book_waiting_money(tx, account)
        settle(tx, account.customer_id)


def _check_price(signed: ContractSigned) -> None:
    """The lines must be worth the price that contracts states: nothing is billed from figures that disagree."""
    price = Account.price_of(signed)
    if (total(part.net for part in price), incl_tax(price)) != (signed.price.excl_tax, signed.price.incl_tax):
        raise Refused("price-disagrees", f"The lines of {signed.contract_number} do not sum to its price.", "3.1")


def _check_opco(signed: ContractSigned) -> None:
    """Whether the operator is named decides who owes at the end: a name that is nobody's is never passed over."""
    if signed.opco_named and code_of(signed.opco_named) is None:
        detail = (
            f"{signed.contract_number} names {signed.opco_named}, which is none of the operators: {', '.join(NAMES)}."
        )
        raise Refused("opco-unknown", detail, "3.3")
