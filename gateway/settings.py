"""The gateway's settings: where the services answer, who may call from a page, what a request may cost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from chassis.settings import CommonSettings
from gateway.routes import CATALOG, CONTRACTS, GDPR, PAYMENTS


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("must be an address such as http://catalog:8000, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _split(value: Any) -> Any:
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


BaseUrl = Annotated[str, AfterValidator(_base_url)]
Origins = Annotated[tuple[BaseUrl, ...], NoDecode, BeforeValidator(_split)]
Seconds = Annotated[float, Field(gt=0, le=600)]


class Settings(CommonSettings):
    """What the gateway reads from the environment.

    catalog_url … gdpr_url: where each service answers. public_url: where clients reach the gateway.
    cors_origins: the website's origins, parted by commas.
    body_limit: bytes a request body may have; visitor_body_limit: without a token, webhooks apart.
    upstream_deadline: seconds that a service may take to begin its
    answer, and that either side may then stand still; body_deadline: seconds that a client may take to send a body.
    upstream_connections: open connections to one service. upstream_keepalive: seconds an unused one is kept; it
    must stay below the services' own keep-alive (uvicorn: 5), or a request meets a connection being closed.
    sandbox_folder: where the sandbox's issuer keeps its key; clients: its client ids and secrets, as JSON.
    """

    catalog_url: BaseUrl
    contracts_url: BaseUrl
    payments_url: BaseUrl
    gdpr_url: BaseUrl
    public_url: BaseUrl | None = None
    cors_origins: Origins = ()
    body_limit: Annotated[int, Field(gt=0)] = 12 * 1024 * 1024
    visitor_body_limit: Annotated[int, Field(gt=0)] = 64 * 1024
    body_deadline: Seconds = 60.0
    upstream_deadline: Seconds = 30.0
    upstream_connections: Annotated[int, Field(gt=0)] = 256
    upstream_keepalive: Seconds = 4.0
    sandbox_folder: Path | None = None
    clients: Mapping[str, SecretStr] = Field(default_factory=dict)

    @property
    def upstreams(self) -> Mapping[str, str]:
        """The address of each service."""
        return {
            CATALOG: self.catalog_url,
            CONTRACTS: self.contracts_url,
            PAYMENTS: self.payments_url,
            GDPR: self.gdpr_url,
        }

    @model_validator(mode="after")
    def sandbox_is_whole(self) -> Self:
        """The sandbox's issuer needs a folder for its key, and signs with RS256 only."""
        if self.is_sandbox:
            if self.sandbox_folder is None:
                raise ValueError("SANDBOX_FOLDER is needed in the sandbox: the token issuer keeps its key there")
            if self.token_algorithm != "RS256":
                raise ValueError("TOKEN_ALGORITHM must be RS256 in the sandbox")
        return self

    @model_validator(mode="after")
    def production_has_its_own_issuer(self) -> Self:
        """In production tokens come from an issuer elsewhere, and its keys over TLS."""
        if self.is_sandbox:
            return self
        if self.sandbox_folder is not None or self.clients:
            raise ValueError("SANDBOX_FOLDER and CLIENTS are for the sandbox's token issuer, never for production")
        if self.public_url is None:
            raise ValueError("PUBLIC_URL is needed in production")
        if any(not origin.startswith("https://") for origin in self.cors_origins):
            raise ValueError("CORS_ORIGINS must be https addresses in production")
        for name, address in (("TOKEN_ISSUER", self.token_issuer), ("JWKS_URL", self.jwks_url)):
            if urlsplit(address).netloc == urlsplit(self.public_url).netloc:
                raise ValueError(f"{name} must not be this gateway: the sandbox's issuer is not for production")
        return self
