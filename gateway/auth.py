"""The token check at the door: a token that is presented must hold; without one the caller is a visitor.

The services check the same token again; this check keeps what does not hold away from them.
"""

from time import monotonic
from typing import Protocol

import jwt

from chassis.auth import Keys, TokenVerifier, bearer_token
from chassis.clock import real_now
from chassis.problems import Unauthorized

# Checking a signature costs as much as all the rest of a request: a token that held is not checked again for a while.
_REMEMBERED_SECONDS = 30.0
_MOST_REMEMBERED = 10_000


class LearningKeys(Keys, Protocol):
    """Keys that may have to be read from elsewhere first."""

    async def learn(self, key_id: str) -> None:
        """Make the key known, if there is one."""


class Door:
    """Lets visitors and holders of good tokens in."""

    def __init__(self, verifier: TokenVerifier, keys: LearningKeys) -> None:
        self._verifier = verifier
        self._keys = keys
        self._held_until: dict[bytes, float] = {}

    async def check(self, authorization: bytes | None) -> None:
        """Unauthorized where the Authorization header does not hold; Unavailable where that cannot be told."""
        if authorization is None or self._held_until.get(authorization, 0.0) > monotonic():
            return
        token = bearer_token(authorization.decode("latin-1")) or ""
        await self._keys.learn(_key_id(token))
        self._verifier.verify(token)
        self._remember(authorization, token)

    def _remember(self, authorization: bytes, token: str) -> None:
        """Until it expires, and for 30 s at most."""
        if len(self._held_until) >= _MOST_REMEMBERED:
            self._held_until.clear()
        expires = float(jwt.decode(token, options={"verify_signature": False})["exp"])
        left = expires - real_now().timestamp()
        self._held_until[authorization] = monotonic() + min(left, _REMEMBERED_SECONDS)


def _key_id(token: str) -> str:
    try:
        return str(jwt.get_unverified_header(token).get("kid", ""))
    except jwt.InvalidTokenError as error:
        raise Unauthorized("The token does not hold: it is no signed JSON web token.") from error
