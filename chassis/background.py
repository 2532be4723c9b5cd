"""A thread that does what there is to do, then waits until it is woken or a while has passed."""

import logging
from collections.abc import Callable
from threading import Event, Thread

_log = logging.getLogger("background")


class Loop:
    """Runs `step` again and again; a step answers whether it found anything to do."""

    def __init__(self, name: str, step: Callable[[], bool], idle_seconds: float) -> None:
        self._step = step
        self._idle = idle_seconds
        self._wake = Event()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do now."""
        self._wake.set()

    def ask_to_stop(self) -> None:
        """Finish the step under way, then end; does not wait for it."""
        self._stopping.set()
        self._wake.set()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Finish the step under way, then end; waits for it."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while True:
            self._wake.clear()
            # After the clearing: a stop that comes in between wakes it.
            if self._stopping.is_set():
                return
            try:
                busy = self._step()
            except Exception:
                _log.exception("a background step failed and is tried again")
                busy = False
            if not busy:
                self._wake.wait(self._idle)
