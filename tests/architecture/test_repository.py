"""What is in the repository: no address of a package index, no path of one machine, lock files that fit."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture import locks
from tests.architecture.source import ROOT

# Written in parts, so that this file does not find itself.
INDEXES = re.compile(
    "|".join(
        rf"\b{host}\b"
        for host in (
            r"pypi\." + "org", r"python" + r"hosted\.org", r"registry\.npm" + r"js\.org", r"deb\.deb" + r"ian\.org",
            r"crates\." + "io", r"ana" + r"conda\.org", r"proxy\.gol" + r"ang\.org", "--index" + "-url",
        )
    )
)  # fmt: skip
MACHINE_PATHS = re.compile(r"(?<![\w.:/-])/(?:ro" + r"ot|wo" + r"rk|ho" + r"me|Us" + r"ers|t" + r"mp)/")


def tracked() -> list[Path]:
    """Every file of the repository, those that wait to be added too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def found(pattern: re.Pattern[str]) -> list[str]:
    lines = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        lines += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return lines


def test_no_file_names_a_package_index() -> None:
    assert found(INDEXES) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert found(MACHINE_PATHS) == []


@pytest.mark.parametrize("line", ["see /ro" + "ot/x", "`/ho" + "me/me/x`", "cd /t" + "mp/x"])
def test_a_path_of_one_machine_is_found(line: str) -> None:
    assert MACHINE_PATHS.search(line)
    assert not MACHINE_PATHS.search("GET /v1/home/x and https://a.test/root/b")


def test_the_lock_files_fit() -> None:
    assert locks.faults() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("pyproject.toml", '"alembic"', '"alembic", "new-thing"', "requirements.lock lacks new-thing"),
        ("pyproject.toml", '"hypothesis"', '"hypothesis", "new_thing"', "requirements-dev.lock lacks new-thing"),
        ("pyproject.toml", '["checkov"]', '["checkov", "new-thing"]', "requirements-checkov.lock lacks new-thing"),
        ("requirements-dev.lock", "alembic==", "alembic==0.", "alembic is"),
        ("requirements.lock", "--hash=sha256:", "--hash=md5:", "has no hash"),
    ],
)
def test_a_lock_file_that_does_not_fit_is_found(tmp_path: Path, file: str, old: str, new: str, fault: str) -> None:
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock", "requirements-checkov.lock"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    changed = tmp_path / file
    changed.write_text(changed.read_text().replace(old, new))
    assert any(fault in line for line in locks.faults(tmp_path))


def test_the_listed_commands_are_there() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in "help venv run demo test check check-manifests images bench migrate lock".split():
        assert f"make {command} " in listed
