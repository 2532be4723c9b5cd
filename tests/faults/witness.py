"""A table of the tests' own beside a service's: each effect leaves a row in it, in the effect's own transaction.

The services take no harm from an event that comes twice, or from a duty done twice: their own rows would not show it.
Here a second time is a second row.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, Uuid, func, insert, select
from sqlmodel import Session

from chassis.database import Database

_metadata = MetaData()
_seen = Table("witness", _metadata, Column("effect", Uuid, nullable=False, index=True))


def place(url: str) -> None:
    """Have a witness in this database."""
    database = Database(url, connections=1)
    with database.writing() as session:
        _metadata.create_all(session.connection())
    database.close()


def see(session: Session, effect: UUID) -> None:
    """The event, or the duty, of that id takes effect."""
    session.connection().execute(insert(_seen).values(effect=effect))


def times_seen(session: Session, effects: Iterable[UUID]) -> list[int]:
    """How often each took effect."""
    connection = session.connection()
    counted = select(func.count()).select_from(_seen)
    return [connection.execute(counted.where(_seen.c.effect == effect)).scalar_one() for effect in effects]
