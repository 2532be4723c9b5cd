"""Requests that were received before there was a workflow have their days in the duty list after it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select

from chassis import migrations
from chassis.auth import Role
from chassis.tables import duty
from services.gdpr.tables import PrivacyRequestRow
from tests.migrations.rows import row
from tests.support.client import ok
from tests.support.databases import Databases, Kind
from tests.support.service import running

PACKAGE = "services.gdpr"
ADDED = {"stage", "identity", "extended_on", "closed_on"}


@pytest.fixture
def url(databases: Databases, kind: Kind) -> Iterator[str]:
    with databases.empty(kind) as made:
        yield made


def test_their_days_are_duties(url: str, tmp_path: Path) -> None:
    migrations.upgrade(PACKAGE, url, "0001")
    table = PrivacyRequestRow.metadata.tables["privacy_request"]
    as_it_was = Table("privacy_request", MetaData(), *(Column(c.name, c.type) for c in table.c if c.name not in ADDED))
    days = {"desk_day": date(2026, 2, 28), "answer_by": date(2026, 3, 2)}
    before = {name: value for name, value in row(table, kind="access", **days).items() if name not in ADDED}
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(as_it_was).values(**before))
    migrations.upgrade(PACKAGE, url)
    with running("gdpr", url, tmp_path) as api:
        assert {item.kind: item.due_on for item in api.duties()} == {
            "privacy-desk-day": days["desk_day"],
            "privacy-last-day": days["answer_by"],
        }
        api.move_to("2026-03-02")
        assert api.sweep() == 2
        (item,) = ok(api.client(Role.DPO).get("/v1/privacy-requests"))["items"]
        assert (item["state"], item["identity"]) == ("received", "unchecked")
    migrations.downgrade(PACKAGE, url, "0001")
    with engine.connect() as connection:
        assert connection.execute(select(duty.c.kind)).all() == []
    engine.dispose()
