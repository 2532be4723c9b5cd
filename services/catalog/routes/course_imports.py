"""Course sheets come in as text."""

from fastapi import APIRouter, Response

from chassis.auth import Role, allow
from chassis.etag import etag
from chassis.platform import Ctx
from services.catalog.domain.sheet_import import Kind, Reading
from services.catalog.routes.course_schemas import ImportBody, ImportView, LineView, SheetView
from services.catalog.use_cases.imports import import_sheet

router = APIRouter(prefix="/v1/course-imports", tags=["courses"])


@router.post("", status_code=201, **allow(Role.SALES))
def import_course(body: ImportBody, platform: Ctx, response: Response) -> ImportView:
    """Read a course sheet as the draft of its course, in the place of the draft that stood."""
    sheet, reading, version = import_sheet(platform, body.text)
    response.headers["ETag"] = etag(version)
    response.headers["Location"] = f"/v1/courses/{sheet.reference}/draft"
    return ImportView(
        reference=sheet.reference,
        draft=SheetView.model_validate(sheet),
        unplaced=_lines(reading, Kind.UNPLACED),
        furniture=_lines(reading, Kind.FURNITURE),
        cut=_lines(reading, Kind.CUT),
    )


def _lines(reading: Reading, kind: Kind) -> list[LineView]:
    return [LineView(line=line.number, text=line.text) for line in reading.of(kind)]
