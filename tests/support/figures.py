"""Figures that tests tell of, gathered for the end of the run: they travel with the report, so workers can tell."""

from collections.abc import Iterable

import pytest

FIGURE = "figure"


def told(reports: Iterable[object]) -> list[str]:
    """The lines that the tests behind these reports told, in their order."""
    return [
        str(value)
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == FIGURE
    ]
