"""An application behind a real uvicorn, in a thread of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep

import uvicorn
from starlette.types import ASGIApp

START_SECONDS = 20


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The URL under which the application answers; the server drains and ends on leaving."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = Thread(target=server.run, name="uvicorn")
    thread.start()
    try:
        deadline = monotonic() + START_SECONDS
        while not server.started:
            assert thread.is_alive(), "the server ended before it started"
            assert monotonic() < deadline, "the server did not start"
            sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
