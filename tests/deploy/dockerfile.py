"""The Dockerfile, read as far as tests need it: what its last stage copies, sets and runs."""

import json
import re
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Template

from tests.architecture.source import ROOT


@dataclass(frozen=True)
class Dockerfile:
    """One file of instructions."""

    text: str

    @cached_property
    def stages(self) -> list[list[tuple[str, str]]]:
        """The instructions of each stage, as (word, rest); continued lines joined, remarks left out."""
        lines = "\n".join(line for line in self.text.splitlines() if not line.lstrip().startswith("#"))
        stages: list[list[tuple[str, str]]] = []
        for line in re.sub(r"\\\n\s*", " ", lines).splitlines():
            word, _, rest = line.strip().partition(" ")
            if word == "FROM":
                stages.append([])
            if word:
                stages[-1].append((word, rest.strip()))
        return stages

    def _last(self, wanted: str) -> list[str]:
        return [rest for word, rest in self.stages[-1] if word == wanted]

    @property
    def bases(self) -> list[str]:
        """The images that the stages begin with."""
        return [rest.split()[0] for stage in self.stages for word, rest in stage if word == "FROM"]

    @property
    def user(self) -> int:
        """The id that the processes run under."""
        (user,) = self._last("USER")
        return int(user.partition(":")[0])

    @property
    def environment(self) -> dict[str, str]:
        """What the image sets."""
        return dict(pair.split("=", 1) for line in self._last("ENV") for pair in line.split())

    @property
    def entrypoint(self) -> list[str]:
        """What every command begins with."""
        (entrypoint,) = self._last("ENTRYPOINT")
        return [str(word) for word in json.loads(entrypoint)]

    def arguments(self, **given: str) -> dict[str, str]:
        """The build arguments, with the defaults that the file gives."""
        known: dict[str, str] = {}
        for line in self._last("ARG"):
            name, _, default = line.partition("=")
            known[name] = given.get(name, Template(default).substitute(known))
        return known

    def copies(self, **given: str) -> list[tuple[str, str]]:
        """What is copied from the repository, and where to, relative to the working folder."""
        known = self.arguments(**given)
        lines = [line.split() for line in self._last("COPY") if not line.startswith("--from")]
        return [(Template(source).substitute(known), Template(target).substitute(known)) for source, target in lines]

    def copy_into(self, folder: Path, **given: str) -> None:
        """Do what its COPY lines say."""
        for source, target in self.copies(**given):
            shutil.copytree(ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))


DOCKERFILE = Dockerfile((ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8"))


def is_let_in(path: str) -> bool:
    """Whether .dockerignore leaves the file to the builder: nothing but what it takes back in with `!`."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    taken = [line.removeprefix("!") for line in lines if line.startswith("!")]
    return "*" in lines and any(path == name or path.startswith(f"{name}/") for name in taken)
