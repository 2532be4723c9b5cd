"""The parts of a sheet while its text is read; `sheet()` makes the course sheet of them."""

import re
from typing import ClassVar

from services.catalog.domain.course import (
    Assessment,
    CourseSheet,
    Half,
    HalfDay,
    Prerequisites,
    Section,
)
from services.catalog.domain.french import fold
from services.catalog.domain.sheet_lines import Part

_NOTHING = re.compile(r"(aucune?|neant|sans pre-?requis|pas de pre-?requis)\b[^;.]*\.?")
_EXCEPTION = re.compile(r"\b(mais|sauf|hormis|hors|excepte|sinon|toutefois|cependant|neanmoins|si ce n'est|autres?)\b")
_FINAL_TEST = re.compile(r"a chaud|test final|examen final|evaluation finale|fin de (la )?formation par des tests")
_LATER_TEST = re.compile(r"a froid")


class SheetParts:
    """What was read so far. Methods answer whether the text had a place."""

    STATED: ClassVar = frozenset({Part.PREREQUISITES, Part.AUDIENCE, Part.METHODS, Part.ASSESSMENT})

    def __init__(self) -> None:
        self.title = self.domain = self.subdomain = self.reference = ""
        self.days = 0
        self.programme: list[tuple[int, Half, list[tuple[int, str, list[str]]]]] = []
        self.statements: dict[Part, list[str]] = {part: [] for part in (Part.OBJECTIVES, *self.STATED)}
        self._plain: set[Part] = set()
        self._begun: set[Part] = set()
        self._part = Part.HEADER

    def begin(self, part: Part) -> bool:
        """Statements now go to `part`; False where it was begun before."""
        self._part = part
        first = part not in self._begun
        self._begun.add(part)
        return first

    def set_days(self, written: str) -> bool:
        """Days as written; what is no whole number counts as not stated. False where they were stated before."""
        first, self.days = not self.days, int(written) if written.isdecimal() else 0
        return first

    def set_field(self, domain: str, subdomain: str) -> bool:
        """Domain and subdomain; False where they were stated before."""
        first, self.domain, self.subdomain = not self.domain, domain, subdomain
        return first

    def set_reference(self, reference: str) -> bool:
        """The reference; False where one was stated before."""
        first, self.reference = not self.reference, reference
        return first

    def open_half_day(self, day: int, half: Half) -> None:
        """What follows belongs to this half-day."""
        self.programme.append((day, half, []))

    def open_section(self, number: int, title: str) -> bool:
        """A numbered section of the half-day that is open; False where none is."""
        if not self.programme:
            return False
        self.programme[-1][-1].append((number, title, []))
        return True

    def state(self, text: str, *, bulleted: bool) -> bool:
        """A statement of the part, or a point of its open section; False where there is no place for it."""
        target = self._points() if self._part is Part.PROGRAMME else self.statements.get(self._part)
        if target is None:
            return False
        target.append(text)
        if not bulleted:
            self._plain.add(self._part)
        return True

    def carry_on(self, text: str) -> None:
        """The rest of the line before: of a point, of a section's title, of a statement."""
        if self._part is not Part.PROGRAMME:
            self.statements[self._part][-1] += f" {text}"
            return
        number, title, points = self.programme[-1][-1][-1]
        if points:
            points[-1] += f" {text}"
        else:
            self.programme[-1][-1][-1] = (number, f"{title} {text}", points)

    def has_statements(self, part: Part) -> bool:
        """Whether anything was placed in this part."""
        return bool(self.statements.get(part))

    def bullets_only(self, part: Part) -> bool:
        """Whether bare lines cannot be content: by the template, or as all its statements have bullets."""
        if part in self.STATED:
            return self.has_statements(part) and part not in self._plain
        return True

    def _points(self) -> list[str] | None:
        sections = self.programme[-1][-1] if self.programme else []
        return sections[-1][-1] if sections else None

    def sheet(self) -> CourseSheet:
        """The course sheet; raises Faulty naming every part that is missing or does not fit."""
        statements = {part: tuple(stated) for part, stated in self.statements.items()}
        return CourseSheet(
            reference=self.reference,
            title=self.title,
            domain=self.domain,
            subdomain=self.subdomain,
            days=self.days,
            objectives=statements[Part.OBJECTIVES],
            programme=tuple(
                HalfDay(day, half, tuple(Section(number, title, tuple(points)) for number, title, points in sections))
                for day, half, sections in self.programme
            ),
            prerequisites=prerequisites_of(statements[Part.PREREQUISITES]),
            audience=statements[Part.AUDIENCE],
            methods=statements[Part.METHODS],
            assessment=assessment_of(statements[Part.ASSESSMENT]),
        )


def prerequisites_of(statements: tuple[str, ...]) -> Prerequisites:
    """Not required only where one sentence says so without an exception ("Aucune, sauf …" requires something)."""
    folded = " ".join(fold(statement) for statement in statements)
    nothing = _NOTHING.fullmatch(folded) is not None and not _EXCEPTION.search(folded)
    return Prerequisites(required=not nothing, statements=statements)


def assessment_of(statements: tuple[str, ...]) -> Assessment:
    """Whether the statements name the final test and a later one ("à froid")."""
    folded = " ".join(fold(statement) for statement in statements)
    return Assessment(bool(_FINAL_TEST.search(folded)), bool(_LATER_TEST.search(folded)), statements)
