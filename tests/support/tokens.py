"""An issuer of the tests' own: tokens for any role, and wrong ones in every way that matters."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from chassis.auth import Role, TokenVerifier

ISSUER = "https://issuer.test"
AUDIENCE = "training-platform"
KEY_ID = "tests"


@cache
def private_key() -> rsa.RSAPrivateKey:
    """The issuer's key, made once a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _public() -> jwt.PyJWK:
    numbers = jwt.algorithms.RSAAlgorithm.to_jwk(private_key().public_key(), as_dict=True)
    return jwt.PyJWK.from_dict({**numbers, "kid": KEY_ID, "alg": "RS256", "use": "sig"})


class IssuerKeys:
    """The issuer's public keys, without asking anybody."""

    def key(self, key_id: str) -> jwt.PyJWK | None:
        return _public() if key_id == KEY_ID else None

    async def learn(self, key_id: str) -> None:
        """There is nothing to learn."""


def verifier() -> TokenVerifier:
    """What a service under test checks tokens with."""
    return TokenVerifier(ISSUER, AUDIENCE, "RS256", IssuerKeys())


def claims(*roles: Role | str, customer_id: UUID | str | None = None, **changed: Any) -> dict[str, Any]:
    """The claims of a good token; `changed` overrides them, None takes one away."""
    now = datetime.now(UTC)
    good: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "-".join(["test", *map(str, roles), *([str(customer_id)] if customer_id else [])]),
        "iat": now,
        "exp": now + timedelta(hours=1),
        "roles": [str(role) for role in roles],
    }
    if customer_id is not None:
        good["customer_id"] = str(customer_id)
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def token(*roles: Role | str, customer_id: UUID | str | None = None, **changed: Any) -> str:
    """A token of the test issuer for these roles."""
    return sign(claims(*roles, customer_id=customer_id, **changed))


def sign(body: dict[str, Any], key: Any = None, algorithm: str = "RS256", **header: Any) -> str:
    """Any claims under any key; the good key, algorithm and key id unless told otherwise (None: no key id)."""
    named = {name: value for name, value in {"kid": KEY_ID, **header}.items() if value is not None}
    return jwt.encode(body, private_key() if key is None else key, algorithm, headers=named)


def authorization(*roles: Role | str, customer_id: UUID | str | None = None) -> dict[str, str]:
    """The header of a request that these roles make."""
    return {"Authorization": f"Bearer {token(*roles, customer_id=customer_id)}"}
