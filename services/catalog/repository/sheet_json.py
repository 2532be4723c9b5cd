"""A course sheet as it is stored, and back: reading one checks it again."""

from typing import Any

from pydantic import TypeAdapter

from services.catalog.domain.course import CourseSheet

_SHEET = TypeAdapter(CourseSheet)


def dumped(sheet: CourseSheet) -> dict[str, Any]:
    """The sheet as JSON-ready values."""
    stored: dict[str, Any] = _SHEET.dump_python(sheet, mode="json")
    return stored


def loaded(stored: Any) -> CourseSheet:
    """The sheet that was stored."""
    return _SHEET.validate_python(stored)
