"""Accounts: one signed contract's money. Whoever changes it holds its customer's lock.

A customer's money may pay any of its contracts, so one lock orders what touches any of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlmodel import Session, col, select

from chassis.database import insert_once
from chassis.problems import NotFound
from chassis.values.money import tax_by_rate
from services.payments.domain.late_interest import CustomerKind, LateTerms
from services.payments.domain.tax_parts import Parts, plus
from services.payments.events import ContractCompleted, ContractSigned, ContractWithdrawn
from services.payments.tables import ContractAccountRow, CustomerRow, Table


@dataclass(frozen=True)
class Account:
    """A contract's account, its snapshots read."""

    row: ContractAccountRow

    @property
    def contract_id(self) -> UUID:
        """The contract."""
        return self.row.contract_id

    @property
    def customer_id(self) -> UUID:
        """The client."""
        return self.row.customer_id

    @cached_property
    def signed(self) -> ContractSigned:
        """What contracts published at the signature."""
        return ContractSigned.model_validate(self.row.signed)

    @cached_property
    def completed(self) -> ContractCompleted | None:
        """What contracts published at the end; None before."""
        return None if self.row.completed is None else ContractCompleted.model_validate(self.row.completed)

    @cached_property
    def price(self) -> Parts:
        """The price by VAT rate."""
        return self.price_of(self.signed)

    @staticmethod
    def price_of(signed: ContractSigned) -> Parts:
        """The price by VAT rate of a contract's lines; a rate that only free lines bear is left out."""
        return plus(tax_by_rate((line.excl_tax, line.vat_rate) for line in signed.lines), ())

    @property
    def customer_kind(self) -> CustomerKind:
        """Company, sole trader or individual."""
        return CustomerKind(self.signed.customer.kind)

    @property
    def late_terms(self) -> LateTerms:
        """The terms' values for late payment, as signed."""
        late = self.signed.late_payment
        return LateTerms(late.interest_margin_points, late.interest_floor_multiple, late.recovery_fee)

    @property
    def is_billed(self) -> bool:
        """Whether the final invoices are out."""
        return self.row.billed_on is not None

    @property
    def is_withdrawn(self) -> bool:
        """Whether the individual withdrew: nothing is asked for or booked on it any more."""
        return self.row.withdrawn_on is not None

    @property
    def stands(self) -> bool:
        """Whether it may still take a deposit: neither withdrawn nor billed."""
        return not (self.is_withdrawn or self.is_billed)


def open_account(session: Session, signed: ContractSigned) -> bool:
    """Open the account of a contract, once; whether it is new. From here on the caller holds the customer."""
    customer_id = signed.customer.customer_id
    insert_once(session, Table.metadata.tables["customer"], {"customer_id": customer_id})
    _lock_customer(session, customer_id)
    row = {
        "contract_id": signed.contract_id,
        "contract_number": signed.contract_number,
        "customer_id": customer_id,
        "signed": signed.model_dump(mode="json"),
        "money_from": signed.deposit.callable_on if signed.customer.kind == "individual" else None,
    }
    return insert_once(session, Table.metadata.tables["contract_account"], row)


def find_account(session: Session, contract_id: UUID) -> Account:
    """The account as it stands, held by nobody; NotFound for a contract not known here."""
    row = session.get(ContractAccountRow, contract_id)
    if row is None:
        raise NotFound("The contract")
    return Account(row)


def find_numbered(session: Session, contract_number: str) -> Account | None:
    """The account of a contract's number, if there is one."""
    wanted = select(ContractAccountRow).where(ContractAccountRow.contract_number == contract_number)
    row = session.exec(wanted).one_or_none()
    return None if row is None else Account(row)


def lock_account(session: Session, contract_id: UUID) -> Account:
    """The account, its customer locked until the transaction ends; NotFound for a contract not known here."""
    wanted = select(ContractAccountRow.customer_id).where(ContractAccountRow.contract_id == contract_id)
    customer_id = session.exec(wanted).one_or_none()
    if customer_id is None:
        raise NotFound("The contract")
    return next(each for each in lock_accounts_of(session, customer_id) if each.contract_id == contract_id)


def lock_accounts_of(session: Session, customer_id: UUID) -> Sequence[Account]:
    """Every account of a customer, the customer locked until the transaction ends; none of one not known here."""
    _lock_customer(session, customer_id)
    return accounts_of(session, customer_id)


def _lock_customer(session: Session, customer_id: UUID) -> None:
    wanted = select(CustomerRow.customer_id).where(CustomerRow.customer_id == customer_id)
    session.exec(wanted.with_for_update(key_share=True)).one_or_none()


def customer_row(session: Session, customer_id: UUID) -> CustomerRow:
    """The customer as it stands now; whoever changes it holds its lock."""
    wanted = select(CustomerRow).where(CustomerRow.customer_id == customer_id)
    return session.exec(wanted.execution_options(populate_existing=True)).one()


def overdue_customers(session: Session) -> Sequence[UUID]:
    """Customers that are late."""
    return session.exec(select(CustomerRow.customer_id).where(col(CustomerRow.overdue_since).is_not(None))).all()


def accounts_of(session: Session, customer_id: UUID) -> Sequence[Account]:
    """Every account of a customer as it stands now."""
    wanted = select(ContractAccountRow).where(ContractAccountRow.customer_id == customer_id)
    wanted = wanted.order_by(col(ContractAccountRow.contract_id)).execution_options(populate_existing=True)
    return [Account(row) for row in session.exec(wanted)]


def mark_billed(session: Session, account: Account, completed: ContractCompleted, today: date) -> None:
    """Keep the end's snapshot: from here on the final invoices stand."""
    account.row.completed = completed.model_dump(mode="json")
    account.row.billed_on = today
    account.__dict__.pop("completed", None)
    session.add(account.row)
    session.flush()


def mark_withdrawn(session: Session, account: Account, withdrawn: ContractWithdrawn) -> None:
    """Keep the withdrawal's day and the last day to pay back."""
    account.row.withdrawn_on, account.row.refund_by = withdrawn.withdrawn_on, withdrawn.refund_by
    session.add(account.row)
    session.flush()
