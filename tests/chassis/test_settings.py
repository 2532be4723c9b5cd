"""A service that is not set up right says so at start, in one line, and ends."""

from pathlib import Path
from typing import Any

import pytest

from chassis.app import create_app
from chassis.settings import ServiceSettings, load_settings
from tests.support.counter.app import SERVICE
from tests.support.operations import operations
from tests.support.tokens import IssuerKeys

GOOD = {
    "PROFILE": "sandbox",
    "TOKEN_ISSUER": "https://issuer.test",
    "TOKEN_AUDIENCE": "training-platform",
    "JWKS_URL": "https://issuer.test/jwks",
    "DATABASE_URL": "sqlite:///a.sqlite3",
    "GATEWAY_URL": "https://gateway.test",
    "TOKEN_URL": "https://issuer.test/token",
    "CLIENT_ID": "counter",
    "CLIENT_SECRET": "secret",
}
PRODUCTION = {
    **GOOD,
    "PROFILE": "production",
    "DATABASE_URL": "postgresql://counter@db/counter",
    "SMTP_URL": "smtps://user:word@mail.test:465",
}


def load(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> ServiceSettings:
    for name in (*PRODUCTION, "MAIL_FOLDER", "LOG_LEVEL", "TOKEN_ALGORITHM", "THREADS", "EVENT_SINK_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings(ServiceSettings)


def fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environment: dict[str, str]) -> str:
    with pytest.raises(SystemExit) as ended:
        load(monkeypatch, environment)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("settings: ")
    assert said.err.count("\n") == 1
    return said.err


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, {**GOOD, "MAIL_FOLDER": "var/mails", "THREADS": "4"})
    assert (settings.is_sandbox, settings.mail_folder, settings.threads) == (True, Path("var/mails"), 4)
    assert settings.event_sink == "https://gateway.test/events"
    assert load(monkeypatch, {**GOOD, "EVENT_SINK_URL": "https://broker.test"}).event_sink == "https://broker.test"
    assert not load(monkeypatch, PRODUCTION).is_sandbox


@pytest.mark.parametrize("missing", GOOD)
def test_each_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    environment = {name: value for name, value in GOOD.items() if name != missing}
    assert missing in fault(monkeypatch, capsys, environment)


def test_all_that_is_missing_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = fault(monkeypatch, capsys, {})
    assert all(name in said for name in GOOD)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a profile that is none": ({**GOOD, "PROFILE": "staging"}, "PROFILE"),
    "an algorithm that is not signed by a key pair": ({**GOOD, "TOKEN_ALGORITHM": "HS256"}, "TOKEN_ALGORITHM"),
    "no algorithm": ({**GOOD, "TOKEN_ALGORITHM": "none"}, "TOKEN_ALGORITHM"),
    "threads that are no number": ({**GOOD, "THREADS": "many"}, "THREADS"),
    "production on SQLite": ({**PRODUCTION, "DATABASE_URL": "sqlite:///a.sqlite3"}, "DATABASE_URL"),
    "production without mail": ({k: v for k, v in PRODUCTION.items() if k != "SMTP_URL"}, "SMTP_URL"),
    "production that keeps mails as files": ({**PRODUCTION, "MAIL_FOLDER": "mails"}, "MAIL_FOLDER"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_go_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    environment, named = WRONG[wrong]
    assert named in fault(monkeypatch, capsys, environment)


def test_a_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = fault(monkeypatch, capsys, {**PRODUCTION, "CLIENT_SECRET": "do-not-tell", "MAIL_FOLDER": "x"})
    assert "do-not-tell" not in said
    assert "user:word" not in said


@pytest.mark.parametrize(("environment", "there"), [(GOOD, True), (PRODUCTION, False)])
def test_the_sandbox_is_not_there_in_production(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], there: bool
) -> None:
    app = create_app(SERVICE, load(monkeypatch, environment), IssuerKeys())
    app.state.platform.stop()
    assert any(operation.path.startswith("/sandbox") for operation in operations(app)) is there
