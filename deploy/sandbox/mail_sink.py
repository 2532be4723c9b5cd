"""A mail server that takes every mail of the sandbox and sends none on."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller

from deploy.sandbox.ports import HOST
from deploy.sandbox.processes import StartFailed


class _Sink:
    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 taken; the sandbox sends nothing on"


class MailSink(AbstractContextManager["MailSink"]):
    """Listens while the context lasts; the services keep their own `.eml` copies."""

    def __init__(self, port: int) -> None:
        self._controller = Controller(_Sink(), hostname=HOST, port=port)

    def __enter__(self) -> "MailSink":
        try:
            self._controller.start()
        except OSError as fault:
            raise StartFailed(f"the mail sink cannot listen on port {self._controller.port}: {fault}") from fault
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
