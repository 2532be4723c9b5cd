"""The issuer's published keys, read without holding up the other requests."""

import asyncio
import logging
from time import monotonic

import aiohttp
import jwt

from chassis.problems import Unavailable

_PAUSE_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 1.0
_TIMEOUT = aiohttp.ClientTimeout(total=3.0)
_log = logging.getLogger("gateway.keys")


class PublishedKeys:
    """The keys at an issuer's JWKS address.

    They are read again when an unknown key id turns up: at most every 10 s, or every second while none is known.

    `learn` does the reading; `key` only looks up, as a token's check must not wait in the event loop.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, jwt.PyJWK] = {}
        self._tried_at: float | None = None
        self._reading = asyncio.Lock()

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of that id, None where the issuer published none such."""
        return self._keys.get(key_id)

    async def learn(self, key_id: str) -> None:
        """Make the key known if the issuer has it; Unavailable where the issuer has never answered."""
        if key_id in self._keys:
            return
        async with self._reading:
            if key_id not in self._keys and self._may_try():
                await self._read()
        if not self._keys:
            raise Unavailable("The token issuer does not answer; send the request again.")

    def _may_try(self) -> bool:
        pause = _PAUSE_SECONDS if self._keys else _FIRST_PAUSE_SECONDS
        return self._tried_at is None or monotonic() - self._tried_at > pause

    async def _read(self) -> None:
        self._tried_at = monotonic()
        try:
            async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(self._url) as answer:
                answer.raise_for_status()
                published = jwt.PyJWKSet.from_dict(await answer.json(content_type=None))
        except (aiohttp.ClientError, TimeoutError, ValueError, TypeError, jwt.PyJWTError) as error:
            _log.warning("the issuer's keys could not be read", extra={"reason": str(error)})
            return
        self._keys = {key.key_id: key for key in published.keys if key.key_id}
