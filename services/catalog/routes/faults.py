"""Faults of a value that a caller wrote, as problem+json 422."""

from collections.abc import Iterator
from contextlib import contextmanager

from chassis.problems import Invalid
from services.catalog.domain.faults import Faulty


@contextmanager
def faults_named() -> Iterator[None]:
    """Whatever is Faulty inside becomes a 422 that names each place."""
    try:
        yield
    except Faulty as error:
        listed = [{"at": fault.at, "detail": fault.detail} for fault in error.faults]
        summary = "; ".join(f"{fault.at}: {fault.detail}" for fault in error.faults)
        raise Invalid(f"This cannot be: {summary}.", listed) from error
