"""The catalogue: drafts for staff, published revisions and the search for everybody."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from chassis.auth import Role, allow
from chassis.etag import IfMatch, etag, is_known
from chassis.fields import Page, decode_cursor, encode_cursor
from chassis.kept_answers import FOR_A_SECOND
from chassis.platform import Ctx
from services.catalog.repository.courses import Revision
from services.catalog.routes.course_schemas import (
    REFERENCE_PATTERN,
    CourseQuery,
    CourseSummary,
    CourseView,
    SheetBody,
    SheetView,
    course_view,
)
from services.catalog.routes.faults import faults_named
from services.catalog.use_cases import courses

router = APIRouter(prefix="/v1/courses", tags=["courses"])

Reference = Annotated[str, Path(pattern=REFERENCE_PATTERN, examples=["MRK-OPE-08"])]
Number = Annotated[int, Path(ge=1, le=1_000_000)]
Known = Annotated[str | None, Header(alias="If-None-Match")]


@router.get("", **allow(Role.VISITOR))
def list_courses(platform: Ctx, asked: Annotated[CourseQuery, Query()]) -> Page[CourseSummary]:
    """Published courses, the best match first; every word of `q` must be in the course."""
    after = decode_cursor(asked.cursor, int, str) if asked.cursor is not None else None
    query = courses.Query(asked.q, asked.domain, asked.subdomain, asked.days)
    found = courses.list_courses(platform, query, asked.limit + 1, (after[0], after[1]) if after else None)
    shown = found[: asked.limit]
    items = [CourseSummary.model_validate(item.course) for item in shown]
    more = len(found) > asked.limit
    return Page(items=items, next_cursor=encode_cursor(shown[-1].weight, items[-1].reference) if more else None)


@router.get("/{reference}", response_model=CourseView, **allow(Role.VISITOR))
def read_course(reference: Reference, platform: Ctx, response: Response, known: Known = None) -> CourseView | Response:
    """The newest published revision."""
    return _revision(courses.read_course(platform, reference), response, known)


@router.get("/{reference}/revisions/{number}", response_model=CourseView, **allow(Role.VISITOR))
def read_revision(
    reference: Reference, number: Number, platform: Ctx, response: Response, known: Known = None
) -> CourseView | Response:
    """One published revision: it never changes."""
    return _revision(courses.read_course(platform, reference, number), response, known)


@router.get("/{reference}/draft", **allow(Role.SALES))
def read_draft(reference: Reference, platform: Ctx, response: Response) -> SheetView:
    """The sheet that staff work on; its ETag goes into If-Match."""
    sheet, version = courses.read_draft(platform, reference)
    response.headers["ETag"] = etag(version)
    return SheetView.model_validate(sheet)


@router.put("/{reference}/draft", **allow(Role.SALES))
def change_draft(
    reference: Reference, body: SheetBody, platform: Ctx, if_match: IfMatch, response: Response
) -> SheetView:
    """Put a whole sheet in the place of the draft that was read."""
    with faults_named():
        sheet = body.sheet()
        version = courses.change_draft(platform, reference, sheet, if_match)
    response.headers["ETag"] = etag(version)
    return SheetView.model_validate(sheet)


@router.post("/{reference}/publish", **allow(Role.SALES))
def publish(reference: Reference, platform: Ctx, if_match: IfMatch) -> CourseView:
    """Freeze the draft as the next revision; with If-Match, only the draft that was read."""
    return course_view(courses.publish(platform, reference, if_match))


def _revision(revision: Revision, response: Response, known: str | None) -> CourseView | Response:
    tag = etag(revision.number)
    headers = {"ETag": tag, "Cache-Control": FOR_A_SECOND}
    if known is not None and is_known(known, tag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return course_view(revision)
