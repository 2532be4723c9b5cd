"""The image, as far as it can be had without an engine: what its lines copy starts, migrates and sweeps, read-only."""

import compileall
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import make_url

from gateway.routes import SERVICES
from tests.architecture.source import ROOT
from tests.architecture.test_standalone import END_SECONDS, KEPT, free_port, wait_until_up
from tests.deploy.dockerfile import DOCKERFILE, is_let_in
from tests.deploy.environment import environment
from tests.deploy.manifests import NAME, Workload, manifests, workloads
from tests.support.databases import Databases, libpq_url

PARTS = {"gateway": {"SERVICE": "gateway", "FOLDER": "gateway"}, **{name: {"SERVICE": name} for name in SERVICES}}


def hadolint(path: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("hadolint")), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_linter_finds_nothing(tmp_path: Path) -> None:
    done = hadolint(ROOT / "deploy" / "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")
    loose = tmp_path / "Dockerfile"
    loose.write_text(DOCKERFILE.text.replace(DOCKERFILE.bases[0], "python"))
    assert hadolint(loose).returncode != 0


def test_it_is_two_stages_on_one_exact_base_and_ends_as_nobody() -> None:
    assert len(DOCKERFILE.stages) == 2
    (base,) = set(DOCKERFILE.bases)
    assert base.partition(":")[2].count(".") == 2, "a whole version"
    assert DOCKERFILE.user >= 10_000, "the id of no user of a node"
    last = [word for word, _ in DOCKERFILE.stages[-1]]
    assert "apt-get" not in DOCKERFILE.text
    assert last.index("USER") > last.index("COPY")


@pytest.mark.parametrize("part", PARTS)
def test_it_takes_its_folder_and_the_chassis_and_the_builder_is_given_no_more(part: str) -> None:
    sources = [source for source, _ in DOCKERFILE.copies(**PARTS[part])]
    assert sources == ["chassis", "gateway" if part == "gateway" else f"services/{part}"]
    assert all(is_let_in(f"{source}/app.py") for source in (*sources, "requirements.lock"))
    assert not any(is_let_in(path) for path in (".git/config", "tests/conftest.py", "deploy/sandbox/demo.py", "var/x"))


def test_without_a_name_nothing_is_built() -> None:
    assert any(rest.startswith('test -f "${FOLDER}/app.py"') for word, rest in DOCKERFILE.stages[-1] if word == "RUN")
    assert not (ROOT / DOCKERFILE.arguments(SERVICE="")["FOLDER"] / "app.py").exists()


class Image:
    """The files of one part where nobody may write, and its commands under the image's own user."""

    def __init__(self, folder: Path, logs: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.logs = logs
        self._environment = environment

    def command(self, *arguments: str) -> list[str]:
        python, *rest = DOCKERFILE.entrypoint
        assert python == "python"
        return [*as_nobody(), sys.executable, *rest, *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.logs / "out").open("wb") as out, (self.logs / "err").open("wb") as err:
            return subprocess.Popen(
                self.command(*arguments), cwd=self.folder, env=self._environment, stdout=out, stderr=err
            )


def as_nobody() -> list[str]:
    """Root becomes the image's user; it may read where the interpreter lies, whoever owns that, and write nowhere."""
    if os.getuid() != 0:
        return []
    user, right = str(DOCKERFILE.user), "+dac_read_search"
    dropped = [f"--inh-caps={right}", f"--ambient-caps={right}", f"--bounding-set=-all,{right}"]
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *dropped]


@pytest.fixture
def files() -> Iterator[Path]:
    """Not pytest's own folder, which only its owner may enter."""
    with tempfile.TemporaryDirectory(prefix="image-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.empty("postgresql") as made:
        yield made


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def image(part: str, files: Path, tmp_path: Path, url: str, port: int) -> Image:
    """One part with production's own settings, but for the database's address and the port."""
    app = files / "app"
    app.mkdir()
    DOCKERFILE.copy_into(app, **PARTS[part])
    compileall.compile_dir(app, quiet=1)
    for path in [*app.rglob("*"), app]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    database = make_url(libpq_url(url))
    given = {name: value for name, value in os.environ.items() if name in KEPT}
    given |= {name: value for name, value in DOCKERFILE.environment.items() if name != "PATH"}
    given |= environment(the_workload(part, "gateway" if part == "gateway" else "api"), manifests("production"))
    given |= {
        "UVICORN_HOST": "127.0.0.1",
        "UVICORN_PORT": str(port),
        "DATABASE_URL": database.set(username=None, password=None).render_as_string(),
        "PGUSER": database.username or "",
        "PGPASSWORD": database.password or "",
        "PGSSLMODE": "prefer",
        "PGSSLROOTCERT": "",
    }
    return Image(app, tmp_path, given)


def the_workload(part: str, component: str) -> Workload:
    (found,) = (item for item in workloads(manifests("production"), component) if item.labels[NAME] == part)
    return found


def arguments(part: str, component: str) -> list[list[str]]:
    """What the containers of production are told to run, those that run first too."""
    return [container["args"] for container in the_workload(part, component).containers]


@contextmanager
def serving(image: Image, command: list[str], port: int) -> Iterator[str]:
    """The address under which the image answers that it is alive."""
    process = image.start(*command)
    try:
        address = f"http://127.0.0.1:{port}"
        assert wait_until_up(process, address, image.logs).json() == {"status": "ok"}
        yield address
    finally:
        process.terminate()
        assert process.wait(END_SECONDS) in (0, -signal.SIGTERM)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("part", SERVICES)
def test_what_the_manifests_run_works_where_nothing_can_be_written(part: str, image: Image, port: int) -> None:
    check, serve = arguments(part, "api")
    (migrate,), (sweep,) = arguments(part, "migration"), arguments(part, "sweep")
    written = image.run("zipfile", "--create", "written.zip", "chassis/app.py")
    assert "Permission denied" in written.stderr, "what follows would prove nothing"

    early = image.run(*check)
    assert (early.returncode, early.stderr.strip()) == (1, f"services.{part}: the database waits for its migrations")
    assert image.run(*migrate).returncode == 0
    assert image.run(*check).returncode == 0
    with serving(image, serve, port) as address:
        assert httpx2.get(f"{address}/readyz", trust_env=False).json() == {"status": "ready"}
        swept = image.run(*sweep)
    said = json.loads(swept.stdout.splitlines()[-1])
    assert (swept.returncode, said["message"], said["service"], said["done"]) == (0, "swept", part, 0)


@pytest.mark.parametrize("part", ["gateway"])
def test_the_gateway_is_alive_for_the_cluster_while_services_are_away(part: str, image: Image, port: int) -> None:
    (serve,) = arguments(part, "gateway")
    with serving(image, serve, port) as address:
        assert httpx2.get(f"{address}/readyz", trust_env=False).status_code == 503


def test_setpriv_is_there_where_it_is_needed() -> None:
    assert os.getuid() != 0 or shutil.which("setpriv"), "as root these tests need setpriv (util-linux)"
