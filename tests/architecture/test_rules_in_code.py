"""What linters do not know to look for: money without floats, commits in one place, terms in one place."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Module, modules

RULES = [
    module
    for module in modules("services")
    if module.path.split("/")[2] in ("domain", "use_cases")
]  # fmt: skip

# Where money is held, computed or written. The rest of the chassis and the gateway count seconds.
MONEY = ("services", "chassis/values", "chassis/columns.py", "chassis/fields.py", "chassis/letterhead.py",
         "chassis/price_table.py")  # fmt: skip

# A bare number in a rule is a term, a rate or a date in disguise. These are not.
PLAIN_NUMBERS = frozenset({0, 1, 2, 100})
# Modules that hold the numbers, each with its source beside it.
DATA = {
    "services/contracts/domain/terms.py": "the Terms' values, stated once",
    "services/contracts/domain/statutory.py": "values of the law, dated and sourced, beside but apart from the terms",
    "services/contracts/domain/vat_rates.py": "VAT rates, dated and sourced",
    "services/contracts/domain/order_limits.py": "how many orders the website takes, stated once",
    "services/catalog/domain/limits.py": "how much a sheet may hold, stated once",
    "services/payments/domain/reference_rates.py": "interest rates by half-year, and the days of half-years",
    "services/payments/domain/statutory.py": "values of the law that come with no event, dated and sourced",
    "services/gdpr/domain/statutory.py": "periods of the law for privacy requests, with their source",
    "services/payments/domain/opcos.py": "the list of operators, with the day it was read",
}
# Numbers that no term, rate or law could change.
UNIVERSAL = {
    ("services/catalog/domain/session.py", "24"): "the hours of a day",
    ("services/catalog/domain/session.py", "0.01"): "a hundredth of an hour, the unit that hours are kept in",
}


def floats(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield module.at(node, f"{node.value} is a float")
        if isinstance(node, ast.Name) and node.id == "float":
            yield module.at(node, "float")
        if isinstance(node, ast.Attribute) and node.attr in ("Float", "Double", "Numeric", "REAL"):
            yield module.at(node, f"a {node.attr} column")
        if isinstance(node, ast.ImportFrom) and {"Float", "Double", "Numeric"} & {name.name for name in node.names}:
            yield module.at(node, "an inexact column type (SQLite stores decimals as floats)")


def commits(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield module.at(node, "a commit")


def bare_numbers(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float, complex):
            if node.value not in PLAIN_NUMBERS:
                yield module.at(node, f"{node.value!r} is a number of its own")
        elif isinstance(node, ast.Call) and _is_number_in_words(node, module.path):
            yield module.at(node, f"{ast.unparse(node)} is a number of its own")


def _is_number_in_words(node: ast.Call, path: str) -> bool:
    """Decimal("0.3"), int("30"), Fraction("1/3"), Money.parse("40.00"): the same thing, written as a text."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in ("Decimal", "Fraction", "int", "parse", "timedelta", "fromisoformat"):
        return False
    texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    plain = {str(number) for number in PLAIN_NUMBERS} | {number for file, number in UNIVERSAL if file == path}
    return any(isinstance(text, str) and any(map(str.isdigit, text)) and text not in plain for text in texts)


def calls_inside_transactions(module: Module) -> Iterator[str]:
    """Anything imported from the service's clients, or the client itself, used while a transaction is open."""
    clients = {
        name.asname or name.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and _is_clients(node)
        for name in node.names
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.With) and any(_opens_transaction(item.context_expr) for item in node.items):
            for inner in (inner for statement in node.body for inner in ast.walk(statement)):
                if isinstance(inner, ast.Call) and _root(inner.func) in clients:
                    yield module.at(inner, f"{ast.unparse(inner.func)} is called inside a transaction")
                if isinstance(inner, ast.Attribute) and inner.attr == "client":
                    yield module.at(inner, f"{ast.unparse(inner)} is used inside a transaction")


def _is_clients(node: ast.ImportFrom) -> bool:
    path = f"{node.module or ''}.{','.join(name.name for name in node.names)}"
    return "clients" in path.replace(",", ".").split(".")


def _opens_transaction(expression: ast.expr) -> bool:
    called = expression.func if isinstance(expression, ast.Call) else expression
    return isinstance(called, ast.Attribute) and called.attr in ("unit_of_work", "reading", "writing")


def _root(expression: ast.expr) -> str:
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else ""


def test_money_knows_no_float() -> None:
    assert [line for module in modules(*MONEY) for line in floats(module)] == []


def test_only_the_unit_of_work_commits() -> None:
    found = [line for module in modules("chassis", "services", "gateway", "deploy") for line in commits(module)]
    assert [line for line in found if not line.startswith("chassis/database.py:")] == []
    assert len(found) == 1


@pytest.mark.parametrize("module", RULES, ids=lambda module: module.path)
def test_rules_and_use_cases_hold_no_number_of_their_own(module: Module) -> None:
    assert module.path in DATA or list(bare_numbers(module)) == []


def test_each_module_of_data_is_there_and_needed() -> None:
    held = {module.path for module in RULES if list(bare_numbers(module))}
    assert set(DATA) == held
    texts = {module.path: ast.unparse(module.tree) for module in RULES}
    assert all(f"'{number}'" in texts[path] for path, number in UNIVERSAL)


def test_nothing_is_asked_over_http_inside_a_transaction() -> None:
    assert [line for module in modules("services") for line in calls_inside_transactions(module)] == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (floats, "rate = 0.2"),
        (floats, "rate = float(x)"),
        (floats, "def f(x: float) -> None: ..."),
        (floats, "column = sa.Numeric(10, 2)"),
        (floats, "from sqlalchemy import Float"),
        (commits, "session.commit()"),
        (bare_numbers, "days = 30"),
        (bare_numbers, "rate = Decimal('0.3')"),
        (bare_numbers, "fee = Money.parse('40.00')"),
        (bare_numbers, "day = date.fromisoformat('2026-01-01')"),
        (bare_numbers, "days = -30"),
        (bare_numbers, "rate = 3e-1"),
        (calls_inside_transactions, "with p.unit_of_work() as tx:\n    p.client.get('/x')"),
        (
            calls_inside_transactions,
            "from services.a import clients\nwith p.reading() as s:\n    clients.course(p, 'x')",
        ),
        (calls_inside_transactions, "from services.a.clients import course\nwith p.reading() as s:\n    course(p)"),
    ],
)
def test_a_breach_is_found(check: object, text: str) -> None:
    assert callable(check)
    assert list(check(Module("breach.py", ast.parse(text))))


@pytest.mark.parametrize("text", ["a = 0", "a = -1", "a = b * 100", "a = Decimal('100')", "a = True", "a = '2.1'"])
def test_what_is_no_number_of_its_own_is_let_pass(text: str) -> None:
    assert list(bare_numbers(Module("fine.py", ast.parse(text)))) == []
