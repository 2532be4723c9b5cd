"""Who the person is in the services' rows, and the package of what they hold: for the data protection officer."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, model_validator

from chassis.auth import Caller, Role, allow
from chassis.etag import IfMatch, etag
from chassis.fields import Body, Email, ShortText, View
from chassis.openapi import file_answer
from chassis.platform import Ctx
from services.gdpr.domain.case import Stage
from services.gdpr.routes.privacy_requests import PrivacyRequestView, view
from services.gdpr.use_cases import packaging, requests, searching
from services.gdpr.use_cases.searching import Wanted

router = APIRouter(prefix="/v1/privacy-requests/{request_id}", tags=["privacy"])

# As many as the services hand over the records of at once.
_MOST_CONFIRMED = 50
_NEVER_KEPT = {"Cache-Control": "no-store"}


class SearchBody(Body):
    """What the person is known by: a family name, an e-mail address, or both."""

    given_name: ShortText | None = None
    family_name: ShortText | None = None
    email: Email | None = None
    organisation: ShortText | None = None

    @model_validator(mode="after")
    def known_by_something(self) -> Self:
        """A given name alone is everybody's."""
        if self.family_name is None and self.email is None:
            raise ValueError("family_name or email is needed")
        return self


class CandidateView(View):
    """Somebody whom a service holds. matched_on: email, name, organisation; details: what tells one from another."""

    id: UUID
    service: str
    kind: str
    label: str
    matched_on: list[str]
    details: dict[str, str]
    confirmed: bool


class CandidatesView(View):
    """Who it may be. waiting_for: services that have still to answer; truncated: those that hold more than is shown."""

    state: Stage
    waiting_for: list[str]
    truncated: list[str]
    items: list[CandidateView]


class ConfirmedBody(Body):
    """The candidates who are the person; none: nothing is held."""

    candidates: Annotated[list[UUID], Field(max_length=_MOST_CONFIRMED)]


@router.post("/search", status_code=202, **allow(Role.DPO))
def search(request_id: UUID, platform: Ctx, caller: Caller, body: SearchBody | None = None) -> PrivacyRequestView:
    """Ask every service, in the background; without a body, by the request's own name and address."""
    wanted = Wanted(**body.model_dump()) if body is not None else None
    searching.search(platform, request_id, wanted, caller.subject)
    return view(requests.read_request(platform, request_id))


@router.get("/matches", **allow(Role.DPO))
def read_matches(request_id: UUID, platform: Ctx, response: Response) -> CandidatesView:
    """Who it may be, as far as the services have answered."""
    found = searching.read_matches(platform, request_id)
    response.headers["ETag"] = etag(found.version)
    return CandidatesView(
        state=Stage(found.request.stage),
        waiting_for=found.waiting_for,
        truncated=found.truncated,
        items=[CandidateView.model_validate(candidate) for candidate in found.candidates],
    )


@router.put("/matches", **allow(Role.DPO))
def confirm_matches(
    request_id: UUID, body: ConfirmedBody, platform: Ctx, caller: Caller, if_match: IfMatch
) -> PrivacyRequestView:
    """Say who is the person, of the list whose ETag is sent as If-Match; with identity, the package is gathered."""
    searching.confirm(platform, request_id, body.candidates, caller.subject, if_match)
    return view(requests.read_request(platform, request_id))


@router.get("/package", response_class=Response, responses=file_answer("application/zip"), **allow(Role.DPO))
def read_package(request_id: UUID, platform: Ctx) -> Response:
    """The package for machines: a ZIP of `package.json` and the files that it names."""
    archive, _ = packaging.read_package(platform, request_id)
    return Response(archive, media_type="application/zip", headers=_file("zip"))


@router.get("/package.pdf", response_class=Response, responses=file_answer("application/pdf"), **allow(Role.DPO))
def read_readable_package(request_id: UUID, platform: Ctx) -> Response:
    """The package for people."""
    _, readable = packaging.read_package(platform, request_id)
    return Response(readable, media_type="application/pdf", headers=_file("pdf"))


def _file(ending: str) -> dict[str, str]:
    return {**_NEVER_KEPT, "Content-Disposition": f'attachment; filename="donnees-personnelles.{ending}"'}
