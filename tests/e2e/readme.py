"""The README, as the tests hold it to its word."""

import re
from pathlib import Path

_README = Path(__file__).parents[2] / "README.md"


def block(heading: str, language: str) -> str:
    """The first code block of that language under a heading."""
    section = _README.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2]
    found = re.search(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found[1]
