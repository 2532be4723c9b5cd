"""JSON logs that carry request and trace ids, and the ids' way through a request."""

import logging
import re
import secrets
import sys
from contextvars import ContextVar
from time import perf_counter

from pythonjsonlogger.json import JsonFormatter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.problems import Problem, send_problem

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", re.ASCII)
_NO_TRACE = "0" * 32
_MILLISECONDS = 1000

request_id: ContextVar[str] = ContextVar("request_id", default="")
traceparent: ContextVar[str] = ContextVar("traceparent", default="")

_access = logging.getLogger("access")
_FAILED = Problem(500, "internal-error", "Something went wrong on our side; it is logged under the request id.")


class _Ids(logging.Filter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def filter(self, record: logging.LogRecord) -> bool:
        record.service = self._service
        record.request_id = request_id.get()
        record.trace_id = traceparent.get()[3:35]
        return True


def configure_logging(service: str, level: str = "INFO") -> None:
    """One JSON object a line on stdout, for this process's own logs and its libraries'."""
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_Ids(service))
    handler.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{name}{message}{service}{request_id}{trace_id}",
            style="{",
            rename_fields={"asctime": "at", "levelname": "level", "name": "logger"},
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "httpx2", "httpcore2", "alembic.runtime.migration", "mail.log"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


def outgoing_ids() -> dict[str, str]:
    """The headers that carry this request's ids to the next service."""
    ids = {"x-request-id": request_id.get(), "traceparent": traceparent.get()}
    return {name: value for name, value in ids.items() if value}


def _header(scope: Scope, wanted: bytes) -> str:
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value).decode("latin-1")
    return ""


def _accepted_request_id(presented: str) -> str:
    return presented if _REQUEST_ID.fullmatch(presented) else secrets.token_hex(16)


def _accepted_traceparent(presented: str) -> str:
    match = _TRACEPARENT.fullmatch(presented)
    if match and match[1] != _NO_TRACE:
        return presented
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


class RequestContextMiddleware:
    """Pure ASGI: takes or makes the request and trace ids, answers the first, logs one line a request.

    What nobody foresaw is logged with its trace and answered as a 500 that tells nothing of the inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with its ids set."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identifier = _accepted_request_id(_header(scope, b"x-request-id"))
        request_id.set(identifier)
        traceparent.set(_accepted_traceparent(_header(scope, b"traceparent")))
        started, status = perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [pair for pair in message.get("headers", ()) if pair[0] != b"x-request-id"]
                message = {**message, "headers": [*headers, (b"x-request-id", identifier.encode())]}
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            _access.exception("a request failed")
            if status:
                raise
            await send_problem(send_with_id, _FAILED, scope["path"])
        finally:
            elapsed = round((perf_counter() - started) * _MILLISECONDS, 1)
            _access.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "ms": elapsed,
                },
            )
