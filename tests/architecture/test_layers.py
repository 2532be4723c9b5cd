"""Who may import whom. import-linter holds the layers (pyproject.toml); this is what it does not see."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, SERVICES, Module, imports, modules

# Rules stand on Python's own library and on these alone; what tells the time or reaches outside is not among them.
PURE = frozenset(
    "__future__ abc bisect calendar collections collections.abc dataclasses datetime decimal enum fractions functools "
    "hashlib itertools json math operator re secrets string textwrap types typing unicodedata uuid zoneinfo".split()
)
PURE_LIBRARIES = frozenset({"stdnum", "snowballstemmer"})
VALUES_LIBRARIES = frozenset({"stdnum", "holidays", "uuid_utils"})


def outside(module: Module, allowed_prefixes: tuple[str, ...], libraries: frozenset[str]) -> list[str]:
    return [
        module.at(node, f"imports {name}")
        for node, name in imports(module)
        if not name.startswith(allowed_prefixes)
        and name.rpartition(".")[0] not in PURE
        and name not in PURE
        and name.partition(".")[0] not in libraries
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_rules_import_nothing_but_values_and_pure_libraries(service: str) -> None:
    own = (f"services.{service}.domain.", "chassis.values.")
    folder = f"services/{service}/domain"
    assert [line for module in modules(folder) for line in outside(module, own, PURE_LIBRARIES)] == []


def test_values_import_nothing_but_values_and_pure_libraries() -> None:
    folder = "chassis/values"
    assert [
        line for module in modules(folder) for line in outside(module, ("chassis.values.",), VALUES_LIBRARIES)
    ] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_itself_and_the_chassis_only(service: str) -> None:
    """Its tests, the launcher and the gateway are no more its ground than the other services."""
    foreign = ("services.", "gateway", "deploy", "tests")
    found = [
        module.at(node, f"imports {name}")
        for module in modules(f"services/{service}")
        for node, name in imports(module)
        if name.startswith(foreign) and not name.startswith(f"services.{service}.")
    ]
    assert found == []


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_contracts_of_import_linter_are_kept() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("services/payments/use_cases/billing.py", "import services.contracts.domain.terms"),
        ("services/payments/app.py", "import gateway.app"),
        ("gateway/app.py", "import services.payments.tables"),
        ("chassis/database.py", "import services.payments.tables"),
        ("services/payments/domain/billing.py", "import services.payments.tables"),
        ("services/payments/tables.py", "import services.payments.use_cases.billing"),
        ("services/payments/use_cases/billing.py", "import services.payments.routes.invoices"),
        ("services/payments/domain/billing.py", "import chassis.database"),
        ("chassis/values/money.py", "import chassis.clock"),
        ("services/payments/domain/billing.py", "import sqlalchemy"),
        ("services/payments/stray.py", "import decimal"),
    ],
)
def test_a_breach_is_found(tmp_path: Path, file: str, line: str) -> None:
    for part in ("chassis", "services", "gateway"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    breached = tmp_path / file
    text = breached.read_text() if breached.exists() else ""
    breached.write_text(f"{text}\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout or "exhaustive" in done.stdout, done.stdout
