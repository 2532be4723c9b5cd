"""All or nothing: rows, events, duties, files and mails of one unit of work."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from chassis.files import read_file
from chassis.mail import Attachment, Mail
from chassis.problems import NotFound
from chassis.values.money import Money
from tests.support.client import ok, problem
from tests.support.counter import app as counter
from tests.support.counter.tables import CounterRow
from tests.support.service import ServiceUnderTest, key


class Boom(Exception):
    """Something unforeseen, half way."""


def do_everything(api: ServiceUnderTest, *, then: Exception | None = None) -> str:
    with api.platform.unit_of_work() as tx:
        row = CounterRow(name="everything")
        tx.session.add(row)
        counter.add(tx, row, 1)
        tx.put_duty("reset", str(row.id), tx.today, "9.1")
        digest = tx.store_file(b"%PDF", "application/pdf")
        tx.send_mail(Mail("a@example.org", "Bonjour", "Voici.", [Attachment("a.pdf", digest)]))
        if then is not None:
            raise then
    return digest


def names(api: ServiceUnderTest) -> list[str]:
    with api.platform.reading() as session:
        return list(session.exec(select(CounterRow.name)).all())


def test_leaving_commits_all_of_it(api: ServiceUnderTest) -> None:
    digest = do_everything(api)
    assert names(api) == ["everything"]
    assert [event["data"] for event in api.published()] == [{"name": "everything", "value": 1}]
    assert [duty.kind for duty in api.duties()] == ["reset"]
    assert api.mails()[0].attachments == {"a.pdf": b"%PDF"}
    with api.platform.reading() as session:
        assert read_file(session, digest).media_type == "application/pdf"


@pytest.mark.parametrize("error", [Boom(), NotFound("It"), KeyboardInterrupt()])
def test_whatever_is_raised_undoes_all_of_it(api: ServiceUnderTest, error: Exception) -> None:
    with pytest.raises(type(error)):
        do_everything(api, then=error)
    assert (names(api), api.published(), api.duties(), api.mails()) == ([], [], [], [])
    do_everything(api)


def test_a_commit_that_fails_undoes_all_of_it_and_raises(api: ServiceUnderTest) -> None:
    with api.commits_fail(), pytest.raises(OperationalError):
        do_everything(api)
    assert (names(api), api.published(), api.duties(), api.mails()) == ([], [], [], [])
    do_everything(api)


def test_a_commit_that_fails_is_never_answered_as_done(api: ServiceUnderTest) -> None:
    sales, sent = api.client("sales"), {"json": {"name": "a"}, "once": key()}
    with api.commits_fail():
        problem(sales.post("/v1/counters", **sent), 503, "unavailable")
    assert names(api) == []
    ok(sales.post("/v1/counters", **sent), 201)
    assert names(api) == ["a"]


def test_reading_keeps_nothing(api: ServiceUnderTest) -> None:
    with api.platform.reading() as session:
        session.add(CounterRow(name="never"))
        session.flush()
    assert names(api) == []


def test_a_unit_of_work_sees_what_it_wrote(api: ServiceUnderTest) -> None:
    with api.platform.unit_of_work() as tx:
        tx.session.add(CounterRow(name="here"))
        assert tx.session.exec(select(CounterRow.name)).all() == ["here"]


def test_values_come_back_as_they_went_in(api: ServiceUnderTest) -> None:
    paris = timezone(timedelta(hours=2))
    row = CounterRow(
        name="values",
        amount=Money(-9_007_199_254_740_993),
        counted_at=datetime(2026, 7, 1, 0, 30, 0, 123456, paris),
        counted_on=date(2026, 7, 1),
        notes={"élève": ["ok", None, 1]},
    )
    identifier: UUID = row.id
    with api.platform.unit_of_work() as tx:
        tx.session.add(row)
    with api.platform.reading() as session:
        read = session.exec(select(CounterRow).where(CounterRow.id == identifier)).one()
    assert read.amount == Money(-9_007_199_254_740_993)
    assert read.counted_at == datetime(2026, 6, 30, 22, 30, 0, 123456, UTC)
    assert read.counted_at.tzinfo is UTC
    assert read.counted_on == date(2026, 7, 1)
    assert read.notes == {"élève": ["ok", None, 1]}


def test_an_instant_without_a_zone_is_refused(api: ServiceUnderTest) -> None:
    with pytest.raises(Exception, match="instants carry their zone"), api.platform.unit_of_work() as tx:
        tx.session.add(CounterRow(name="naive", counted_at=datetime(2026, 7, 1)))  # noqa: DTZ001 - what is refused


def test_a_file_is_kept_once_and_named_by_its_content(api: ServiceUnderTest) -> None:
    with api.platform.unit_of_work() as tx:
        first = tx.store_file(b"same", "text/plain")
    with api.platform.unit_of_work() as tx:
        assert tx.store_file(b"same", "text/plain") == first
        assert tx.store_file(b"other", "text/plain") != first
    with api.platform.reading() as session, pytest.raises(NotFound):
        read_file(session, "0" * 64)


def test_what_is_kept_outlives_the_process(api: ServiceUnderTest) -> None:
    do_everything(api)
    api.restart()
    assert names(api) == ["everything"]
