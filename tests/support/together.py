"""Things done at the same moment by many."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

R = TypeVar("R")


def together(jobs: Sequence[Callable[[], R]]) -> list[R]:
    """Run every job in a thread of its own, all let go at once; their results, or the first error."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], R]) -> R:
        start.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(run, job) for job in jobs]]
