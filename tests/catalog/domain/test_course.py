"""A course sheet that exists is complete (clauses, section 4)."""

from dataclasses import replace
from typing import Any

import pytest

from services.catalog.domain.course import Assessment, Half, Prerequisites, is_reference
from services.catalog.domain.faults import Faulty
from tests.catalog.sheets import programme, sheet


def faults_of(**changes: Any) -> list[str]:
    with pytest.raises(Faulty) as refused:
        sheet(**changes)
    return [fault.at for fault in refused.value.faults]


@pytest.mark.parametrize("days", [1, 2, 3])
def test_half_days_match_the_days(days: int) -> None:
    assert len(sheet(days=days).programme) == 2 * days


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"reference": "MRK-OPE"}, "reference"),
        ({"reference": "mrk-ope-08"}, "reference"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"domain": "x" * 201}, "domain"),
        ({"subdomain": "x\n" * 101}, "subdomain"),
        ({"objectives": ("x" * 2001,)}, "objectives.0"),
        ({"objectives": ("x",) * 201}, "objectives"),
        ({"days": 101, "programme": programme(101)}, "days"),
        ({"domain": ""}, "domain"),
        ({"subdomain": ""}, "subdomain"),
        ({"objectives": ()}, "objectives"),
        ({"objectives": ("Savoir", " ")}, "objectives.1"),
        ({"audience": ()}, "audience"),
        ({"methods": ()}, "methods"),
        ({"prerequisites": Prerequisites(False, ())}, "prerequisites.statements"),
        ({"assessment": Assessment(True, False, ())}, "assessment.statements"),
        ({"assessment": Assessment(False, True, ("À froid",))}, "assessment.final_test"),
        ({"programme": ()}, "programme"),
        ({"programme": programme(2)}, "programme"),
        ({"programme": programme(1)[:1]}, "programme"),
        ({"programme": tuple(reversed(programme(1)))}, "programme"),
        ({"programme": (programme(1)[0], programme(1)[0])}, "programme"),
    ],
)
def test_what_is_missing_or_wrong_is_named(changes: dict[str, Any], at: str) -> None:
    assert at in faults_of(**changes)


def test_all_that_is_missing_is_named_at_once() -> None:
    assert faults_of(title="", objectives=(), methods=()) == ["title", "objectives", "methods"]


@pytest.mark.parametrize("days", [0, -1, 10**9])
def test_days_that_cannot_be(days: int) -> None:
    with pytest.raises(Faulty):
        replace(sheet(), days=days)


def test_sections_are_numbered_without_a_gap_over_the_half_days() -> None:
    morning, afternoon = programme(1)
    gap = replace(afternoon, sections=(replace(afternoon.sections[0], number=3),))
    assert faults_of(programme=(morning, gap)) == ["programme.1.sections.0.number"]
    again = replace(afternoon, sections=(replace(afternoon.sections[0], number=1),))
    assert faults_of(programme=(morning, again)) == ["programme.1.sections.0.number"]


def test_a_half_day_holds_sections_and_a_section_holds_points() -> None:
    morning, afternoon = programme(1)
    assert faults_of(programme=(replace(morning, sections=()), afternoon))[0] == "programme.0.sections"
    bare = replace(morning, sections=(replace(morning.sections[0], points=()),))
    assert faults_of(programme=(bare, afternoon)) == ["programme.0.sections.0.points"]
    section = morning.sections[0]
    for wrong, at in (({"title": "x" * 201}, "title"), ({"points": ("x" * 2001,)}, "points.0")):
        long = replace(morning, sections=(replace(section, **wrong),))
        assert faults_of(programme=(long, afternoon)) == [f"programme.0.sections.0.{at}"]
    many = replace(morning, sections=tuple(replace(section, number=number) for number in range(1, 102)))
    assert "programme.0.sections" in faults_of(programme=(many, afternoon))


def test_what_is_as_long_as_may_be() -> None:
    made = sheet(title="x" * 200, domain="x" * 200, objectives=("x" * 2000,) * 200)
    assert len(made.objectives) == 200


def test_references() -> None:
    assert is_reference("MRK-OPE-08")
    assert not any(is_reference(wrong) for wrong in ("", "MRK-OPE-8", "MRK-OPE-08\n", "MRKOPE08", "MRK-OPE-08-1"))


def test_a_morning_comes_before_an_afternoon() -> None:
    assert tuple(Half) == (Half.MORNING, Half.AFTERNOON)
