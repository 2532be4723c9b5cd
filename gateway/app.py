"""The gateway as an ASGI application: guards, CORS, token check, then the service or a control route."""

import gc
import logging
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.auth import JwksKeys, TokenVerifier, bearer_token
from chassis.problems import Problem
from chassis.settings import load_settings
from chassis.telemetry import RequestContextMiddleware, configure_logging
from gateway.bodies import ClientGone, Incoming, answer_problem, read_body, replayed
from gateway.control import control_app
from gateway.cors import Cors, answer_preflight
from gateway.guards import Framing, announces_body, check_framing, check_host, check_target, single_headers
from gateway.headers import Outgoing, first, security_headers
from gateway.proxy import Exchange, Limits
from gateway.routes import owner
from gateway.sandbox.issuer import Issuer
from gateway.settings import Settings
from gateway.upstreams import Upstreams

_GC_THRESHOLDS: Final = (50_000, 50, 50)
# The issuer's own protocol puts other credentials than a token into the Authorization header.
_OWN_CREDENTIALS: Final = "/oauth/token"
# Kept as bytes until their signature holds.
_SIGNED_BODIES: Final = "/webhooks/"
_log = logging.getLogger("gateway")


def app() -> ASGIApp:
    """The gateway, set up from the environment.

    `uvicorn --factory gateway.app:app --http gateway.connections:Connection`
    """
    settings = load_settings(Settings)
    configure_logging("gateway", settings.log_level)
    return RequestContextMiddleware(Gateway(settings))


class Gateway:
    """Pure ASGI, as every request pays for what stands here."""

    def __init__(self, settings: Settings) -> None:
        issuer = _issuer(settings)
        keys = issuer or JwksKeys(settings.jwks_url)
        self._verifier = TokenVerifier(settings.token_issuer, settings.token_audience, settings.token_algorithm, keys)
        self._upstreams = Upstreams(settings)
        self._control = control_app(settings, self._upstreams, self._verifier, issuer)
        self._cors = Cors(settings.cors_origins)
        self._security = security_headers(over_tls=not settings.is_sandbox)
        self._limits = Limits(settings.body_limit, settings.body_deadline, settings.upstream_deadline)
        self._visitor_limits = replace(self._limits, body_bytes=min(settings.visitor_body_limit, settings.body_limit))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's start and stop."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._upstreams.open()
        # What stands now stays: the collector need not look at it again, nor at every request's few objects.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._upstreams.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, headers = scope["raw_path"].decode("latin-1"), scope["headers"]
        outgoing = Outgoing(send, self._security, self._cors.answer_headers(first(headers, b"origin")))
        incoming = Incoming(receive, has_body=announces_body(headers))
        try:
            await self._admit(scope, incoming, outgoing, path)
        except ClientGone:
            return
        except Problem as problem:
            await answer_problem(outgoing, incoming, problem, path, self._limits.body_bytes)
        except Exception:
            _log.exception("a request failed")
            if outgoing.started:
                raise
            await answer_problem(outgoing, incoming, _failed(), path, self._limits.body_bytes)

    async def _admit(self, scope: Scope, incoming: Incoming, outgoing: Outgoing, path: str) -> None:
        check_target(scope["method"], path, scope["query_string"])
        single = single_headers(scope["headers"])
        check_host(single)
        limits = self._limits_for(single, path)
        framing = check_framing(single, scope["http_version"], limits.body_bytes)
        if scope["method"] == "OPTIONS" and first(scope["headers"], b"access-control-request-method"):
            self._cors.check_preflight(single.get(b"origin"))
            await answer_preflight(outgoing)
            return
        if path != _OWN_CREDENTIALS:
            await self._check_token(single.get(b"authorization"))
        await self._answer(scope, incoming, outgoing, path, framing, limits)

    def _limits_for(self, single: Mapping[bytes, bytes], path: str) -> Limits:
        """Services read a body before they look at who sent it: who has no token does not send them a large one."""
        is_known = b"authorization" in single or path.startswith(_SIGNED_BODIES)
        return self._limits if is_known else self._visitor_limits

    async def _check_token(self, authorization: bytes | None) -> None:
        """A token that is presented must hold; without one the caller is a visitor. The services check it again."""
        if authorization is not None:
            await self._verifier.verify(bearer_token(authorization.decode("latin-1")) or "")

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, path: str, framing: Framing, limits: Limits
    ) -> None:
        service = owner(path)
        if service is not None:
            await Exchange(scope, receive, send, limits).run(self._upstreams[service], path, framing)
            return
        body = await read_body(receive, limits.body_bytes, limits.body_seconds)
        await self._control(scope, replayed(body, receive), send)


def _failed() -> Problem:
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", "Something failed here; the logs say what, by request id."
    )


def _issuer(settings: Settings) -> Issuer | None:
    if not settings.is_sandbox or settings.sandbox_folder is None:
        return None
    return Issuer(settings.sandbox_folder, settings.token_issuer, settings.token_audience)
