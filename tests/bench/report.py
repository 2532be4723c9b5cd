"""What a run of the benches measured, as Markdown: printed, and kept in docs/benchmarks.md where that is asked for."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

KEPT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
_START, _END = "<!-- measured: begin -->", "<!-- measured: end -->"


class Report:
    """Sections in the order in which they were measured."""

    def __init__(self) -> None:
        self._sections: list[str] = []

    def add(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *notes: str) -> None:
        """A table, and what is to be said of it."""
        lines = [f"### {title}", "", _row(columns), _row(["---"] * len(columns)), *map(_row, rows)]
        section = "\n".join([*lines, *(f"\n{note}" for note in notes)])
        print(f"\n{section}\n", flush=True)
        self._sections.append(section)

    def keep(self, command: str, seconds: float) -> None:
        """Put this run's tables in the place of the last one's."""
        written = KEPT.read_text(encoding="utf-8")
        before, _, rest = written.partition(_START)
        _, _, after = rest.partition(_END)
        told = f"`{command}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {seconds / 60:.0f} minutes, on {_machine()}."
        tables = "\n\n".join([told, *self._sections])
        KEPT.write_text(f"{before}{_START}\n{tables}\n{_END}{after}", encoding="utf-8")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    kibibytes = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    memory = f"{kibibytes / 2**20:.0f} GiB, " if kibibytes else ""
    load = os.getloadavg()[2]
    return (
        f"{os.cpu_count()} processors ({model}), {memory}{platform.system()}, Python {platform.python_version()}, "
        f"load average of the last 15 minutes {load:.1f}"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
