"""Each test has a database of its own, and it comes quickly."""

from time import perf_counter

from sqlalchemy import create_engine, text

from tests.support.databases import Databases, Kind

COPIES = 20


def build(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (value integer)"))
        connection.execute(text("INSERT INTO counter VALUES (1)"))
    engine.dispose()


def test_copies_start_as_the_template_and_do_not_meet(databases: Databases, kind: Kind) -> None:
    started = perf_counter()
    for _ in range(COPIES):
        with databases.fresh("counter", kind, build) as url:
            engine = create_engine(url)
            with engine.begin() as connection:
                assert connection.execute(text("SELECT value FROM counter")).scalars().all() == [1]
                connection.execute(text("INSERT INTO counter VALUES (2)"))
            engine.dispose()
    print(f"\n{kind}: {(perf_counter() - started) / COPIES * 1000:.1f} ms a database")


def test_an_empty_database_is_empty(databases: Databases, kind: Kind) -> None:
    with databases.empty(kind) as url:
        build(url)
