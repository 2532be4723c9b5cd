"""Whatever a control route raises becomes problem+json.

The services' own table (chassis.refusals) does the same and knows their databases as well; the gateway has none, and
loading a database library for this would cost it a quarter of its memory.
"""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from chassis.problems import MEDIA_TYPE, Invalid, Problem, problem_body

_CODES = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}


def install(app: FastAPI) -> None:
    """Register the handlers."""
    for kind in (Problem, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    problem = _as_problem(error)
    body = problem_body(problem, request.url.path)
    return Response(body, problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def _as_problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            code = _CODES.get(error.status_code, "http-error")
            return Problem(error.status_code, code, f"{error.detail}.", headers=error.headers)
    raise error


def _invalid(error: RequestValidationError) -> Problem:
    faults = [
        {"at": ".".join(str(part) for part in fault["loc"][1:]) or "body", "detail": str(fault["msg"])}
        for fault in error.errors()
    ]
    listed = "; ".join(f"{fault['at']}: {fault['detail']}" for fault in faults)
    return Invalid(f"The request cannot be read: {listed}.", faults)
