"""The repository's own Python, as text and as trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = tuple(sorted(path.name for path in (ROOT / "services").iterdir() if (path / "app.py").exists()))


@dataclass(frozen=True)
class Module:
    """One file: its path from the root, with slashes, and its tree."""

    path: str
    tree: ast.Module

    def at(self, node: ast.AST, what: object) -> str:
        """A finding, as an editor links it."""
        return f"{self.path}:{getattr(node, 'lineno', 0)}: {what}"


def modules(*folders: str) -> Iterator[Module]:
    """Every Python file below the folders (or the files themselves)."""
    for folder in folders:
        start = ROOT / folder
        found = [start] if start.is_file() else sorted(start.rglob("*.py"))
        for path in found:
            yield Module(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """What a module imports, wherever in it: `a.b` and, for `from a.b import c`, `a.b.c`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node, name.name
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield node, f"{'.' * node.level}{node.module or ''}.{name.name}"
