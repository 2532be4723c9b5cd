"""The sandbox's own token issuer, so that a rehearsal needs no identity provider. Never part of production."""

import base64
import json
import os
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from chassis.auth import Role
from chassis.clock import real_now

PERSON_LIFETIME: Final = timedelta(hours=12)
CLIENT_LIFETIME: Final = timedelta(hours=1)
_ALGORITHM: Final = "RS256"
_KEY_BITS: Final = 2048
_KEY_FILE: Final = "issuer-key.pem"


class Issuer:
    """Signs access tokens, publishes its key, and knows that key when a token comes back."""

    def __init__(self, folder: Path, issuer: str, audience: str) -> None:
        self._private = _load_or_make(folder / _KEY_FILE)
        self._issuer = issuer
        self._audience = audience
        self._published = _published(self._private.public_key())
        self._key = jwt.PyJWK(self._published)

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """The public key of that id."""
        return self._key if key_id == self._published["kid"] else None

    async def learn(self, key_id: str) -> None:
        """Nothing to learn: the issuer knows its only key."""

    def jwks(self) -> dict[str, Any]:
        """The published keys (RFC 7517)."""
        return {"keys": [self._published]}

    def token(self, subject: str, roles: Iterable[Role], lifetime: timedelta, customer_id: UUID | None = None) -> str:
        """An access token that holds from now on for `lifetime`."""
        now = real_now()
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "iat": now,
            "exp": now + lifetime,
            "jti": str(uuid4()),
            "roles": [str(role) for role in roles],
        }
        if customer_id is not None:
            claims["customer_id"] = str(customer_id)
        return jwt.encode(claims, self._private, _ALGORITHM, headers={"kid": self._published["kid"], "typ": "at+jwt"})

    def own_token(self) -> str:
        """The gateway's token for what it asks of the services itself."""
        return self.token("gateway", [Role.SERVICE], CLIENT_LIFETIME)


def _published(key: rsa.RSAPublicKey) -> dict[str, Any]:
    public = RSAAlgorithm.to_jwk(key, as_dict=True)
    # RFC 7638: the id is the digest of the key's required members, in this order and without spaces.
    members = json.dumps({name: public[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    thumbprint = base64.urlsafe_b64encode(sha256(members.encode()).digest()).rstrip(b"=").decode()
    return {
        "kty": public["kty"],
        "n": public["n"],
        "e": public["e"],
        "kid": thumbprint,
        "use": "sig",
        "alg": _ALGORITHM,
    }


def _load_or_make(path: Path) -> rsa.RSAPrivateKey:
    """The key kept at `path`, made at the first run; of two processes that start together the first one's counts."""
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{path} holds no RSA key")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    # Written whole and linked into place: nobody ever reads half a key, and an existing one is never replaced.
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
