"""Catalog, contracts and payments, over HTTP through the gateway. Called before a unit of work, never inside one."""

import base64
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from chassis.client import ServiceClient
from chassis.fields import View
from chassis.personal_views import DeclarationsView, MatchesView, RecordFileView, RecordsView
from chassis.problems import Unavailable

SERVICES = ("catalog", "contracts", "payments")
# A person's files may be many; shorter than the lease under which they are asked for.
_RECORDS_SECONDS = 25
Shape = TypeVar("Shape", bound=View)


def matches(client: ServiceClient, service: str, key: UUID, wanted: Any) -> MatchesView:
    """Who in that service may be the person; Unavailable where it is away."""
    answer = _read(MatchesView, client.post(f"/v1/personal-data/{service}/matches", wanted, str(key)))
    _check_service(service, answer.service)
    return answer


def records(client: ServiceClient, service: str, key: UUID, wanted: Any) -> RecordsView:
    """What that service holds of the person; Unavailable where it is away."""
    given = client.post(f"/v1/personal-data/{service}/records", wanted, str(key), _RECORDS_SECONDS)
    answer = _read(RecordsView, given)
    _check_service(service, answer.service)
    if not all(_is_whole(file) for file in answer.files):
        raise Unavailable("Another part of the platform gave a file that is not what its digest says.")
    return answer


def declarations(client: ServiceClient, service: str) -> DeclarationsView:
    """What each column of that service holds about people; Unavailable where it is away."""
    return _read(DeclarationsView, client.get(f"/v1/personal-data/{service}/declarations"))


def _check_service(asked: str, answering: str) -> None:
    if answering != asked:
        raise Unavailable("Another part of the platform answered than was asked.")


def _is_whole(file: RecordFileView) -> bool:
    try:
        content = base64.b64decode(file.content_base64, validate=True)
    except ValueError:
        return False
    return sha256(content).hexdigest() == file.sha256


def _read(shape: type[Shape], found: Any) -> Shape:
    try:
        return shape.model_validate(found)
    except ValidationError:
        # What pydantic says repeats what it read, and that is personal.
        raise Unavailable("Another part of the platform gave an answer that cannot be read.") from None
