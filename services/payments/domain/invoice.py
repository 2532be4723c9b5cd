"""What an invoice or a credit note says (clauses, section 7). Issued once, never changed or deleted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chassis.values.money import ZERO, Money, total
from services.payments.domain.deposit import DepositUse
from services.payments.domain.tax_parts import Parts, incl_tax


class DocumentType(StrEnum):
    """UNTDID 1001 code of the document."""

    DEPOSIT_INVOICE = "386"
    INVOICE = "380"
    CREDIT_NOTE = "381"
    DEPOSIT_CREDIT_NOTE = "503"

    @property
    def is_credit(self) -> bool:
        """Whether it takes back rather than asks."""
        return self in (DocumentType.CREDIT_NOTE, DocumentType.DEPOSIT_CREDIT_NOTE)


class Purpose(StrEnum):
    """Why it is issued."""

    DEPOSIT = "deposit"
    FINAL = "final"
    INSTALMENT = "instalment"
    OPERATOR_PART = "operator_part"
    AFTER_GRACE = "after_grace"
    ABSENCE_INDEMNITY = "absence_indemnity"
    CANCELLATION = "cancellation"
    PREPARATION_COST = "preparation_cost"
    SUPPLEMENT = "supplement"
    INTEREST_AND_FEE = "interest_and_fee"


class PayerKind(StrEnum):
    """Who owes an invoice or sends a receipt."""

    CUSTOMER = "customer"
    OPCO = "opco"


@dataclass(frozen=True, slots=True)
class Payer:
    """The customer's id, or an operator's code."""

    kind: PayerKind
    id: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: unit_price and net in euros excl. tax, vat_rate in percent."""

    description: str
    quantity: Decimal
    unit_price: Money
    net: Money
    vat_rate: Decimal


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document by its number and day."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Deducted:
    """The part of a deposit invoice that this one takes, its day beside it."""

    use: DepositUse
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document before it has a number. Amounts of credit notes are positive.

    clause_day: the day the clause makes it due. received: money that was in before it was issued (a deposit
    invoice, what the client had paid beyond its deposit, an operator's invoice reissued); received_on: the value
    date of the last of it. credits: the invoice that a credit note corrects, which then gives
    `deducted` back; reissues: the one that an invoice stands for again; follows: the operator's invoice that an
    invoice after grace comes from. file_number: the operator's.
    """

    document_type: DocumentType
    purpose: Purpose
    payer: Payer
    clause: str
    clause_day: date
    lines: tuple[Line, ...]
    taxes: Parts
    deducted: tuple[Deducted, ...] = ()
    received: Money = ZERO
    received_on: date | None = None
    credits: Reference | None = None
    reissues: str | None = None
    follows: str | None = None
    file_number: str | None = None

    @property
    def incl_tax(self) -> Money:
        """The total incl. tax, before what is deducted."""
        return incl_tax(self.taxes)

    @property
    def amount_due(self) -> Money:
        """What remains to be paid of it at its issue; nothing on a credit note."""
        if self.document_type.is_credit:
            return ZERO
        return self.incl_tax - total(taken.use.amount for taken in self.deducted) - self.received


@dataclass(frozen=True, slots=True)
class Invoice:
    """A document as issued: its number, its day, and what it says."""

    number: str
    issued_on: date
    says: Draft

    @property
    def due_on(self) -> date | None:
        """The later of its issue and the day the clause makes it due; None on a credit note."""
        return None if self.says.document_type.is_credit else max(self.issued_on, self.says.clause_day)

    @property
    def reference(self) -> Reference:
        """How other documents name it."""
        return Reference(self.number, self.issued_on)


def part_lines(description: str, parts: Parts) -> tuple[Line, ...]:
    """One line for each rate of a part of the price."""
    return tuple(Line(description, Decimal(1), part.net, part.net, part.rate) for part in parts)


def written_number(prefix: str, year: int, position: int) -> str:
    """A number of a series, such as F2026-000001."""
    return f"{prefix}{year}-{position:06d}"
