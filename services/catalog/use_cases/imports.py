"""Import the text of a course sheet as a draft."""

from http import HTTPStatus

from chassis.platform import Platform
from chassis.problems import Problem
from services.catalog.domain.course import CourseSheet
from services.catalog.domain.sheet_import import Kind, Reading, read_sheet
from services.catalog.repository import courses


def import_sheet(platform: Platform, text: str) -> tuple[CourseSheet, Reading, int]:
    """The sheet, what became of each line, and the draft's version.

    The draft of a course that has one is replaced. Problem 422 `sheet-broken` names all that the sheet lacks, and
    the lines that had no place: nothing is stored then.
    """
    reading = read_sheet(text)
    sheet = reading.sheet
    if sheet is None:
        raise _broken(reading)
    with platform.unit_of_work() as tx:
        row = courses.locked_or_new(tx.session, sheet.reference)
        version = courses.put_draft(tx.session, row.id, sheet)
    return sheet, reading, version


def _broken(reading: Reading) -> Problem:
    listed = "; ".join(f"{fault.at}: {fault.detail}" for fault in reading.faults)
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "sheet-broken",
        f"The sheet is not a whole course: {listed}.",
        errors=[{"at": fault.at, "detail": fault.detail} for fault in reading.faults],
        unplaced=[{"line": line.number, "text": line.text} for line in reading.of(Kind.UNPLACED)],
    )
