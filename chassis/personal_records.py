"""A person's records, read off the declarations: what is declared of these subjects, and nothing of anybody else."""

import mimetypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, exists, false, func, select, true
from sqlmodel import Session

from chassis.files import read_file
from chassis.personal_data import Activity, Category, Field, Form, Holding, People, TableHolds
from chassis.personal_matches import Candidate, Subject
from chassis.personal_paths import Row, is_id, join, own_items, pick, ready
from chassis.values.money import Money
from chassis.values.names import fold

MOST_FILE_BYTES = 32 * 1024 * 1024
OTHERS_NAMED = "Le document nomme d’autres personnes."
ADDRESS_SHARED = "L’adresse est aussi celle d’une autre personne, à qui le message a pu être écrit."
TOO_LARGE = "Le document est trop volumineux pour être joint ; il est remis à part."
Tables = Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class Record:
    """Values of one row about one person, of one category. row: the same for all records of the row.

    activity: the holding's, or that of the rows which a law has kept longer. until: the last day of the retention,
    where the row knows it. withheld: why a value is not given, by its path.
    """

    declared: TableHolds
    holding: Holding
    activity: Activity
    category: Category
    row: str
    until: date | None
    values: Mapping[str, Any]
    withheld: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A stored file that names nobody else."""

    sha256: str
    media_type: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Offer:
    """A file that one row may hand over. values, withheld: of the record that says which of both it is."""

    digest: str
    name: str
    path: str
    values: dict[str, Any]
    withheld: dict[str, str]


@dataclass
class Records:
    """What was found."""

    records: list[Record] = field(default_factory=list)
    files: dict[str, RecordFile] = field(default_factory=dict)


def records_of(
    session: Session,
    tables: Tables,
    declarations: Sequence[TableHolds],
    subjects: Sequence[Subject],
    everybody: Iterable[Candidate] = (),
) -> Records:
    """Everything that the declarations say these tables hold of the subjects, transport copies left out.

    everybody: gone through once something was written to the subjects, for who else has their e-mail addresses.
    """
    reader = _Reader(session, tables, frozenset(subjects), everybody)
    addresses: set[str] = set()
    for subject in dict.fromkeys(subjects):
        for declared, holding in _holdings(declarations):
            if holding.link.people is subject.people and not holding.link.address:
                addresses |= reader.read(declared, holding, subject)
    for declared, holding in _holdings(declarations):
        if holding.link.address:
            reader.read_addressed(declared, holding, addresses)
    reader.hand_over_files()
    return reader.found


def _holdings(declarations: Iterable[TableHolds]) -> Iterator[tuple[TableHolds, Holding]]:
    for declared in declarations:
        for holding in declared.holdings:
            if holding.form is not Form.CARRIED:
                yield declared, holding


class _Reader:
    """Goes through the rows and keeps what is found."""

    def __init__(
        self, session: Session, tables: Tables, subjects: frozenset[Subject], everybody: Iterable[Candidate]
    ) -> None:
        self._session = session
        self._tables = tables
        self._subjects = subjects
        self._everybody = everybody
        self._bytes = 0
        self._offers: list[_Offer] = []
        # Files that a holding tells of and does not give; another may.
        self._listed: list[_Offer] = []
        # One scan can be the document of several rows, and names everybody whom any of them names.
        self._names_others: set[str] = set()
        self.found = Records()

    def read(self, declared: TableHolds, holding: Holding, subject: Subject) -> set[str]:
        """Keep the records of one subject; the e-mail addresses among their values."""
        table, link = self._tables[declared.table], holding.link
        path = link.without_id if subject.is_without_id else link.path
        addresses: set[str] = set()
        if path is None:
            return addresses
        for row in self._rows(table, self._leads(table, path, subject.key) if path else true()):
            if link.named is not None and fold(str(pick(row, link.named, subject) or "")) != subject.name:
                continue
            if not self._is_in_list(table, row, link.path, subject):
                continue
            addresses |= self._keep(declared, holding, row, subject)
        return addresses

    def _is_in_list(self, table: Table, row: Row, path: str, subject: Subject) -> bool:
        """Whether a path over a list leads to the subject: the database only saw that the text holds the id."""
        own = own_items(path)
        return own is None or next(self._reached(table, row, own, subject), None) is not None

    def read_addressed(self, declared: TableHolds, holding: Holding, addresses: set[str]) -> None:
        """Keep the records of rows that are known by an e-mail address."""
        table = self._tables[declared.table]
        wanted = [address.lower() for address in sorted(addresses)]
        leads = func.lower(table.c[holding.link.path]).in_(wanted) if wanted else false()
        for row in self._rows(table, leads):
            self._keep(declared, holding, row, None)

    def hand_over_files(self) -> None:
        """Keep the files that no row withholds; called once, after all rows are read."""
        for offer in self._offers:
            reason = self._hand_over(offer)
            if reason:
                del offer.values[offer.path]
                offer.withheld[offer.path] = reason
        for listed in self._listed:
            if listed.digest in self.found.files:
                listed.values[listed.path] = listed.digest
                del listed.withheld[listed.path]

    @cached_property
    def _others_addresses(self) -> frozenset[str]:
        others = (each for each in self._everybody if each.subject not in self._subjects)
        return frozenset(each.email.lower() for each in others if each.email)

    @cached_property
    def _trainees(self) -> frozenset[str]:
        return frozenset(subject.id for subject in self._subjects if subject.people is People.PERSON)

    def _rows(self, table: Table, leads: ColumnElement[bool]) -> Iterator[Row]:
        wanted = select(table).where(leads).order_by(*table.primary_key.columns)
        for row in self._session.connection().execute(wanted):
            yield row._asdict()

    def _leads(self, table: FromClause, path: str, key: str) -> ColumnElement[bool]:
        """Whether the path leads from a row of the table to the id."""
        step, _, rest = path.partition("/")
        if not rest:
            return is_id(table, step, key)
        name, pairs = join(table, step)
        other = self._tables[name].alias()
        joined = and_(*(other.c[theirs] == table.c[ours] for theirs, ours in pairs))
        return exists(select(1).select_from(other).where(joined, self._leads(other, rest, key)))

    def _reached(self, table: Table, row: Row, path: str, subject: Subject | None) -> Iterator[Any]:
        """The values that the path leads to from this row, one where its steps are foreign keys."""
        step, _, rest = path.partition("/")
        if not rest:
            value = pick(row, step, subject)
            yield from value if isinstance(value, list) else [value]
            return
        name, pairs = join(table, step)
        other = self._tables[name]
        for found in self._rows(other, and_(*(other.c[theirs] == row[ours] for theirs, ours in pairs))):
            yield from self._reached(other, found, rest, subject)

    def _keep(self, declared: TableHolds, holding: Holding, row: Row, subject: Subject | None) -> set[str]:
        table = self._tables[declared.table]
        key = "-".join(str(row[column.name]) for column in table.primary_key.columns)
        by_category: dict[Category, tuple[dict[str, Any], dict[str, str]]] = {}
        addresses = set()
        for each in holding.fields:
            value = pick(row, each.path, subject)
            if value is None or value == []:
                continue
            values, withheld = by_category.setdefault(each.category, ({}, {}))
            reason = (
                each.withheld
                or self._shared(holding, row, each)
                or self._names_somebody_else(table, row, each, subject)
            )
            if reason:
                withheld[each.path] = reason
            else:
                values[each.path] = ready(value)
            if each.file and (each.withheld or not reason):
                offer = _Offer(str(value), f"{declared.table}-{key}", each.path, values, withheld)
                (self._listed if each.withheld else self._offers).append(offer)
            if each.address:
                addresses.add(str(value))
        if not by_category:
            return addresses
        activity, since = self._kept_for(table, holding, row, subject)
        until = self._until(table, activity, since, row, subject)
        for category, (values, withheld) in by_category.items():
            record = Record(declared, holding, activity, category, f"{declared.table}/{key}", until, values, withheld)
            self.found.records.append(record)
        return addresses

    def _kept_for(
        self, table: Table, holding: Holding, row: Row, subject: Subject | None
    ) -> tuple[Activity, str | None]:
        """Why the row is kept, and the path of the day that its retention is counted from."""
        longer = holding.longer
        if longer is not None:
            cents = sum(cent for path in longer.amounts for cent in self._reached(table, row, path, subject))
            if Money(cents) >= longer.least:
                return longer.activity, longer.since
        return holding.activity, holding.since

    def _shared(self, holding: Holding, row: Row, each: Field) -> str | None:
        """Why a text that went to an address is not given: it may have been written to another who reads there."""
        if not holding.link.address or each.category is not Category.FREE_TEXT:
            return None
        return ADDRESS_SHARED if str(row[holding.link.path]).lower() in self._others_addresses else None

    def _until(
        self, table: Table, activity: Activity, since: str | None, row: Row, subject: Subject | None
    ) -> date | None:
        start = next(self._reached(table, row, since, subject), None) if since else None
        if isinstance(start, str):
            start = date.fromisoformat(start)
        if isinstance(start, datetime):
            start = start.date()
        return None if start is None else activity.retention.until(start)

    def _names_somebody_else(self, table: Table, row: Row, each: Field, subject: Subject | None) -> str | None:
        """Why the file that the field names is not given, where this row says so."""
        if not each.file:
            return None
        # Whoever is named without an id may be anybody.
        named = self._reached(table, row, each.names, subject) if each.names else ()
        are_subjects = {str(person) for person in named} <= self._trainees
        if are_subjects and not self._names_another_contact(table, row, each, subject):
            return None
        self._names_others.add(str(pick(row, each.path, subject)))
        return OTHERS_NAMED

    def _names_another_contact(self, table: Table, row: Row, each: Field, subject: Subject | None) -> bool:
        """Whether the file is addressed to somebody beside the party itself who is no subject (Art. 15(4)).

        A party that the row tells nothing of any more may have had any contact.
        """
        for party in self._reached(table, row, each.party, subject) if each.party else ():
            if not isinstance(party, Mapping):
                return True
            contact = fold(party.get("contact_name") or "")
            own = {fold(party.get("name") or ""), *(other.name for other in self._contacts_of(subject))}
            if contact and contact not in own:
                return True
        return False

    def _contacts_of(self, customer: Subject | None) -> Iterator[Subject]:
        for subject in self._subjects:
            if customer is not None and subject.people is People.CONTACT and subject.key == customer.key:
                yield subject

    def _hand_over(self, offer: _Offer) -> str | None:
        """Keep the file; why it is not, where it is not."""
        if offer.digest in self._names_others:
            return OTHERS_NAMED
        if offer.digest not in self.found.files:
            stored = read_file(self._session, offer.digest)
            if self._bytes + len(stored.content) > MOST_FILE_BYTES:
                return TOO_LARGE
            self._bytes += len(stored.content)
            name = f"{offer.name}{mimetypes.guess_extension(stored.media_type) or ''}"
            self.found.files[offer.digest] = RecordFile(offer.digest, stored.media_type, name, stored.content)
        return None
