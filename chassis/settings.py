"""Settings come from the environment and fail at start with one clear line."""

import sys
from pathlib import Path
from typing import Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
S = TypeVar("S", bound=BaseSettings)


class CommonSettings(BaseSettings):
    """What the gateway and every service read; a field's variable is its name in capitals.

    profile: `sandbox` moves the business day and keeps mails as files; `production` refuses both.
    token_*, jwks_url: the OIDC issuer whose access tokens are accepted.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    profile: Literal["sandbox", "production"]
    token_issuer: str
    token_audience: str
    token_algorithm: Literal["RS256", "ES256", "EdDSA"] = "RS256"
    jwks_url: str
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def is_sandbox(self) -> bool:
        """Whether the sandbox's conveniences are mounted."""
        return self.profile == "sandbox"

    @model_validator(mode="after")
    def production_trusts_a_real_issuer(self) -> Self:
        """In production tokens and keys come over TLS, and not from this machine."""
        for name, address in (("TOKEN_ISSUER", self.token_issuer), ("JWKS_URL", self.jwks_url)):
            if not self.is_sandbox:
                require_tls(name, address)
        return self


class ServiceSettings(CommonSettings):
    """What every service reads besides.

    gateway_url: where the other services answer; event_sink_url: where events are posted (the gateway's
    /events unless an event broker stands in its place).
    client_id, client_secret, token_url: the service's own client credentials.
    smtp_url: `smtp://host:port` or `smtps://user:password@host:port`; mail_folder keeps `.eml` copies, sandbox only.
    threads: handlers that run at once, and database connections kept for them.
    sweeps: whether the process does its due duties itself, every minute; off where `chassis.sweep` is run instead.
    """

    database_url: str = Field(repr=False)
    gateway_url: str
    event_sink_url: str | None = None
    token_url: str
    client_id: str
    client_secret: str = Field(repr=False)
    smtp_url: str | None = Field(default=None, repr=False)
    mail_from: str = "no-reply@localhost"
    mail_folder: Path | None = None
    threads: int = 6
    background: bool = True
    sweeps: bool = True

    @property
    def event_sink(self) -> str:
        """The address that takes this service's events."""
        return self.event_sink_url or f"{self.gateway_url}/events"

    @model_validator(mode="after")
    def production_is_whole(self) -> Self:
        """Production runs on PostgreSQL, sends mail, and has none of the sandbox's conveniences."""
        if self.profile == "production":
            if not self.database_url.startswith("postgresql"):
                raise ValueError("DATABASE_URL must name a PostgreSQL database in production")
            if self.smtp_url is None:
                raise ValueError("SMTP_URL is needed in production")
            require_tls("TOKEN_URL", self.token_url)
            if self.mail_folder is not None:
                raise ValueError("MAIL_FOLDER is for the sandbox only")
        return self


class SweepSettings(BaseSettings):
    """What one sweep reads: it writes rows, and calls nobody."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = Field(repr=False)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


def require_tls(name: str, address: str) -> None:
    """ValueError for an address that is not https, or is this machine's own: a sandbox's."""
    parts = urlsplit(address)
    if parts.scheme != "https":
        raise ValueError(f"{name} must be an https address in production")
    if parts.hostname in _LOOPBACK:
        raise ValueError(f"{name} must not be on this machine: the sandbox's issuer is not for production")


def load_settings(kind: type[S]) -> S:
    """The settings read from the environment; on a fault, one line on stderr and exit code 2."""
    try:
        return kind()  # the fields come from the environment
    except ValidationError as error:
        faults = "; ".join(_fault(dict(item)) for item in error.errors())
        print(f"settings: {faults}", file=sys.stderr)
        raise SystemExit(2) from None


def _fault(error: dict[str, object]) -> str:
    place = error["loc"]
    name = ".".join(str(part) for part in place).upper() if isinstance(place, tuple) else ""
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message
