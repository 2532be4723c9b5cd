"""Who asks: access tokens, roles, and what a route allows."""

import logging
from asyncio import Lock
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Annotated, Any, Protocol
from uuid import UUID

import httpx2
import jwt
from fastapi import Depends, Request

from chassis.clock import real_now
from chassis.problems import Forbidden, Unauthorized, Unavailable

_LEEWAY_SECONDS = 10
_PAUSE_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 1.0
_TIMEOUT_SECONDS = 3.0
_OLD_SECONDS = 600.0
_HELD_SECONDS = 30.0
_MOST_HELD = 10_000
_log = logging.getLogger("auth")
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


_KNOWN_ROLES = frozenset(Role)
_SEES_ALL_CUSTOMERS = frozenset({Role.SALES, Role.ACCOUNTING, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, as the token says."""

    subject: str
    roles: frozenset[Role]
    customer_id: UUID | None = None

    def has(self, *roles: Role) -> bool:
        """Whether the caller bears one of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def sees_all_customers(self) -> bool:
        """Whether the caller is staff that deals with customers."""
        return self.has(*_SEES_ALL_CUSTOMERS)

    def sees_customer(self, customer_id: UUID) -> bool:
        """Sales, accounting and admin see every customer, a customer only itself."""
        return self.sees_all_customers or (self.has(Role.CUSTOMER) and self.customer_id == customer_id)


ANONYMOUS = Principal(subject="", roles=frozenset({Role.VISITOR}))
_NEVER = (float("-inf"), ANONYMOUS)


class Keys(Protocol):
    """Where the issuer's public keys come from."""

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of that id, or None where none such is known."""

    async def learn(self, key_id: str) -> None:
        """Make the key known, if the issuer has it."""


class JwksKeys:
    """An issuer's published keys.

    They are read again when an unknown key id turns up: at most every 10 s, or every second while none is known.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, jwt.PyJWK] = {}
        self._tried_at: float | None = None
        self._read_at: float | None = None
        self._reading = Lock()

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of that id, None where the issuer published none such."""
        return self._keys.get(key_id)

    async def learn(self, key_id: str) -> None:
        """Make the key known if the issuer has it; Unavailable where the issuer has never answered."""
        if key_id in self._keys and not self._is_old():
            return
        async with self._reading:
            if (key_id not in self._keys or self._is_old()) and self._may_try():
                await self._read()
        if not self._keys:
            raise Unavailable("The token issuer does not answer; send the request again.")

    def _is_old(self) -> bool:
        """Whether a key that the issuer has taken back since may still be among these."""
        return self._read_at is None or monotonic() - self._read_at > _OLD_SECONDS

    def _may_try(self) -> bool:
        pause = _PAUSE_SECONDS if self._keys else _FIRST_PAUSE_SECONDS
        return self._tried_at is None or monotonic() - self._tried_at > pause

    async def _read(self) -> None:
        self._tried_at = monotonic()
        try:
            async with httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False) as http:
                answer = await http.get(self._url)
            answer.raise_for_status()
            published = jwt.PyJWKSet.from_dict(answer.json())
        except (httpx2.HTTPError, ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
            _log.warning("the issuer's keys could not be read", extra={"reason": str(error)})
            return
        self._read_at = monotonic()
        self._keys = {key.key_id: key for key in published.keys if key.key_id}


class TokenVerifier:
    """Checks an access token's signature, issuer, audience and dates; the algorithm is pinned.

    A check costs as much as a small request: a token that held is not checked again for 30 s, nor past its expiry.
    """

    def __init__(self, issuer: str, audience: str, algorithm: str, keys: Keys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._algorithm = algorithm
        self._keys = keys
        self._held: dict[str, tuple[float, Principal]] = {}

    async def verify(self, token: str) -> Principal:
        """The caller that the token names.

        Unauthorized where anything about it is wrong, Unavailable where the issuer's keys cannot be had.
        """
        until, principal = self._held.get(token, _NEVER)
        if until > monotonic():
            return principal
        await self._keys.learn(_key_id(token))
        claims = self._claims(token)
        principal = _principal(claims)
        self._remember(token, principal, float(claims["exp"]))
        return principal

    def _claims(self, token: str) -> Mapping[str, Any]:
        key = self._keys.key(_key_id(token))
        if key is None:
            raise Unauthorized("The token is not signed by a key of this platform's issuer.")
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key=key.key,
                algorithms=[self._algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": _CLAIMS},
            )
        except jwt.ExpiredSignatureError as error:
            raise Unauthorized("The token has expired; ask for a new one.") from error
        except (jwt.InvalidTokenError, ValueError, TypeError) as error:
            raise _does_not_hold() from error
        return claims

    def _remember(self, token: str, principal: Principal, expires: float) -> None:
        if len(self._held) >= _MOST_HELD:
            self._held.clear()
        left = expires - real_now().timestamp()
        self._held[token] = (monotonic() + min(left, _HELD_SECONDS), principal)


def _key_id(token: str) -> str:
    try:
        return str(jwt.get_unverified_header(token).get("kid", ""))
    except jwt.InvalidTokenError as error:
        raise _does_not_hold() from error


def _does_not_hold() -> Unauthorized:
    return Unauthorized("The token does not hold: issuer, audience, signature or form is wrong.")


def _principal(claims: Mapping[str, Any]) -> Principal:
    named, customer = claims.get("roles", []), claims.get("customer_id")
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        raise _does_not_hold()
    roles = frozenset(Role(name) for name in named if name in _KNOWN_ROLES) | {Role.VISITOR}
    try:
        return Principal(str(claims["sub"]), roles, UUID(customer) if customer is not None else None)
    except (ValueError, TypeError, AttributeError) as error:
        raise _does_not_hold() from error


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
    return await verifier.verify(token)


Caller = Annotated[Principal, Depends(_caller)]


def allow(*roles: Role) -> dict[str, Any]:
    """Keyword arguments of a route that only these roles may call; `x-roles` says so in OpenAPI.

    Admin may call everything that people call; what is for services alone is for nobody else.
    """
    permitted = frozenset(roles) if set(roles) == {Role.SERVICE} else frozenset(roles) | {Role.ADMIN}

    async def check(caller: Caller) -> None:
        if caller.roles.isdisjoint(permitted):
            if caller is ANONYMOUS:
                raise Unauthorized("This needs a token; present it as `Authorization: Bearer <token>`.")
            raise Forbidden(f"This is for {', '.join(sorted(permitted))}.")

    extra: dict[str, Any] = {"x-roles": sorted(permitted)}
    if Role.VISITOR not in permitted:
        extra["security"] = [{"bearer": []}]
    return {"dependencies": [Depends(check)], "openapi_extra": extra}
