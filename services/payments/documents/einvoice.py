"""Electronic invoices: written as XML and held against the rules, in a process of their own.

It starts with the first document and ends when it was not needed for a while; who asks waits for it, never longer
than the deadline.
"""

import atexit
import json
import socket
import subprocess
import sys
from datetime import timedelta
from threading import Lock
from typing import Any

from chassis.problems import Unavailable
from chassis.typesetting import ROOT
from chassis.values.refusals import Refused
from services.payments.documents.business_terms import Terms

_CHILD = "services.payments.documents.einvoice_child"
_IDLE = timedelta(minutes=1)
# From the start of the process to the answer; when it is warm, an answer takes 20 milliseconds.
_DEADLINE = timedelta(seconds=30)


class Child:
    """The process that writes and checks, started when it is asked and is not there. Thread-safe."""

    def __init__(self, idle: timedelta = _IDLE, deadline: timedelta = _DEADLINE) -> None:
        self._idle = idle
        self._deadline = deadline
        self._one_at_a_time = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._conversation: socket.socket | None = None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Its answer. Unavailable where there is none within the deadline; RuntimeError where it could not work."""
        line = json.dumps(request).encode() + b"\n"
        with self._one_at_a_time:
            answer = self._answer(line)
        if "error" in answer:
            raise RuntimeError(f"an electronic invoice could not be written: {answer['error']}")
        return answer

    def close(self) -> None:
        """End the process, if there is one."""
        with self._one_at_a_time:
            self._end()

    def _answer(self, line: bytes) -> dict[str, Any]:
        # It may have ended since it was last asked, idle or killed: then a new one is asked, once.
        for _ in range(2):
            try:
                return self._exchange(self._conversation or self._start(), line)
            except TimeoutError:
                self._end()
                break
            except (OSError, EOFError):
                self._end()
        raise Unavailable(
            "Electronic invoices cannot be checked right now; nothing was issued, send the request again."
        )

    def _exchange(self, conversation: socket.socket, line: bytes) -> dict[str, Any]:
        conversation.settimeout(self._deadline.total_seconds())
        conversation.sendall(line)
        with conversation.makefile("rb") as stream:
            written = stream.readline()
        if not written:
            raise EOFError
        answer: dict[str, Any] = json.loads(written)
        return answer

    def _start(self) -> socket.socket:
        ours, its = socket.socketpair()
        with its:
            command = [sys.executable, "-m", _CHILD, str(self._idle // timedelta(milliseconds=1))]
            # It has no use for this process's secrets, so it does not get its environment.
            self._process = subprocess.Popen(command, stdin=its.fileno(), cwd=ROOT, env={})  # noqa: S603 - all ours
        self._conversation = ours
        return ours

    def _end(self) -> None:
        if self._conversation is not None:
            self._conversation.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._conversation = self._process = None


_child = Child()
atexit.register(_child.close)


def einvoice(terms: Terms) -> str:
    """The terms as XML (UN/CEFACT CII) that breaks no rule: schema, EN 16931, BR-FR.

    Refused, naming the rules, where it breaks one: such an invoice must not leave. Unavailable where it could not be
    checked.
    """
    answer = _child.ask({"terms": terms})
    if broken := answer["broken"]:
        names = ", ".join(dict.fromkeys(each["rule"] for each in broken))
        detail = f"The document was not issued: its electronic form breaks {names}. {broken[0]['text']}"
        raise Refused("invoice-breaks-rule", detail, broken[0]["rule"], rules=broken)
    xml: str = answer["xml"]
    return xml
