"""An issued document as a record: canonical JSON, and the chain in which each carries the hash of the one before.

What names a person is hashed apart under a salt: when the law lets it go, value and salt are dropped and the
chain still verifies.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from chassis.values.money import Money, Taxed
from services.payments.domain.deposit import DepositUse
from services.payments.domain.invoice import (
    Deducted,
    DocumentType,
    Draft,
    Invoice,
    Line,
    Payer,
    PayerKind,
    Purpose,
    Reference,
)
from services.payments.domain.tax_parts import Parts

FIRST = ""  # what the first record of a chain carries in place of a hash
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One link: the canonical text, the digests of its personal fields and of its PDF, and both hashes."""

    number: str
    content: str
    personal_sha256: str
    pdf_sha256: str
    previous_sha256: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain does not hold, and how."""

    number: str
    detail: str


def canonical(value: Any) -> str:
    """The one way to write a JSON value: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def personal_digest(personal: Json, salt: str) -> str:
    """SHA-256 over the salted personal fields, in hexadecimal."""
    return sha256(f"{salt}\n{canonical(personal)}".encode()).hexdigest()


def record_hash(content: str, personal_sha256: str, pdf_sha256: str, previous_sha256: str) -> str:
    """The hash of a record over everything it says, its PDF and the record before."""
    return sha256(f"{content}\n{personal_sha256}\n{pdf_sha256}\n{previous_sha256}".encode()).hexdigest()


def faults(records: Iterable[Record]) -> Iterator[Fault]:
    """Walk a chain in its order: a changed byte, a missing, added or moved record is named."""
    previous = FIRST
    for record in records:
        if record.previous_sha256 != previous:
            yield Fault(record.number, "it does not follow the record before it")
        made = record_hash(record.content, record.personal_sha256, record.pdf_sha256, record.previous_sha256)
        if made != record.sha256:
            yield Fault(record.number, "its content is not what was issued")
        if json.loads(record.content).get("number") != record.number:
            yield Fault(record.number, "it bears another number than its content")
        previous = record.sha256


def write_invoice(invoice: Invoice) -> dict[str, Any]:
    """The invoice as JSON: amounts, rates and days as texts."""
    says = invoice.says
    return {
        "number": invoice.number,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": _day(invoice.due_on),
        "document_type": str(says.document_type),
        "purpose": str(says.purpose),
        "payer": {"kind": str(says.payer.kind), "id": says.payer.id},
        "clause": says.clause,
        "clause_day": says.clause_day.isoformat(),
        "lines": [_line(line) for line in says.lines],
        "tax_by_rate": write_parts(says.taxes),
        "deducted": [
            {
                "number": taken.use.number,
                "issued_on": taken.issued_on.isoformat(),
                "parts": write_parts(taken.use.parts),
            }
            for taken in says.deducted
        ],
        "received": str(says.received),
        "received_on": _day(says.received_on),
        "credits": _reference(says.credits),
        "reissues": says.reissues,
        "follows": says.follows,
        "file_number": says.file_number,
        "amount_due": str(says.amount_due),
    }


def read_invoice(written: Json) -> Invoice:
    """The invoice that `write_invoice` wrote."""
    return Invoice(
        number=written["number"],
        issued_on=date.fromisoformat(written["issued_on"]),
        says=Draft(
            document_type=DocumentType(written["document_type"]),
            purpose=Purpose(written["purpose"]),
            payer=Payer(PayerKind(written["payer"]["kind"]), written["payer"]["id"]),
            clause=written["clause"],
            clause_day=date.fromisoformat(written["clause_day"]),
            lines=tuple(_read_line(line) for line in written["lines"]),
            taxes=read_parts(written["tax_by_rate"]),
            deducted=tuple(_read_deducted(taken) for taken in written["deducted"]),
            received=Money.parse(written["received"]),
            received_on=_read_day(written["received_on"]),
            credits=_read_reference(written["credits"]),
            reissues=written["reissues"],
            follows=written["follows"],
            file_number=written["file_number"],
        ),
    )


def write_parts(parts: Parts) -> list[dict[str, str]]:
    """Parts by rate as JSON."""
    return [{"rate": format(part.rate, "f"), "net": str(part.net), "vat": str(part.vat)} for part in parts]


def read_parts(written: Iterable[Mapping[str, str]]) -> Parts:
    """The parts that `write_parts` wrote."""
    return tuple(Taxed(Money.parse(part["net"]), Money.parse(part["vat"]), Decimal(part["rate"])) for part in written)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _read_day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _line(line: Line) -> dict[str, str]:
    return {
        "description": line.description,
        "quantity": format(line.quantity, "f"),
        "unit_price": str(line.unit_price),
        "excl_tax": str(line.net),
        "vat_rate": format(line.vat_rate, "f"),
    }


def _read_line(written: Mapping[str, str]) -> Line:
    return Line(
        written["description"],
        Decimal(written["quantity"]),
        Money.parse(written["unit_price"]),
        Money.parse(written["excl_tax"]),
        Decimal(written["vat_rate"]),
    )


def _read_deducted(written: Json) -> Deducted:
    use = DepositUse(written["number"], read_parts(written["parts"]))
    return Deducted(use, date.fromisoformat(written["issued_on"]))


def _reference(reference: Reference | None) -> dict[str, str] | None:
    return None if reference is None else {"number": reference.number, "issued_on": reference.issued_on.isoformat()}


def _read_reference(written: Mapping[str, str] | None) -> Reference | None:
    return None if written is None else Reference(written["number"], date.fromisoformat(written["issued_on"]))
