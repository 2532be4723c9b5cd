"""A course read: on the service itself, and through the gateway."""

from rich.console import Console
from rich.table import Table

from deploy.sandbox.processes import Sandbox
from tests.bench.load import Measured, measure

_PATH = "/v1/courses/MRK-OPE-08"
_SECONDS = 4.0


def test_a_course_read_through_the_gateway(sandbox: Sandbox) -> None:
    table = Table("connections", "way", "requests/s", "ratio", "p50 ms", "p99 ms", "p50 added ms")
    for connections in (1, 32):
        direct = measure(f"http://127.0.0.1:{sandbox.port('catalog')}{_PATH}", connections, _SECONDS)
        through = measure(f"{sandbox.url}{_PATH}", connections, _SECONDS)
        table.add_row(str(connections), "direct", *_row(direct, direct))
        table.add_row(str(connections), "through the gateway", *_row(through, direct))
        assert direct.failed == through.failed == 0
    Console().print(table)


def _row(measured: Measured, against: Measured) -> tuple[str, ...]:
    return (
        f"{measured.per_second:.0f}",
        f"{measured.per_second / against.per_second:.2f}",
        f"{measured.p50:.2f}",
        f"{measured.p99:.2f}",
        f"{measured.p50 - against.p50:.2f}",
    )
