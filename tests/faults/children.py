"""Processes of the platform as the fault tests start them: forked, within a moment, from one that has imported it all.

They are the real ones, each with its own environment, port and log, and with points at which they can be made to
die. They end with the test run, however that ends.
"""

import os
import signal
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import uvicorn

from deploy.sandbox.ports import HOST
from tests.faults import points

KILLED = -signal.SIGKILL
LONGEST_HOLD_SECONDS = 60
_PRELOADED = [f"{owner}.app" for owner in ("gateway", "services.catalog", "services.contracts", "services.payments")]


@cache
def forks() -> ForkServerContext:
    """Where children are forked from; begun by the first of them."""
    context = get_context("forkserver")
    context.set_forkserver_preload([*_PRELOADED, "typst", __name__])
    return context


def start(job: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    """A new process that does the job."""
    child = forks().Process(target=job, args=arguments, daemon=True)
    child.start()
    return child


def serve(factory: str, port: int, environment: Mapping[str, str], log: Path, armed: Path, later: timedelta) -> None:
    """What a child does that serves an application of the platform; see `points` for `later`."""
    settle_in(environment, log)
    points.put(Armed(armed), later)
    uvicorn.run(factory, factory=True, host=HOST, port=port, access_log=False, timeout_keep_alive=75)


def settle_in(environment: Mapping[str, str], log: Path) -> None:
    """Take this environment, write to that log, and end when whoever started this process ends."""
    os.environ.clear()
    os.environ.update(environment)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    parent = parent_process()
    assert parent is not None
    Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os.kill(os.getpid(), signal.SIGKILL)


class Armed:
    """Reads from a file what is to happen at which point: "kill <point> <label>", or "hold <point> <label>".

    kill: this process dies there and then, as by kill -9. hold: whoever gets there waits until the file is gone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, point: str, label: str) -> None:
        """Called at every point."""
        try:
            what, _, where = self._path.read_text().partition(" ")
        except FileNotFoundError:
            return
        if where != f"{point} {label}":
            return
        if what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        until = monotonic() + LONGEST_HOLD_SECONDS
        while self._path.exists() and monotonic() < until:
            sleep(0.02)
