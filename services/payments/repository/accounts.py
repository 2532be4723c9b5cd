"""Accounts: one signed contract's money. Whoever changes it holds the account's lock."""

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
from services.payments.domain.tax_parts import Parts
from services.payments.events import ContractCompleted, ContractSigned
from services.payments.tables import ContractAccountRow, Table


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
        """The price by VAT rate of a contract's lines."""
        return tax_by_rate((line.excl_tax, line.vat_rate) for line in signed.lines)

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


def open_account(session: Session, signed: ContractSigned) -> bool:
    """Open the account of a contract, once; whether it is new."""
    row = {
        "contract_id": signed.contract_id,
        "contract_number": signed.contract_number,
        "customer_id": signed.customer.customer_id,
        "signed": signed.model_dump(mode="json"),
    }
    return insert_once(session, Table.metadata.tables["contract_account"], row)


def lock_account(session: Session, contract_id: UUID) -> Account:
    """The account, locked until the transaction ends; NotFound where payments knows no such contract."""
    wanted = select(ContractAccountRow).where(ContractAccountRow.contract_id == contract_id)
    row = session.exec(wanted.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("The contract")
    return Account(row)


def lock_accounts_of(session: Session, customer_id: UUID) -> list[Account]:
    """Every account of a customer, locked in one order that all lockers keep."""
    wanted = (
        select(ContractAccountRow)
        .where(ContractAccountRow.customer_id == customer_id)
        .order_by(col(ContractAccountRow.contract_id))
    )
    rows = session.exec(wanted.with_for_update().execution_options(populate_existing=True))
    return [Account(row) for row in rows]


def accounts_of(session: Session, customer_id: UUID) -> Sequence[Account]:
    """Every account of a customer, to read."""
    wanted = select(ContractAccountRow).where(ContractAccountRow.customer_id == customer_id)
    return [Account(row) for row in session.exec(wanted.order_by(col(ContractAccountRow.contract_id)))]


def mark_billed(session: Session, account: Account, completed: ContractCompleted, today: date) -> None:
    """Keep the end's snapshot: from here on the final invoices stand."""
    account.row.completed = completed.model_dump(mode="json")
    account.row.billed_on = today
    account.__dict__.pop("completed", None)
    session.add(account.row)
    session.flush()
