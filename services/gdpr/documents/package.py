"""What a person is told and handed on a request for access, on paper (Art. 15(1) and (3) GDPR)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from chassis.personal_views import RecordView
from chassis.typesetting import NO_BREAK, day, fields_of, typeset
from chassis.values.periods import PARIS

TEMPLATE = Path(__file__).with_name("package.typ")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageDocument:
    """One answer. records: of all services; files: their paths in the archive that goes with it."""

    controller: str
    officer: str
    reference: str
    name: str
    received_on: date
    made_on: date
    holds_nothing: bool
    records: Sequence[RecordView]
    files: Sequence[str]


def package_pdf(document: PackageDocument) -> bytes:
    """The answer as a PDF/A-3b, the same bytes for the same answer."""
    data = fields_of(document) | {
        "records": None,
        "activities": list(_activities(document.records)),
        "sections": list(_sections(document.records)),
    }
    return typeset(TEMPLATE, data, dated=document.made_on)


def _activities(records: Iterable[RecordView]) -> Iterator[Mapping[str, object]]:
    """Each purpose once: its ground, the kinds of data, where they come from, who receives them, how long."""
    for title, given in _by(records, lambda record: record.purpose.title):
        yield {
            "title": title,
            "basis": _once(f"{record.basis.ground} (art. 6(1)({record.basis.letter}))" for record in given),
            "categories": _once(record.category.french for record in given),
            "sources": _once(record.source.french for record in given),
            "recipients": _once(recipient for record in given for recipient in record.purpose.recipients),
            "retention": _once(record.retention.french for record in given),
        }


def _sections(records: Iterable[RecordView]) -> Iterator[Mapping[str, object]]:
    """The data: by purpose, then row by row, what several records say of a row in one place."""
    for title, given in _by(records, lambda record: record.purpose.title):
        rows = [_row(parts) for _, parts in _by(given, lambda record: f"{record.table} {record.row}")]
        yield {"title": title, "rows": rows}


def _row(parts: Sequence[RecordView]) -> Mapping[str, object]:
    lines = [(part.labels.get(path, path), _said(value)) for part in parts for path, value in part.values.items()]
    lines += [
        (part.labels.get(path, path), f"Non communiqué : {reason}")
        for part in parts
        for path, reason in part.withheld.items()
    ]
    ends = sorted({part.until for part in parts if part.until is not None})
    return {"label": parts[0].label, "lines": lines, "until": ends[-1] if ends else None}


def _said(value: Any) -> str:
    """A value of a row in French."""
    match value:
        case None:
            return "–"
        case bool():
            return "oui" if value else "non"
        case str() if _DAY.fullmatch(value):
            return day(date.fromisoformat(value))
        case str() if _INSTANT.fullmatch(value):
            local = datetime.fromisoformat(value).astimezone(PARIS)
            return f"{day(local.date())} à{NO_BREAK}{local:%H}{NO_BREAK}h{NO_BREAK}{local:%M}"
        case list():
            return "\n".join(_said(item) for item in value) or "–"
        case dict():
            return ", ".join(_said(item) for item in value.values() if item is not None) or "–"
    return str(value)


def _by(records: Iterable[RecordView], key: Any) -> Iterator[tuple[str, list[RecordView]]]:
    """The records that share a key, in the order in which the keys come first."""
    groups: dict[str, list[RecordView]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    yield from groups.items()


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
