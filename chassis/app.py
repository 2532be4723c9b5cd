"""Puts a service together: its routes on the common ground, started and stopped whole."""

import gc
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI
from sqlalchemy import MetaData

from chassis import openapi, problem_handlers, refusals, system_routes
from chassis.auth import JwksKeys, Keys, TokenVerifier
from chassis.body_limit import BodyLimit
from chassis.inbox import Subscription
from chassis.kept_answers import KeptAnswers
from chassis.platform import Platform
from chassis.settings import ServiceSettings
from chassis.sweep import Handlers
from chassis.telemetry import RequestContextMiddleware, configure_logging

VERSION = "1"
MAX_BODY_BYTES = 12 * 1024 * 1024
_GC_THRESHOLDS = (50_000, 50, 50)


@dataclass(frozen=True)
class Service:
    """What one service adds to the chassis.

    subscriptions: by event type; duties: what to do, by kind; constraints: refusals by constraint name; background:
    by name, steps that run again and again beside the requests, each answering whether it found anything to do.
    """

    name: str
    title: str
    metadata: MetaData
    routers: Sequence[APIRouter]
    subscriptions: Mapping[str, Subscription] = field(default_factory=dict)
    duties: Handlers = field(default_factory=dict)
    constraints: refusals.Constraints = field(default_factory=dict)
    background: Mapping[str, Callable[[Platform], bool]] = field(default_factory=dict)


def create_app(
    service: Service,
    settings: ServiceSettings,
    keys: Keys | None = None,
    transport: httpx2.BaseTransport | None = None,
) -> FastAPI:
    """The service as an ASGI application. `keys` and `transport` take the network's place in tests."""
    configure_logging(service.name, settings.log_level)
    platform = Platform(service.name, settings, service.duties, transport, service.background)
    app = FastAPI(
        title=service.title,
        version=VERSION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.platform = platform
    app.state.verifier = TokenVerifier(
        settings.token_issuer, settings.token_audience, settings.token_algorithm, keys or JwksKeys(settings.jwks_url)
    )
    app.include_router(system_routes.health_routes())
    app.include_router(system_routes.message_routes(service.name, service.subscriptions))
    if settings.is_sandbox:
        app.include_router(system_routes.sandbox_routes())
    for router in service.routers:
        app.include_router(router)
    problem_handlers.install(app)
    refusals.install(app, service.metadata, service.constraints)
    app.add_middleware(BodyLimit, max_bytes=MAX_BODY_BYTES)
    app.add_middleware(KeptAnswers)
    app.add_middleware(RequestContextMiddleware)
    openapi.complete(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    platform: Platform = app.state.platform
    # As many handlers at once as there are connections: more would only wait inside.
    current_default_thread_limiter().total_tokens = platform.settings.threads
    if platform.settings.is_sandbox:
        system_routes.restore_day(platform.database, platform.clock)
    platform.start()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    yield
    platform.stop()
