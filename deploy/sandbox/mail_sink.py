"""A mail server that takes every mail of the sandbox and sends none on."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller

_HOST = "127.0.0.1"


class _Sink:
    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 taken; the sandbox sends nothing on"


class MailSink(AbstractContextManager["MailSink"]):
    """Listens while the context lasts; the services keep their own `.eml` copies."""

    def __init__(self, port: int) -> None:
        self._controller = Controller(_Sink(), hostname=_HOST, port=port)

    def __enter__(self) -> "MailSink":
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
