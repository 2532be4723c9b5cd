"""What the fault tests tell at the end of the run."""

from collections.abc import Callable

import pytest

from tests.support.figures import FIGURE


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """`report(line)`: a figure that stands in the summary at the end of the run, whichever worker found it."""

    def tell(line: str) -> None:
        print(line)
        record_property(FIGURE, line)

    return tell
