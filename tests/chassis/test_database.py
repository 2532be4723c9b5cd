"""Opening the embedded database."""

from functools import partial
from pathlib import Path

from chassis.database import Database
from tests.support.together import together

FILES, OPENERS = 40, 6


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """As the migrations of a service and the service itself do at a first start."""

    def opened(url: str) -> str:
        database = Database(url, connections=1)
        try:
            with database.writing() as session:
                return str(session.connection().exec_driver_sql("PRAGMA journal_mode").scalar())
        finally:
            database.close()

    for number in range(FILES):
        url = f"sqlite:///{tmp_path}/{number}.db"
        assert together([partial(opened, url)] * OPENERS) == ["wal"] * OPENERS
