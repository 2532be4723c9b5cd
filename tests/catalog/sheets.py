"""Course sheets for the catalog's tests."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from services.catalog.domain.course import (
    Assessment,
    CourseSheet,
    HalfDay,
    Prerequisites,
    Section,
    half_days_of,
)

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "samples" / "MRK-OPE-08.txt"
REFERENCE = REPOSITORY.parent / "shared" / "reference" / "course-sheet-and-terms.txt"


def sample_text() -> str:
    """The sample sheet as it stands in the repository."""
    return SAMPLE.read_text(encoding="utf-8")


def programme(days: int) -> tuple[HalfDay, ...]:
    """One section with one point for each half-day."""
    return tuple(
        HalfDay(day, half, (Section(number, f"Partie {number}", (f"Point {number}",)),))
        for number, (day, half) in enumerate(half_days_of(days), start=1)
    )


def sheet(days: int = 1, **changes: Any) -> CourseSheet:
    """A complete small sheet, with some of its fields changed."""
    plain = CourseSheet(
        reference="INF-BUR-01",
        title="Tenir un tableau de bord",
        domain="INFORMATIQUE",
        subdomain="BUREAUTIQUE",
        days=days,
        objectives=("Construire un tableau de bord",),
        programme=programme(days),
        prerequisites=Prerequisites(False, ("Aucun",)),
        audience=("Assistants",),
        methods=("Exercices",),
        assessment=Assessment(True, False, ("Un test à chaud clôt la formation",)),
    )
    return replace(plain, **changes)
