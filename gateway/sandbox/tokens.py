"""Tokens in the sandbox: for people by asking, for the services by client credentials (RFC 6749, section 4.4)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from http import HTTPStatus
from typing import Self
from urllib.parse import parse_qs, unquote_plus
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import SecretStr, model_validator

from chassis.auth import Role, allow
from chassis.fields import Body, View
from gateway.sandbox.issuer import CLIENT_LIFETIME, PERSON_LIFETIME, Issuer


class TokenWish(Body):
    """Who one wants to be; a customer says which one."""

    role: Role
    customer_id: UUID | None = None

    @model_validator(mode="after")
    def customer_is_named(self) -> Self:
        """The role customer, and no other, carries a customer_id."""
        if (self.role is Role.CUSTOMER) != (self.customer_id is not None):
            raise ValueError("customer_id goes with the role customer, and only with it")
        return self


class TokenView(View):
    """An access token; `expires_in` in seconds."""

    access_token: str
    token_type: str = "Bearer"
    expires_in: int


def person_routes(issuer: Issuer) -> APIRouter:
    """A token for any role, for anybody: this is a sandbox."""
    router = APIRouter(prefix="/v1/sandbox", tags=["sandbox"])

    @router.post("/tokens", **allow(Role.VISITOR))
    async def make_token(wish: TokenWish) -> TokenView:
        """A token for the role."""
        subject = f"sandbox-{wish.role}" if wish.customer_id is None else f"customer-{wish.customer_id}"
        token = issuer.token(subject, [wish.role], PERSON_LIFETIME, wish.customer_id)
        return TokenView(access_token=token, expires_in=int(PERSON_LIFETIME.total_seconds()))

    return router


def issuer_routes(issuer: Issuer, address: str, clients: Mapping[str, SecretStr]) -> APIRouter:
    """What an OIDC issuer answers, as far as the services need it; `address` is the issuer's own."""
    router = APIRouter(include_in_schema=False)

    @router.get("/.well-known/openid-configuration")
    async def describe() -> JSONResponse:
        return JSONResponse(_configuration(address))

    @router.get("/.well-known/jwks.json")
    async def publish_keys() -> JSONResponse:
        return JSONResponse(issuer.jwks())

    @router.post("/oauth/token")
    async def grant(request: Request) -> JSONResponse:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode("latin-1")).items()}
        if form.get("grant_type") != "client_credentials":
            return _fault(HTTPStatus.BAD_REQUEST, "unsupported_grant_type")
        client = _client(request.headers.get("authorization"), form, clients)
        if client is None:
            return _fault(HTTPStatus.UNAUTHORIZED, "invalid_client")
        token = issuer.token(client, [Role.SERVICE], CLIENT_LIFETIME)
        return JSONResponse(TokenView(access_token=token, expires_in=int(CLIENT_LIFETIME.total_seconds())).model_dump())

    return router


def _configuration(address: str) -> dict[str, object]:
    return {
        "issuer": address,
        "token_endpoint": f"{address}/oauth/token",
        "jwks_uri": f"{address}/.well-known/jwks.json",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def _client(authorization: str | None, form: Mapping[str, str], clients: Mapping[str, SecretStr]) -> str | None:
    """The client whose id and secret were presented, None where they do not hold."""
    presented = (
        _basic(authorization)
        if authorization is not None
        else (form.get("client_id", ""), form.get("client_secret", ""))
    )
    if presented is None:
        return None
    client, secret = presented
    expected = clients.get(client)
    if expected is None:
        return None
    return client if hmac.compare_digest(secret.encode(), expected.get_secret_value().encode()) else None


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(client), unquote_plus(secret)


def _fault(status: HTTPStatus, error: str) -> JSONResponse:
    headers = {"www-authenticate": "Basic"} if status is HTTPStatus.UNAUTHORIZED else {}
    return JSONResponse({"error": error}, status, headers)
