"""What the client sends back."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, StringConstraints

from chassis.auth import Caller, Role, allow
from chassis.fields import Base64Bytes, Body, Day, Flag, UploadedFile
from chassis.idempotency import RequiredOnce
from chassis.platform import Ctx
from services.contracts.use_cases import acceptance
from services.contracts.use_cases.acceptance import Document, Papers
from services.contracts.use_cases.views import AcceptanceView

router = APIRouter(tags=["contracts"])

# Anything, or nothing; a database text holds no zero byte.
Statement = Annotated[str, StringConstraints(strict=True, max_length=200, pattern=r"^[^\x00]*$")]


def _not_empty(value: bytes) -> bytes:
    if not value:
        raise ValueError("the file is empty")
    return value


class SignedDocument(UploadedFile):
    """The signed proposal as it came back: a PDF or a picture of it."""

    media_type: Literal["application/pdf", "image/jpeg", "image/png"]
    content_base64: Annotated[Base64Bytes, AfterValidator(_not_empty)]

    def value(self) -> Document:
        """The file that the use case keeps."""
        return Document(self.file_name, self.media_type, self.content_base64)


class AcceptanceBody(Body):
    """What came back, as the caller checked it. `statement`: what the client wrote by hand, empty for nothing."""

    statement: Statement = ""
    initialled: Flag
    stamped: Flag
    signed: Flag
    terms_initialled: Flag
    terms_signed: Flag
    received_on: Day | None = None
    document: SignedDocument | None = None


@router.post("/v1/proposals/{proposal_id}/acceptance", **allow(Role.SALES))
def record_acceptance(
    proposal_id: UUID, body: AcceptanceBody, platform: Ctx, caller: Caller, once: RequiredOnce
) -> AcceptanceView:
    """Record a return. Complete, it signs the contract; otherwise it names what lacks (clause 2.1)."""
    papers = Papers(
        statement=body.statement,
        initialled=body.initialled,
        stamped=body.stamped,
        signed=body.signed,
        terms_initialled=body.terms_initialled,
        terms_signed=body.terms_signed,
        received_on=body.received_on,
        document=body.document.value() if body.document else None,
        checked_by=caller.subject,
    )
    return acceptance.record_acceptance(platform, once, proposal_id, papers)
