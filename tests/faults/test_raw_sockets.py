"""Raw bytes at the gateway: what could be read in two ways reaches no service, costs no memory, holds nobody up."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise, repeat
from pathlib import Path
from random import Random

import pytest

from gateway.connections import HEAD_SECONDS
from gateway.routes import SERVICES
from tests.faults.ambiguous import BEHIND, HOST, REFUSED, get, post
from tests.faults.recorder import Recorder
from tests.faults.scale import figure
from tests.faults.seeds import seeded
from tests.gateway.processes import GatewayProcess

pytestmark = pytest.mark.timeout(600)
TIMES = figure(small=1, full=100)
SLOW_CLIENTS = figure(small=40, full=400)
SMALL = figure(small=100, full=1)
BYTES = 2 * 1024**3
GROWTH_BYTES = 20 * 1024 * 1024
PATIENCE_SECONDS = 5.0
PIECE = 65_536


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    made = Recorder()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def gateway(recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    made = GatewayProcess(dict.fromkeys(SERVICES, recorder), tmp_path_factory.mktemp("raw"))
    answered(made, recorder)
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def little_memory(gateway: GatewayProcess) -> Iterator[None]:
    """Whatever a test sends, the gateway's peak grows by less than 20 MB."""
    before = peak(gateway)
    yield
    assert peak(gateway) - before < GROWTH_BYTES


def peak(gateway: GatewayProcess) -> int:
    """The most memory that the process ever held, in bytes (Linux)."""
    lines = Path(f"/proc/{gateway.process.pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def answered(gateway: GatewayProcess, recorder: Recorder) -> None:
    """The next client gets its answer, and nothing but its own request has reached a service."""
    recorder.heads.clear()
    target = f"/v1/courses/{time.monotonic_ns()}"
    assert statuses(exchange(gateway, [get(target.encode())], closes=False)) == [200]
    assert recorder.targets == [target]


def exchange(gateway: GatewayProcess, pieces: list[bytes], *, closes: bool = True) -> bytes:
    """Send the pieces, each in a write of its own; what comes back until the gateway closes, or answers."""
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # What is refused early may be closed while the rest is still being sent.
        with suppress(ConnectionError):
            for piece in pieces:
                connection.sendall(piece)
        return received(connection, closes=closes)


def received(connection: socket.socket, *, closes: bool = True) -> bytes:
    read = b""
    with suppress(ConnectionError):
        while piece := connection.recv(PIECE):
            read += piece
            if not closes and statuses(read):
                break
    return read


def statuses(answers: bytes) -> list[int]:
    """The status of each whole answer; what is no answer fails."""
    found = []
    while answers:
        head, end, rest = answers.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 "), answers[:200]
        if not end:
            break
        (length,) = (line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        found.append(int(head.split()[1]))
        answers = rest[int(length) :]
    return found


def torn(request: bytes, chance: Random) -> list[bytes]:
    """The request in up to eight pieces, torn anywhere."""
    places = sorted(chance.randrange(len(request) + 1) for _ in range(chance.randrange(8)))
    return [request[start:end] for start, end in pairwise([0, *places, len(request)])]


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_be_read_in_two_ways_is_refused_and_reaches_no_service(
    gateway: GatewayProcess, recorder: Recorder, name: str
) -> None:
    """However the bytes come in pieces; and what stands behind it is not answered."""
    chance = seeded(name)
    recorder.heads.clear()
    for pieces in ([REFUSED[name]], *(torn(REFUSED[name], chance) for _ in range(TIMES))):
        for sent in (pieces, [*pieces, BEHIND]):
            found = statuses(exchange(gateway, sent))
            assert len(found) <= 1 and all(400 <= status < 500 for status in found), found
    assert recorder.heads == []
    answered(gateway, recorder)


def test_a_body_that_turns_out_malformed_has_reached_no_service(gateway: GatewayProcess, recorder: Recorder) -> None:
    """Its head and first chunk were good, and others were answered since."""
    start = post(b"Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n")
    for rest in (b"-2\r\n", b"2;\n", b"0\r\nAuthorization: Bearer a.b.c\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE_SECONDS) as connection:
            connection.sendall(start)
            answered(gateway, recorder)
            recorder.heads.clear()
            connection.sendall(rest)
            assert statuses(received(connection)) == [400]
            assert recorder.heads == []


def test_what_was_whole_before_it_is_answered_alone(gateway: GatewayProcess, recorder: Recorder) -> None:
    """A refusal must not look like the answer to the request before it."""
    for broken in (b"GARBAGE\r\n\r\n", get(headers=b""), b"\x00", get(version=b"HTTP/2.0")):
        recorder.heads.clear()
        found = statuses(exchange(gateway, [get(b"/v1/courses/first") + broken + BEHIND]))
        assert found in ([200], [200, 400])
        assert recorder.targets == ["/v1/courses/first"]


def test_what_is_odd_but_clear_passes_as_it_was_meant(gateway: GatewayProcess, recorder: Recorder) -> None:
    chunked = b"Transfer-Encoding:\tChunked\r\n"
    clear = (
        post(chunked, b"2;name=value\r\n{}\r\n000\r\n\r\n"),
        post(b"Content-Length: 0002\r\n", b"{}"),
        b"\r\n" + get(),
        get(version=b"HTTP/1.0"),
        get(headers=b"Host: [::1]:8000\r\nUpgrade: h2c\r\n"),
        get(headers=HOST + b"X: " + b"a" * 30_000 + b"\r\n"),
        get(headers=HOST + b"X: a\r\n" * 99),
    )
    for request in clear:
        recorder.heads.clear()
        assert statuses(exchange(gateway, [request], closes=False)) == [200]
        (head,) = recorder.heads
        assert b"upgrade" not in head.lower() and b"Chunked" not in head


def endless(first: bytes, piece: bytes) -> Iterator[bytes]:
    """The first bytes, then two gigabytes of the same few."""
    yield first
    yield from repeat(piece, BYTES // len(piece))


FLOODS = {
    "a body in one chunk": (post(b"Transfer-Encoding: chunked\r\n", b"80000000\r\n"), b"x" * PIECE),
    "a body in many chunks": (
        post(b"Transfer-Encoding: chunked\r\n"),
        b"%x\r\n" % (PIECE - 8) + b"x" * (PIECE - 8) + b"\r\n",
    ),
    "a body of small chunks": (
        post(b"Transfer-Encoding: chunked\r\n"),
        (b"%x\r\n" % SMALL + b"x" * SMALL + b"\r\n") * 400,
    ),
    "a declared body": (post(b"Content-Length: 2147483648\r\n"), b"x" * PIECE),
    "a header": (get(headers=HOST + b"X: ")[:-2], b"x" * PIECE),
    "a header's name": (get(headers=HOST)[:-2], b"x" * PIECE),
    "a target": (b"GET /v1/courses?q=", b"x" * PIECE),
    "headers": (get(headers=HOST)[:-2], b"X: a\r\n" * (PIECE // 6)),
    "a chunk extension": (post(b"Transfer-Encoding: chunked\r\n", b"2;"), b"x" * PIECE),
    "a trailer": (post(b"Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n0\r\nX: "), b"x" * PIECE),
    "trailers": (post(b"Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n0\r\n"), b"X: a\r\n" * (PIECE // 6)),
    "empty lines": (b"", b"\r\n" * (PIECE // 2)),
    "garbage": (b"", b"x" * PIECE),
}


@pytest.mark.parametrize("name", FLOODS)
def test_two_gigabytes_are_cut_short(
    gateway: GatewayProcess, recorder: Recorder, report: Callable[[str], None], name: str
) -> None:
    first, piece = FLOODS[name]
    recorder.ends.clear()
    sent, started = 0, time.monotonic()
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        with suppress(ConnectionError):
            for part in endless(first, piece):
                connection.sendall(part)
                sent += len(part)
        found = statuses(received(connection))
    taken = time.monotonic() - started
    report(f"2 GB, {name}: {sent / 1e6:.1f} MB taken in {taken:.1f} s, answered {found or 'by closing'}")
    assert sent < BYTES / 2, "it was cut"
    assert len(found) <= 1 and all(400 <= status < 500 for status in found)
    assert not any(end.endswith(b"0\r\n\r\n") for end in recorder.ends), "a cut body never looks whole"
    answered(gateway, recorder)


SLOW = {
    "nothing": (b"", b""),
    "half a head": (get(headers=HOST + b"Acc")[:-2], b""),
    "a head by the byte": (get(headers=HOST + b"Accept: ")[:-2], b"a"),
    "empty lines": (b"", b"\r\n"),
    "a body by the byte": (post(b"Content-Length: 60000\r\n"), b"a"),
    "chunks by the byte": (post(b"Transfer-Encoding: chunked\r\n"), b"1\r\na\r\n"),
    "a chunk extension by the byte": (post(b"Transfer-Encoding: chunked\r\n", b"2;"), b"a"),
}


def test_slow_clients_are_sent_away_and_hold_nobody_up(
    gateway: GatewayProcess, recorder: Recorder, report: Callable[[str], None]
) -> None:
    """A head has 10 s, a body BODY_DEADLINE; whoever sends a byte every half second gains nothing by it."""
    slow = [
        (name, socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE_SECONDS))
        for name in SLOW
        for _ in range(SLOW_CLIENTS)
    ]
    try:
        for name, connection in slow:
            connection.sendall(SLOW[name][0])
        until = time.monotonic() + HEAD_SECONDS - 1
        while time.monotonic() < until:
            answered(gateway, recorder)
            for name, connection in slow:
                with suppress(ConnectionError):
                    connection.sendall(SLOW[name][1])
            time.sleep(0.5)
        for name, connection in slow:
            assert all(status == 408 for status in statuses(received(connection))), name
        answered(gateway, recorder)
    finally:
        for _, connection in slow:
            connection.close()
    report(f"{len(slow)} slow clients sent away within {HEAD_SECONDS:.0f} s, others answered meanwhile")
