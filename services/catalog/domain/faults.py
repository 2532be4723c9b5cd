"""What is wrong with a value that somebody wrote: every fault at once, each with its place."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. at: path of the field, such as `programme.2.sections.0.number`."""

    at: str
    detail: str


class Faulty(Exception):
    """The value cannot be: it carries every fault that was found, never only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.at}: {fault.detail}" for fault in self.faults))


def refuse(faults: Iterable[Fault]) -> None:
    """Raise Faulty where there is any fault."""
    found = tuple(faults)
    if found:
        raise Faulty(found)
