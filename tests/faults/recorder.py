"""A service that understands nothing: it keeps every byte that reaches it and answers each head with 200."""

import socket
from threading import Thread

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
_PIECE = 262_144
_KEPT = 65_536
_END = b"\r\n\r\n"


class Recorder:
    """heads: of what came; ends: the last 64 KB of chunked bodies, whole or not."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.heads: list[bytes] = []
        self.ends: list[bytes] = []
        Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Listen no longer."""
        self._listener.close()

    @property
    def targets(self) -> list[str]:
        """What was asked for, in order."""
        return [head.split(b" ")[1].decode() for head in self.heads]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            received = b""
            while piece := _piece(connection):
                received += piece
                head, found, rest = received.partition(_END)
                if not found:
                    continue
                self.heads.append(head)
                received = b""
                if _has_body(head):
                    self.ends.append(self._drain(connection, rest))
                connection.sendall(_ANSWER)

    def _drain(self, connection: socket.socket, rest: bytes) -> bytes:
        """Read until a chunked body ends or nothing more comes; its last bytes."""
        last = rest
        while not last.endswith(b"0\r\n\r\n") and (piece := _piece(connection)):
            last = (last + piece)[-_KEPT:]
        return last


def _piece(connection: socket.socket) -> bytes:
    try:
        return connection.recv(_PIECE)
    except OSError:
        return b""


def _has_body(head: bytes) -> bool:
    return b"transfer-encoding: chunked" in head.lower()
