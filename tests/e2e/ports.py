"""Ports that nobody listens on."""

import random
import socket

from deploy.sandbox.ports import HOST, is_free

_TRIES = 200


def free_port() -> int:
    """One port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def free_base_port(count: int = 5) -> int:
    """The first of `count` ports in a row that are free now, below the range that the kernel gives out."""
    for _ in range(_TRIES):
        base = random.randrange(20_000, 32_000)  # noqa: S311 - a port, not a secret
        if all(is_free(base + offset) for offset in range(count)):
            return base
    raise RuntimeError(f"no {count} free ports in a row")
