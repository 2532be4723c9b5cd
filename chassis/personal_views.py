"""Declarations, candidates and records as a service answers them."""

import base64
from datetime import date, datetime
from typing import Any

from chassis.clock import real_now
from chassis.fields import View
from chassis.personal_data import Activity, Category, CountedFrom, Field, Form, Holding, People, Source, TableHolds
from chassis.personal_matches import Match
from chassis.personal_records import Record, RecordFile, Records


class WordView(View):
    """A stable word for programs and the French one for people."""

    name: str
    french: str


class PurposeView(View):
    """A processing activity. title, recipients: in French."""

    name: str
    title: str
    recipients: list[str]


class BasisView(View):
    """A letter of Art. 6(1), and the contract, law or interest that it rests on, in French."""

    letter: str
    ground: str


class RetentionView(View):
    """How long, in months, counted from what; whether the law keeps it even from erasure."""

    name: str
    french: str
    ground: str
    counted_from: WordView
    months: int
    by_law: bool


class FieldView(View):
    """A value by its path. withheld: why it is not given as it is."""

    path: str
    category: WordView
    label: str
    withheld: str | None


class HoldingView(View):
    """Values about the same people for one purpose. leads_by: the path to the person's id, empty for a name."""

    people: WordView
    leads_by: str
    purpose: PurposeView
    basis: BasisView
    source: WordView
    retention: RetentionView
    form: WordView
    fields: list[FieldView]


class TableView(View):
    """A table. none: its columns that hold nothing about people."""

    table: str
    label: str
    holdings: list[HoldingView]
    none: list[str]


class DeclarationsView(View):
    """Every table of a service."""

    service: str
    as_of: datetime
    tables: list[TableView]


class SubjectView(View):
    """A person as the services know one; the id is to be passed back as it is."""

    kind: People
    id: str


class MatchView(View):
    """Somebody who may be the person. matched_on: email, name, organisation."""

    subject: SubjectView
    label: str
    matched_on: list[str]
    details: dict[str, str]


class MatchesView(View):
    """What says most comes first; truncated: there are more than are shown."""

    service: str
    as_of: datetime
    matches: list[MatchView]
    truncated: bool


class RecordView(View):
    """Values of one row about one person. row: shared by the records of one row; until: the retention's last day.

    values, labels (in French) and withheld (why a value is not given) are by path.
    """

    table: str
    row: str
    label: str
    purpose: PurposeView
    basis: BasisView
    category: WordView
    source: WordView
    retention: RetentionView
    until: date | None
    form: WordView
    values: dict[str, Any]
    labels: dict[str, str]
    withheld: dict[str, str]


class RecordFileView(View):
    """A stored file that names nobody else."""

    sha256: str
    media_type: str
    name: str
    content_base64: str


class RecordsView(View):
    """Everything that the service holds about these people."""

    service: str
    as_of: datetime
    records: list[RecordView]
    files: list[RecordFileView]


def records_view(service: str, found: Records) -> RecordsView:
    """Records as they are answered."""
    return RecordsView(
        service=service,
        as_of=real_now(),
        records=[_record(each) for each in found.records],
        files=[_file(each) for each in found.files.values()],
    )


def _word(word: People | Category | Source | Form | CountedFrom) -> WordView:
    return WordView(name=str(word), french=word.french)


def _about(holding: Holding, activity: Activity) -> dict[str, Any]:
    """What a holding and the records read by it say alike."""
    kept = activity.retention
    return {
        "purpose": PurposeView.model_validate(activity.purpose),
        "basis": BasisView.model_validate(activity.basis),
        "source": _word(holding.source),
        "form": _word(holding.form),
        "retention": RetentionView(
            name=kept.name,
            french=kept.french,
            ground=kept.ground,
            counted_from=_word(kept.counted_from),
            months=kept.months,
            by_law=kept.by_law,
        ),
    }


def table_view(declared: TableHolds) -> TableView:
    """A table's declaration as it is answered."""
    return TableView(
        table=declared.table,
        label=declared.label,
        holdings=[_holding(holding, activity) for holding in declared.holdings for activity in holding.activities],
        none=list(declared.none),
    )


def _holding(holding: Holding, activity: Activity) -> HoldingView:
    return HoldingView(
        **_about(holding, activity),
        people=_word(holding.link.people),
        leads_by=holding.link.path,
        fields=[_field(each) for each in holding.fields],
    )


def _field(declared: Field) -> FieldView:
    return FieldView(
        path=declared.path, category=_word(declared.category), label=declared.label, withheld=declared.withheld
    )


def match_view(match: Match) -> MatchView:
    """A candidate as one is answered."""
    candidate = match.candidate
    return MatchView(
        subject=SubjectView(kind=candidate.subject.people, id=candidate.subject.id),
        label=candidate.label,
        matched_on=list(match.matched_on),
        details=dict(candidate.details),
    )


def _record(record: Record) -> RecordView:
    return RecordView(
        **_about(record.holding, record.activity),
        table=record.declared.table,
        row=record.row,
        label=record.declared.label,
        category=_word(record.category),
        until=record.until,
        values=dict(record.values),
        labels={each.path: each.label for each in record.holding.fields if each.category is record.category},
        withheld=dict(record.withheld),
    )


def _file(file: RecordFile) -> RecordFileView:
    content = base64.b64encode(file.content).decode()
    return RecordFileView(sha256=file.sha256, media_type=file.media_type, name=file.name, content_base64=content)
