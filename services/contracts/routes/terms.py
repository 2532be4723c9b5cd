"""The published general terms of sale: their values and their text, for everybody."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from chassis.auth import Role, allow
from chassis.fields import Body, WholeText
from chassis.openapi import file_answer
from chassis.platform import Ctx
from services.contracts.routes.shapes import Code
from services.contracts.use_cases import published_terms, terms_documents
from services.contracts.use_cases.views import TermsDocumentView, TermsView

router = APIRouter(tags=["contracts"])


class TermsTextBody(Body):
    """The whole text of a version, in French; blank lines part paragraphs."""

    text: WholeText


@router.get("/v1/terms/current", **allow(Role.VISITOR))
def read_current_terms(platform: Ctx) -> TermsView:
    """The version in force today."""
    return published_terms.current_terms(platform.clock.today())


@router.get("/v1/terms/{version}", **allow(Role.VISITOR))
def read_terms(version: str) -> TermsView:
    """A published version."""
    return published_terms.terms_version(version)


@router.put("/v1/terms/{version}/documents/{seller}", **allow(Role.ADMIN))
def publish_terms_document(
    version: str, seller: Annotated[Code, Path()], body: TermsTextBody, platform: Ctx
) -> TermsDocumentView:
    """Publish a seller's text of a version: it is typeset, and never changes after."""
    return terms_documents.publish(platform, version, seller, body.text)


@router.get(
    "/v1/terms/{version}/documents/{seller}",
    response_class=Response,
    responses=file_answer("application/pdf"),
    **allow(Role.VISITOR),
)
def read_terms_document(version: str, seller: Annotated[Code, Path()], platform: Ctx) -> Response:
    """A seller's general terms in a version, to be kept."""
    file = terms_documents.read(platform, version, seller)
    headers = {"Content-Disposition": f'inline; filename="conditions-generales-{seller}.pdf"'}
    return Response(file.content, media_type=file.media_type, headers=headers)
