"""Reads the text of a course sheet written in the provider's template (clauses, section 4).

Every line that is not blank is accounted for exactly once: it is content, a heading, page furniture, cut (the
general terms and what follows them) or unplaced. Nothing is guessed: what could be two things is unplaced.

Page furniture in the middle of a part is a legal notice (legal form, capital, registered office, SIRET, VAT, NAF),
the list of the group's companies, a page number, or a line of those or of the sheet's head that comes again. A
legal notice also takes with it the names that follow, where the part holds bullets only: they cannot be its content.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from services.catalog.domain import sheet_lines as lines
from services.catalog.domain.course import CourseSheet
from services.catalog.domain.faults import Fault, Faulty
from services.catalog.domain.french import fold
from services.catalog.domain.limits import LINE_CHARACTERS
from services.catalog.domain.sheet_lines import Part
from services.catalog.domain.sheet_parts import SheetParts

_SHOWN = 100  # characters of a line that is too long to be repeated


class Kind(StrEnum):
    """What a line turned out to be."""

    CONTENT = "content"
    HEADING = "heading"
    FURNITURE = "furniture"
    CUT = "cut"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text. number: counted from 1 as an editor does; text: tidied, in one line."""

    number: int
    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text gave: every line with its kind, the sheet, or else why there is none."""

    lines: tuple[Line, ...]
    sheet: CourseSheet | None
    faults: tuple[Fault, ...]

    def of(self, kind: Kind) -> tuple[Line, ...]:
        """The lines of one kind, in order."""
        return tuple(line for line in self.lines if line.kind is kind)


def read_sheet(text: str) -> Reading:
    """Read a sheet; never raises. A sheet that lacks something has none, and faults that name what it lacks."""
    reader = _Reader()
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        reader.take(number, raw)
    faults = tuple(reader.faults)
    try:
        sheet = reader.parts.sheet()
    except Faulty as broken:
        return Reading(tuple(reader.lines), None, faults + broken.faults)
    return Reading(tuple(reader.lines), None if faults else sheet, faults)


class _Reader:
    """Where the reading stands: the part it is in and what the lines so far have given."""

    def __init__(self) -> None:
        self.parts = SheetParts()
        self.lines: list[Line] = []
        self.faults: list[Fault] = []
        self.part = Part.HEADER
        self.after_notice = False  # a legal notice began, and nothing of the sheet came since
        self.closed = False  # a heading that the template does not have began a part of its own
        self.seen: set[str] = set()  # furniture and the sheet's own head, which pages repeat

    def take(self, number: int, raw: str) -> None:
        if len(raw.strip()) > LINE_CHARACTERS:
            detail = f"line {number} is longer than {LINE_CHARACTERS} characters: break it up where its sentences end"
            self.faults.append(Fault("text", detail))
            self.lines.append(Line(number, f"{lines.cleaned(raw[:_SHOWN])} …", Kind.UNPLACED))
        elif raw.strip():
            text = lines.cleaned(raw)
            self.lines.append(Line(number, text or raw.strip(), self._kind(number, text)))

    def _follows(self, number: int) -> bool:
        """Whether the line before, without a blank one between, was content: this one may carry it on."""
        last = self.lines[-1] if self.lines else None
        return last is not None and last.kind is Kind.CONTENT and last.number == number - 1

    def _kind(self, number: int, text: str) -> Kind:
        if self.part is Part.TERMS:
            return Kind.CUT
        if not text:
            return Kind.FURNITURE
        opened = lines.heading(text)
        if opened is not None and (not opened[1] or opened[0] in SheetParts.STATED):
            return self._open(number, *opened)
        if lines.is_page_mark(text) and not (self.part is Part.HEADER and lines.is_number(text)):
            return Kind.FURNITURE
        if lines.is_legal_notice(text) or fold(text) in self.seen:
            self.after_notice = self.after_notice or lines.is_legal_notice(text)
            return self._furniture(text)
        if self.part is Part.HEADER:
            return self._head(number, text)
        if lines.field_of(text) or lines.reference_in(text):
            return self._second_head(number)
        return self._body(number, text)

    def _open(self, number: int, part: Part, rest: str) -> Kind:
        self.part, self.after_notice, self.closed = part, False, False
        if part is Part.TERMS:
            return Kind.CUT
        if part is not Part.PEDAGOGY and not self.parts.begin(part):
            self.faults.append(Fault(part, f"line {number} opens this part a second time: one sheet at a time"))
        if not rest:
            return Kind.HEADING
        self.parts.state(rest, bulleted=False)
        return Kind.CONTENT

    def _furniture(self, text: str) -> Kind:
        self.seen.add(fold(text))
        return Kind.FURNITURE

    def _second_head(self, number: int) -> Kind:
        self.faults.append(Fault("reference", f"line {number} is the head of another sheet: one sheet at a time"))
        return Kind.UNPLACED

    def _head(self, number: int, text: str) -> Kind:
        """The head: days, title, domain, subdomain, reference. A title is known by the line that follows it."""
        days = lines.duration(text)
        if days is None and fold(text) in ("jour", "jours") and self.lines and lines.is_number(self.lines[-1].text):
            days = self.lines[-1].text
            self.lines[-1] = replace(self.lines[-1], kind=Kind.CONTENT)
        if days is not None:
            return self._once("days", number, self.parts.set_days(days))
        field = lines.field_of(text)
        reference = lines.reference_in(field[2] if field else text)
        if field:
            self._title(number)
            self._once("domain", number, self.parts.set_field(field[0], field[1]))
        if reference:
            self._once("reference", number, self.parts.set_reference(reference))
        if field and field[2] and not reference:
            self.faults.append(Fault("reference", f"line {number}: no reference such as MRK-OPE-08 behind the slash"))
        if not (field or reference):
            return Kind.UNPLACED
        self.seen.add(fold(text))
        return Kind.CONTENT

    def _once(self, at: str, number: int, first: bool) -> Kind:
        if not first:
            self.faults.append(Fault(at, f"line {number} states this a second time: one sheet at a time"))
        return Kind.CONTENT

    def _title(self, number: int) -> None:
        """The lines without a blank between them that stand last before line `number` are the title."""
        place = len(self.lines)
        while place and self.lines[place - 1].kind is Kind.UNPLACED and self._joined(place):
            place -= 1
            self.lines[place] = replace(self.lines[place], kind=Kind.CONTENT)
        self.parts.title = " ".join(line.text for line in self.lines[place:])
        self.seen.add(fold(self.parts.title))

    def _joined(self, place: int) -> bool:
        return place == len(self.lines) or self.lines[place].number == self.lines[place - 1].number + 1

    def _body(self, number: int, text: str) -> Kind:
        """A line of a part that has a heading: placed there, or furniture behind a notice, or unplaced."""
        pointed = lines.bullet(text)
        placed = self._structure(text, pointed)
        if placed is not None:
            self.after_notice = False
            return placed
        if pointed is not None or self.closed or self.part is Part.PEDAGOGY:
            return Kind.UNPLACED
        if self.after_notice and self.parts.bullets_only(self.part):
            return self._furniture(text)
        if self._follows(number):
            self.parts.carry_on(text)
            return Kind.CONTENT
        return self._statement(text)

    def _structure(self, text: str, pointed: str | None) -> Kind | None:
        """Bullets, half-days, numbered sections: what shows its place by itself. None for all other lines."""
        if pointed:
            return Kind.CONTENT if not self.closed and self.parts.state(pointed, bulleted=True) else None
        if self.part is not Part.PROGRAMME:
            return None
        day, section = lines.day_heading(text), lines.numbered(text)
        if day:
            self.parts.open_half_day(*day)
            return Kind.HEADING
        if section and self.parts.open_section(*section):
            return Kind.CONTENT
        return Kind.HEADING if lines.is_lead_in(text) and not self.parts.programme else None

    def _statement(self, text: str) -> Kind:
        """A paragraph of a part that may hold paragraphs; a few bare words there could be anything."""
        if self.parts.bullets_only(self.part):
            self.closed = self.part in SheetParts.STATED
            return Kind.UNPLACED
        bare = lines.reads_as_name(text)
        if bare and (self.after_notice or self.parts.has_statements(self.part)):
            self.closed = not self.after_notice
            return Kind.UNPLACED
        self.after_notice = False
        self.parts.state(text, bulleted=False)
        return Kind.CONTENT
