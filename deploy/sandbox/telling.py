"""How the demo tells what happened: a line a fact, each figure held against what the clauses say."""

import shutil
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

_DAY, _WHAT, _AMOUNT = 12, 74, 12


class Differs(Exception):
    """The platform gave another figure than the clauses do."""


class Teller:
    """Prints the story and keeps its documents; the first figure that differs ends it."""

    def __init__(self, console: Console, folder: Path) -> None:
        self._console = console
        self._folder = folder
        self._documents = 0
        self._mails = 0
        self.figures = 0
        folder.mkdir(parents=True, exist_ok=True)

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self._console.print()
        self._console.print(Text(title, style="bold"))

    def fact(self, day: date | str, what: str, amount: str = "", clause: str = "") -> None:
        """One thing that happened: its day, what, an amount where there is one, and its clause."""
        line = Text(f"  {day!s:<{_DAY}}")
        line.append(f"{what:<{_WHAT}}")
        line.append(f"{amount:>{_AMOUNT}}", style="bold cyan")
        line.append(f"   § {clause}" if clause else "", style="dim")
        self._console.print(line, soft_wrap=True)

    def check(self, what: str, found: object, expected: object) -> None:
        """Hold a figure against the clauses; Differs where it is another."""
        if str(found) != str(expected):
            raise Differs(f"{what}: {found}, where the clauses say {expected}")
        self.figures += 1

    def keep(self, name: str, content: bytes) -> Path:
        """Keep a document that the platform made, in the order of the story."""
        self._documents += 1
        path = self._folder / f"{self._documents:02d}-{name}"
        path.write_bytes(content)
        return path

    def keep_mails(self, folder: Path) -> None:
        """Keep the mails that were sent, in the order in which they were."""
        mails = sorted(folder.glob("*.eml"))
        for place, mail in enumerate(mails, start=1):
            shutil.copyfile(mail, self._folder / f"mail-{place:02d}.eml")
        self._mails = len(mails)

    def end(self) -> None:
        """Say how it went and where the documents are."""
        self._console.print()
        kept = f"{self._documents} documents and {self._mails} mails in {self._folder}/"
        self._console.print(f"{self.figures} figures as the clauses say; {kept}", style="green", highlight=False)
