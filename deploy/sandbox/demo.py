"""`make demo`: plays the main job on a sandbox of its own, and fails if a figure differs from the clauses."""

import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from deploy.sandbox.api import Platform
from deploy.sandbox.launcher import running
from deploy.sandbox.ports import is_free
from deploy.sandbox.processes import Sandbox, StartFailed
from deploy.sandbox.story import Story
from deploy.sandbox.telling import Differs, Teller

_DOCUMENTS = Path("demo-output")
_PROCESSES = 5


def main() -> int:
    """Play it; the exit code: 0 where every figure is as the clauses say."""
    console = Console(width=120)
    shutil.rmtree(_DOCUMENTS, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        base, mail = _free_ports()
        sandbox = Sandbox(Path(folder), base, mail)
        try:
            with running(sandbox), Platform(sandbox.url) as platform:
                teller = Teller(console, _DOCUMENTS)
                Story(platform, teller).play()
                teller.keep_mails(sandbox.mails)
                teller.end()
        except (Differs, StartFailed) as failure:
            console.print(str(failure), style="red", markup=False)
            return 1
    return 0


def _free_ports() -> tuple[int, int]:
    """A base port with four free ones behind it, and one for mail: the demo runs beside a `make run`."""
    base = next(port for port in range(18_000, 30_000, 10) if all(map(is_free, range(port, port + _PROCESSES + 1))))
    return base, base + _PROCESSES


if __name__ == "__main__":
    sys.exit(main())
