"""`make run`: sets up, migrates, loads the sample catalogue, starts everything, prints where it is.

Stops all of it on Ctrl-C or SIGTERM, letting the requests under way finish.
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.table import Table

from deploy.sandbox import samples
from deploy.sandbox.api import Platform
from deploy.sandbox.mail_sink import MailSink
from deploy.sandbox.processes import SERVICES, Processes, Sandbox, StartFailed, migrate

ROLES = ("sales", "accounting", "dpo", "trainer", "customer", "admin")
_NOBODY = "00000000-0000-7000-8000-000000000000"
_PORT = 8000
_MAIL_PORT = 8025


class Stopped(Exception):
    """Somebody asked the sandbox to end."""


@contextmanager
def running(sandbox: Sandbox) -> Iterator[Processes]:
    """The platform, up and loaded with the samples while the context lasts."""
    migrate(sandbox)
    processes = Processes(sandbox)
    with MailSink(sandbox.mail_port):
        try:
            processes.start()
            with Platform(sandbox.url) as platform:
                samples.load(platform)
            yield processes
        finally:
            processes.stop()


def main(arguments: list[str]) -> int:
    """Run until told to stop; the exit code: 0 where it was told, 1 where a process ended by itself."""
    sandbox = _sandbox(arguments)
    _stop_on_signals()
    console = Console()
    try:
        with running(sandbox) as processes:
            _print_addresses(console, sandbox)
            processes.wait()
        console.print(f"A process ended by itself; see {sandbox.folder}/logs", style="red")
    except (Stopped, KeyboardInterrupt):
        console.print("Stopped.")
        return 0
    except StartFailed as failure:
        console.print(str(failure), style="red", markup=False)
    return 1


def _sandbox(arguments: list[str]) -> Sandbox:
    parser = argparse.ArgumentParser(description="The whole platform on this machine.")
    parser.add_argument("--folder", type=Path, default=Path("var/sandbox"), help="where its data are kept")
    parser.add_argument("--port", type=int, default=_PORT, help="the gateway's; the services take the next four")
    parser.add_argument("--mail-port", type=int, default=_MAIL_PORT)
    chosen = parser.parse_args(arguments)
    return Sandbox(chosen.folder.resolve(), chosen.port, chosen.mail_port)


def _stop_on_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        # A second signal while all of it drains must not cut the draining short.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stopped

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def _print_addresses(console: Console, sandbox: Sandbox) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_row("API", sandbox.url)
    table.add_row("documentation", f"{sandbox.url}/docs")
    for name in SERVICES:
        table.add_row(name, f"http://127.0.0.1:{sandbox.port(name)}")
    table.add_row("mails", str(sandbox.mails))
    table.add_row("logs", str(sandbox.folder / "logs"))
    with Platform(sandbox.url) as platform:
        table.add_row("business day", platform.caller().get("/v1/sandbox/clock")["today"])
        console.print(table)
        console.print("\nA token for each role, to present as `Authorization: Bearer …`:")
        for role in ROLES:
            token = platform.token(role, _NOBODY if role == "customer" else None)
            console.print(f"{role:<11}{token}", soft_wrap=True, highlight=False)
    console.print("\nReady. Ctrl-C stops all of it.", style="green")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
