"""Who asks: access tokens, roles, and what a route allows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Annotated, Any, Protocol
from uuid import UUID

import httpx2
import jwt
from fastapi import Depends, Request

from chassis.problems import Forbidden, Unauthorized, Unavailable

_LEEWAY_SECONDS = 10
_REFRESH_SECONDS = 10.0
_CLAIMS = ["exp", "iat", "iss", "aud", "sub"]


class Role(StrEnum):
    """What a caller may be; a visitor is everybody, a token or not."""

    VISITOR = "visitor"
    CUSTOMER = "customer"
    SALES = "sales"
    ACCOUNTING = "accounting"
    DPO = "dpo"
    TRAINER = "trainer"
    SERVICE = "service"
    ADMIN = "admin"


_SEES_ALL_CUSTOMERS = frozenset({Role.SALES, Role.ACCOUNTING, Role.DPO, Role.SERVICE, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, as the token says."""

    subject: str
    roles: frozenset[Role]
    customer_id: UUID | None = None

    def has(self, *roles: Role) -> bool:
        """Whether the caller bears one of the roles."""
        return not self.roles.isdisjoint(roles)

    def sees_customer(self, customer_id: UUID) -> bool:
        """Staff and services see every customer, a customer only itself."""
        if self.has(*_SEES_ALL_CUSTOMERS):
            return True
        return self.has(Role.CUSTOMER) and self.customer_id == customer_id


ANONYMOUS = Principal(subject="", roles=frozenset({Role.VISITOR}))


class Keys(Protocol):
    """Where the issuer's public keys come from."""

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of that id, or None where the issuer has none such."""


class JwksKeys:
    """An issuer's published keys, read again (at most every 10 s) when an unknown key id turns up."""

    def __init__(self, url: str, fetch: Callable[[str], Mapping[str, Any]] | None = None) -> None:
        self._url = url
        self._fetch = fetch or _fetch_json
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at: float | None = None

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of that id; Unavailable where the issuer does not answer and none is known yet."""
        if key_id not in self._keys and self._may_read():
            self._read()
        return self._keys.get(key_id)

    def _may_read(self) -> bool:
        return self._read_at is None or monotonic() - self._read_at > _REFRESH_SECONDS

    def _read(self) -> None:
        try:
            published = self._fetch(self._url)
        except (httpx2.HTTPError, ValueError) as error:
            raise Unavailable("The token issuer does not answer; send the request again.") from error
        self._read_at = monotonic()
        self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(dict(published)).keys if key.key_id}


def _fetch_json(url: str) -> Mapping[str, Any]:
    answer = httpx2.get(url, timeout=3.0)
    answer.raise_for_status()
    body: Mapping[str, Any] = answer.json()
    return body


class TokenVerifier:
    """Checks an access token's signature, issuer, audience and dates; the algorithm is pinned."""

    def __init__(self, issuer: str, audience: str, algorithm: str, keys: Keys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._algorithm = algorithm
        self._keys = keys

    def verify(self, token: str) -> Principal:
        """The caller that the token names; Unauthorized where anything about it is wrong."""
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.key(str(header.get("kid", "")))
            if key is None:
                raise Unauthorized("The token is not signed by a key of this platform's issuer.")
            claims = jwt.decode(
                token,
                key=key.key,
                algorithms=[self._algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": _CLAIMS},
            )
            return _principal(claims)
        except jwt.ExpiredSignatureError as error:
            raise Unauthorized("The token has expired; ask for a new one.") from error
        except (jwt.InvalidTokenError, ValueError, TypeError) as error:
            raise Unauthorized("The token does not hold: issuer, audience, signature or form is wrong.") from error


def _principal(claims: Mapping[str, Any]) -> Principal:
    known = frozenset(Role)
    named = claims.get("roles", [])
    if not isinstance(named, list):
        raise ValueError("roles is a list")
    roles = frozenset(Role(name) for name in named if name in known) | {Role.VISITOR}
    customer = claims.get("customer_id")
    return Principal(str(claims["sub"]), roles, UUID(customer) if customer is not None else None)


def bearer_token(authorization: str | None) -> str | None:
    """The token of an Authorization header; None where there is no header, Unauthorized where it is no bearer."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("Present the token as `Authorization: Bearer <token>`.")
    return token.strip()


async def _caller(request: Request) -> Principal:
    token = bearer_token(request.headers.get("authorization"))
    if token is None:
        return ANONYMOUS
    verifier: TokenVerifier = request.app.state.verifier
    return verifier.verify(token)


Caller = Annotated[Principal, Depends(_caller)]


def allow(*roles: Role) -> dict[str, Any]:
    """Keyword arguments of a route that only these roles (and admin) may call; `x-roles` says so in OpenAPI."""
    permitted = frozenset(roles) | {Role.ADMIN}

    async def check(caller: Caller) -> None:
        if caller.roles.isdisjoint(permitted):
            if caller is ANONYMOUS:
                raise Unauthorized("This needs a token; present it as `Authorization: Bearer <token>`.")
            raise Forbidden(f"This is for {', '.join(sorted(permitted))}.")

    extra: dict[str, Any] = {"x-roles": sorted(permitted)}
    if Role.VISITOR not in permitted:
        extra["security"] = [{"bearer": []}]
    return {"dependencies": [Depends(check)], "openapi_extra": extra}
