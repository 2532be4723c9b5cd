"""All services at once, asked with the gateway's own token."""

from typing import Any

from gateway.sandbox.issuer import Issuer
from gateway.upstreams import Upstreams

# A sweep may have many duties to do.
_SECONDS = 60.0


class Fleet:
    """Asks every service the same thing; when one fails, its problem."""

    def __init__(self, upstreams: Upstreams, issuer: Issuer) -> None:
        self._upstreams = upstreams
        self._issuer = issuer

    async def get(self, path: str) -> dict[str, dict[str, Any]]:
        """What each service answers to a GET, by its name."""
        return await self._each("GET", path, None)

    async def put(self, path: str, content: object) -> dict[str, dict[str, Any]]:
        """What each service answers to a PUT."""
        return await self._each("PUT", path, content)

    async def post(self, path: str) -> dict[str, dict[str, Any]]:
        """What each service answers to a POST without a body."""
        return await self._each("POST", path, None)

    async def _each(self, method: str, path: str, content: object) -> dict[str, dict[str, Any]]:
        token = self._issuer.own_token()

        async def ask_one(service: str) -> dict[str, Any]:
            return await self._upstreams.ask_json(service, method, path, token=token, content=content, seconds=_SECONDS)

        return await self._upstreams.each(ask_one)
