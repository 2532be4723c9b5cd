"""What a person is told and handed on a request for access, on paper (Art. 15(1) to (3) GDPR)."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from chassis.personal_views import RecordsView, RecordView
from chassis.typesetting import NO_BREAK, day, fields_of, typeset
from chassis.values.periods import PARIS
from services.gdpr.documents.wording import worded

K = TypeVar("K", bound=Hashable)
TEMPLATE = Path(__file__).with_name("package.typ")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageDocument:
    """One answer. parts: of each service; files: their paths in the archive that goes with it; transfers: in French."""

    controller: str
    officer: str
    transfers: str
    reference: str
    name: str
    received_on: date
    made_on: date
    holds_nothing: bool
    parts: Sequence[RecordsView]
    files: Sequence[str]


def package_pdf(document: PackageDocument) -> bytes:
    """The answer as a PDF/A-3b, the same bytes for the same answer."""
    held = [_Held(part.service, record) for part in document.parts for record in part.records]
    data = fields_of(document) | {
        "parts": None,
        "activities": list(_activities(held)),
        "sections": list(_sections(held)),
    }
    return typeset(TEMPLATE, data, dated=document.made_on)


@dataclass(frozen=True, slots=True)
class _Held:
    """A record, and the service that holds it: rows of two services may bear the same key."""

    service: str
    record: RecordView


def _activities(held: Iterable[_Held]) -> Iterator[Mapping[str, object]]:
    """Each purpose once: its ground, the kinds of data, where they come from, who receives them, how long."""
    for title, given in _by(held, _purpose):
        records = [each.record for each in given]
        yield {
            "title": title,
            "basis": _once(f"{record.basis.ground} (art. 6(1)({record.basis.letter}))" for record in records),
            "categories": _once(record.category.french for record in records),
            "sources": _once(record.source.french for record in records),
            "recipients": _once(recipient for record in records for recipient in record.purpose.recipients),
            "retention": _once(record.retention.french for record in records),
        }


def _sections(held: Iterable[_Held]) -> Iterator[Mapping[str, object]]:
    """The data: by purpose, then row by row, what several records say of a row in one place."""
    for title, given in _by(held, _purpose):
        rows = _by(given, lambda each: (each.service, each.record.table, each.record.row))
        yield {"title": title, "rows": [_row([each.record for each in parts]) for _, parts in rows]}


def _purpose(held: _Held) -> str:
    return held.record.purpose.title


def _row(parts: Sequence[RecordView]) -> Mapping[str, object]:
    lines = [
        (part.labels.get(path, path), _said(worded(part.table, path, value)))
        for part in parts
        for path, value in part.values.items()
    ]
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
        case str():
            return _dated(value) or value
        case list():
            return "\n".join(_said(item) for item in value) or "–"
        case dict():
            return ", ".join(_said(item) for item in value.values() if item is not None) or "–"
    return str(value)


def _dated(value: str) -> str | None:
    """A day or an instant in French; None for a text that is neither, though it may look like one."""
    try:
        if _DAY.fullmatch(value):
            return day(date.fromisoformat(value))
        if _INSTANT.fullmatch(value):
            local = datetime.fromisoformat(value).astimezone(PARIS)
            return f"{day(local.date())} à{NO_BREAK}{local:%H}{NO_BREAK}h{NO_BREAK}{local:%M}"
    except (ValueError, OverflowError):
        return None
    return None


def _by(held: Iterable[_Held], key: Callable[[_Held], K]) -> Iterator[tuple[K, list[_Held]]]:
    """What shares a key, in the order in which the keys come first."""
    groups: dict[K, list[_Held]] = {}
    for each in held:
        groups.setdefault(key(each), []).append(each)
    yield from groups.items()


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
