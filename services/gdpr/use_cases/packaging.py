"""The package that answers a request for access: one archive for machines, one PDF for people (Art. 15 GDPR)."""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlmodel import Session

from chassis import own_personal_data
from chassis.personal_data import People
from chassis.personal_matches import Candidate, Subject
from chassis.personal_records import records_of
from chassis.personal_views import RecordFileView, RecordsView, records_view
from chassis.platform import Platform
from chassis.problems import NotFound
from chassis.tables import metadata as own_metadata
from chassis.values.names import fold
from services.gdpr.documents.package import PackageDocument, package_pdf
from services.gdpr.domain.case import Identity
from services.gdpr.personal_data import DECLARATIONS
from services.gdpr.repository import matches, packages, parts, requests
from services.gdpr.repository.parts import Kind
from services.gdpr.settings import settings_of
from services.gdpr.tables import PrivacyCandidateRow, PrivacyRequestRow, Table
from services.gdpr.use_cases.deciding import OWN_NAME

FORMAT, VERSION = "privacy-access-package", 1
# Enough of a digest to tell the files of one row apart.
_DIGITS = len("0123abcd")
_CANDIDATE = PrivacyCandidateRow.__tablename__
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Contents:
    """All that is handed over. parts: by service, this one's own last."""

    request: PrivacyRequestRow
    controller: str
    officer: str
    transfers: str
    made_on: date
    parts: tuple[RecordsView, ...]

    @property
    def holds_nothing(self) -> bool:
        """Whether nothing is held of the person but their requests themselves."""
        return not any(part.records for part in self.parts if part.service != OWN_NAME)


def contents(session: Session, platform: Platform, request_id: UUID) -> Contents:
    """What the services answered, and what this one holds itself."""
    row = requests.one(session, request_id)
    if row is None:
        raise NotFound("The privacy request")
    answered = [RecordsView.model_validate(part.answer) for part in parts.answered(session, request_id, Kind.RECORDS)]
    settings = settings_of(platform)
    return Contents(
        request=row,
        controller=settings.controller,
        officer=settings.officer,
        transfers=settings.transfers,
        made_on=platform.clock.today(),
        parts=(*answered, own_records(session, row)),
    )


def own_records(session: Session, row: PrivacyRequestRow) -> RecordsView:
    """This service's rows about the person: the requests under the same name and address, and what was written."""
    tables = {**Table.metadata.tables, **own_metadata.tables}
    declared = (*DECLARATIONS, *own_personal_data.DECLARATIONS)
    under_address = requests.under_the_same_address(session, row)
    everybody = [
        Candidate(Subject(People.REQUESTER, str(request.id)), request.name, request.email, None, {})
        for request in under_address
    ]
    # Under the address alone somebody else may have asked: neither that request nor its mails are the person's.
    own = [each.subject for each in everybody if fold(each.label) == fold(row.name)]
    held = records_view(OWN_NAME, records_of(session, tables, declared, own, everybody))
    # Whoever else asks by this name and address may be another person: their word alone tells nobody whom we know.
    proven = [each.id for each in under_address if each.id == row.id or each.identity == Identity.ESTABLISHED]
    given = {f"{_CANDIDATE}/{match.id}" for match in matches.confirmed_of(session, proven)}
    kept = [record for record in held.records if record.table != _CANDIDATE or record.row in given]
    return held.model_copy(update={"records": kept})


def archive(held: Contents) -> bytes:
    """A ZIP of `package.json` and the files that it names; the same bytes for the same contents."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        _put(packed, "package.json", json.dumps(_described(held), ensure_ascii=False, indent=2).encode(), held)
        for path, file in _files(held.parts):
            _put(packed, path, base64.b64decode(file.content_base64), held)
    return made.getvalue()


def readable(held: Contents) -> bytes:
    """The same as a French PDF."""
    row = held.request
    return package_pdf(
        PackageDocument(
            controller=held.controller,
            officer=held.officer,
            transfers=held.transfers,
            reference=str(row.reference),
            name=row.name,
            received_on=row.received_on,
            made_on=held.made_on,
            holds_nothing=held.holds_nothing,
            parts=held.parts,
            files=tuple(path for path, _ in _files(held.parts)),
        )
    )


def read_package(platform: Platform, request_id: UUID) -> tuple[bytes, bytes]:
    """The archive and the PDF; NotFound where there is no package, or its time is over."""
    with platform.reading() as session:
        package = packages.of(session, request_id)
    if package is None or package.archive is None or package.readable is None:
        raise NotFound("A package of this request")
    return package.archive, package.readable


def _described(held: Contents) -> dict[str, Any]:
    row = held.request
    return {
        "format": FORMAT,
        "version": VERSION,
        "controller": held.controller,
        "officer": held.officer,
        "transfers": held.transfers,
        "request": {
            "number": row.number,
            "reference": str(row.reference),
            "right": row.kind,
            "received_on": row.received_on.isoformat(),
        },
        "made_on": held.made_on.isoformat(),
        "holds_nothing": held.holds_nothing,
        "parts": [_part(part) for part in held.parts],
    }


def _part(part: RecordsView) -> dict[str, Any]:
    described = part.model_dump(mode="json", exclude={"files"})
    named = {"sha256", "media_type", "name"}
    files = [{**file.model_dump(include=named), "path": path} for path, file in _files([part])]
    return {**described, "files": files}


def _files(given: Sequence[RecordsView]) -> Iterator[tuple[str, RecordFileView]]:
    """Each file and its path in the archive: the folder of its service, its digest's start, a name that is no path."""
    for part in given:
        for file in part.files:
            yield (
                str(PurePosixPath("files", part.service, f"{file.sha256[:_DIGITS]}-{_UNSAFE.sub('_', file.name)}")),
                file,
            )


def _put(packed: ZipFile, path: str, content: bytes, held: Contents) -> None:
    info = ZipInfo(path, (held.made_on.year, held.made_on.month, held.made_on.day, 0, 0, 0))
    info.compress_type = ZIP_DEFLATED
    packed.writestr(info, content)
