"""The trainers whom the catalog's sessions name: all who can be looked for here."""

from collections.abc import Iterator

from sqlalchemy import func
from sqlmodel import Session, col, select

from chassis.personal_data import People
from chassis.personal_matches import Candidate, Subject
from chassis.values.names import fold
from services.catalog.tables import SessionRow


def candidates(session: Session) -> Iterator[Candidate]:
    """Each name that a session bears, with the days of its first and its last one."""
    days = (func.min(SessionRow.starts_on), func.max(SessionRow.ends_on))
    wanted = select(SessionRow.trainer, *days).group_by(SessionRow.trainer).order_by(col(SessionRow.trainer))
    for name, first, last in session.exec(wanted):
        details = {"first_session": first.isoformat(), "last_session": last.isoformat()}
        yield Candidate(Subject(People.TRAINER, fold(name)), name, None, None, details)
