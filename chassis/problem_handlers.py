"""What routes raise becomes problem+json: the part of the table that knows no database."""

from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from chassis.problems import MEDIA_TYPE, Invalid, Problem, problem_body

_CODES: Mapping[int, str] = {
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "unsupported-media-type",
}

_MOST_FAULTS = 50


def install(app: FastAPI) -> None:
    """Register the handlers."""
    for kind in (Problem, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _handle)


def answer(request: Request, problem: Problem) -> Response:
    """The problem as a response to that request."""
    body = problem_body(problem, request.url.path)
    return Response(body, problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


async def _handle(request: Request, error: Exception) -> Response:
    match error:
        case Problem():
            return answer(request, error)
        case RequestValidationError():
            return answer(request, _invalid(error))
        case HTTPException():
            code = _CODES.get(error.status_code, "http-error")
            return answer(request, Problem(error.status_code, code, f"{error.detail}.", headers=error.headers))
    raise error


def _invalid(error: RequestValidationError) -> Problem:
    found = error.errors()
    faults = [
        {"at": _place(fault["loc"]), "detail": str(fault["msg"]).removeprefix("Value error, ")}
        for fault in found[:_MOST_FAULTS]
    ]
    listed = "; ".join(f"{fault['at']}: {fault['detail']}" for fault in faults)
    more = f"; and {len(found) - len(faults)} more" if len(found) > len(faults) else ""
    return Invalid(f"The request cannot be read: {listed}{more}.", faults)


def _place(location: tuple[object, ...]) -> str:
    parts = [str(part) for part in location]
    return ".".join(parts[1:] if parts[0] == "body" and len(parts) > 1 else parts)
