"""The envelope in which events travel: CloudEvents 1.0 in structured JSON mode."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/cloudevents+json"
_Name = Annotated[str, Field(max_length=100)]


class CloudEvent(BaseModel):
    """One event; `sequence` numbers its sender's events, `partitionkey` orders a subject's."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: _Name
    type: _Name
    subject: _Name
    time: datetime
    sequence: str
    partitionkey: str
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]


def source_of(event_type: str) -> str:
    """The source that events of this type have: the service that its first part names."""
    return f"/{event_type.partition('.')[0]}"
