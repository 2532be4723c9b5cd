"""How much a fault test does: little in `make test`, all of it in `make proof` (PROOF=full). One place asks."""

import os
from typing import TypeVar

T = TypeVar("T")
_FULL = os.environ.get("PROOF") == "full"


def figure(*, small: T, full: T) -> T:
    """The figure of this run; both stand side by side where it is used."""
    return full if _FULL else small
