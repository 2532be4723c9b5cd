"""What the gateway answers itself: health, documentation, events, and the sandbox's routes."""

from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse

from chassis import openapi, problem_handlers
from chassis.auth import TokenVerifier
from gateway import events, health
from gateway.openapi import Gathered
from gateway.sandbox.fleet import Fleet
from gateway.sandbox.issuer import Issuer
from gateway.sandbox.routes import clock_routes
from gateway.sandbox.tokens import issuer_routes, person_routes
from gateway.settings import Settings
from gateway.upstreams import Upstreams

# Swagger UI comes from a CDN, with one script inside the page.
_DOCS_POLICY: Final = (
    "default-src 'none'; script-src https: 'unsafe-inline'; style-src https: 'unsafe-inline'; "
    "img-src 'self' https: data:; connect-src 'self'; frame-ancestors 'none'"
)


def control_app(settings: Settings, upstreams: Upstreams, verifier: TokenVerifier, issuer: Issuer | None) -> FastAPI:
    """The control routes as one ASGI application; the sandbox's only where there is an issuer."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    openapi.complete(app)
    app.state.verifier = verifier
    app.include_router(health.routes(upstreams))
    app.include_router(events.routes(upstreams))
    app.include_router(_documentation(Gathered(upstreams, app.openapi)))
    if issuer is not None:
        fleet = Fleet(upstreams, issuer)
        app.include_router(person_routes(issuer))
        app.include_router(issuer_routes(issuer, settings.token_issuer, settings.clients))
        app.include_router(clock_routes(fleet))
    problem_handlers.install(app)
    return app


def _documentation(gathered: Gathered) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/openapi.json")
    async def document() -> JSONResponse:
        content: dict[str, Any] = await gathered.document()
        return JSONResponse(content)

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        page = get_swagger_ui_html(openapi_url="/openapi.json", title="Training provider platform")
        page.headers["content-security-policy"] = _DOCS_POLICY
        return page

    return router
