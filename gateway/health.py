"""Alive, and ready: ready means that every service says so too."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from chassis.problems import Problem
from gateway.upstreams import Upstreams

_SECONDS = 2.0


def routes(upstreams: Upstreams) -> APIRouter:
    """/healthz asks nobody; /readyz asks every service."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        return await readiness(upstreams)

    return router


async def readiness(upstreams: Upstreams) -> JSONResponse:
    """200 when every service is ready, otherwise 503; either way which is and which is not."""

    async def ask(service: str) -> bool:
        try:
            return (await upstreams.ask(service, "GET", "/readyz", seconds=_SECONDS)).is_success
        except Problem:
            return False

    ready = await asyncio.gather(*(ask(service) for service in upstreams.names))
    services = dict(zip(upstreams.names, ready, strict=True))
    status = HTTPStatus.OK if all(ready) else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"ready": all(ready), "services": services}, status_code=status)
