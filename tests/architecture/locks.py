"""Whether the lock files still fit pyproject.toml, without asking a package index."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")


def faults(root: Path = ROOT) -> list[str]:
    """What does not fit, a sentence each; empty where all does."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {"requirements.lock": project["project"]["dependencies"]}
    wanted["requirements-dev.lock"] = [*wanted["requirements.lock"], *project["dependency-groups"]["dev"]]
    wanted["requirements-checkov.lock"] = project["dependency-groups"]["checkov"]
    pins = {name: _pins((root / name).read_text(encoding="utf-8")) for name in wanted}
    found = []
    for name, dependencies in wanted.items():
        missing = {_normal(dependency) for dependency in dependencies} - set(pins[name])
        found += [f"{name} lacks {dependency}: run `make lock`" for dependency in sorted(missing)]
        found += [f"{name}: {entry} has no hash" for entry in _without_hash((root / name).read_text(encoding="utf-8"))]
    for package, version in pins["requirements.lock"].items():
        if pins["requirements-dev.lock"].get(package) != version:
            found.append(f"{package} is {version} where the platform runs and not where it is tested")
    return found


def _normal(requirement: str) -> str:
    name = _NAME.match(requirement)
    assert name is not None, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def _entries(text: str) -> list[str]:
    """One entry a package: its pin and the hashes on the lines that continue it."""
    return [entry for entry in re.sub(r"\\\n\s*", " ", text).splitlines() if _PIN.match(entry)]


def _pins(text: str) -> dict[str, str]:
    matches = (_PIN.match(entry) for entry in _entries(text))
    return {_normal(match[1]): match[2] for match in matches if match}


def _without_hash(text: str) -> list[str]:
    return [entry.split()[0] for entry in _entries(text) if "--hash=sha256:" not in entry]


if __name__ == "__main__":
    found = faults()
    print("\n".join(found) or "lock files: up to date")
    sys.exit(bool(found))
