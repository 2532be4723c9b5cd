"""From the course sheet to the client billed after the grace, over HTTP between the real processes."""

from email import policy
from email.parser import BytesParser
from io import StringIO
from pathlib import Path

import pypdfium2
import pytest
from rich.console import Console

from deploy.sandbox.api import Platform
from deploy.sandbox.processes import Processes, Sandbox
from deploy.sandbox.story import Story
from deploy.sandbox.telling import Teller
from tests.e2e.readme import block


@pytest.mark.timeout(240)
def test_every_figure_of_the_story_is_the_clauses(sandbox: Sandbox, platform: Processes, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    printed = StringIO()
    teller = Teller(Console(file=printed, width=120), documents)

    with Platform(sandbox.url) as front:
        Story(front, teller).play()

    assert teller.figures >= 25
    assert _lines(printed.getvalue()) == _lines(block("The main job, played", "text"))[:-2], "the README's demo"
    made = sorted(documents.glob("*.pdf"))
    assert len(made) == 7
    assert all(len(pypdfium2.PdfDocument(path)) >= 1 for path in made)
    _check_mails(sandbox.mails)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def _check_mails(folder: Path) -> None:
    mails = [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in folder.glob("*.eml")]
    assert all(mail["To"].endswith(".example") for mail in mails)
    with_pdf = [
        part
        for mail in mails
        for part in mail.iter_attachments()
        if part.get_content_type() == "application/pdf" and part.get_content().startswith(b"%PDF")
    ]
    # The acknowledgements of the two returns, the deposit request, the deposit invoice, the final ones.
    assert len(mails) >= 4
    assert len(with_pdf) >= 2
