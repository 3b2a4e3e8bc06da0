"""The one tree of errors as application/problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from nijigen.api.refusals import BadRequest, MethodNotAllowed, TooManyFiles
from nijigen.core.errors import InputError, NijigenError, NotFound, SettingsError
from nijigen.jobs.records import Problem, fault, problem_of

log = logging.getLogger("nijigen.api")
MEDIA_TYPE = "application/problem+json"


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return a problem as a response."""
    content = problem.model_dump(exclude_none=True)
    return JSONResponse(content, problem.status, headers, media_type=MEDIA_TYPE)


def answer_error(error: NijigenError, status: int | None = None) -> Response:
    """Return one of our errors as a response."""
    headers = {"WWW-Authenticate": "Bearer"} if error.http_status == 401 else None
    return answer(problem_of(error, status), headers)


def answer_fault(error: Exception) -> Response:
    """Write a fault to the log and return only the number under which it stands there."""
    log_id = secrets.token_hex(4)
    log.error("a fault, log id %s", log_id, exc_info=error)
    return answer(fault(log_id))


def install(app: FastAPI) -> None:
    """Let the app answer every error as a problem."""
    app.add_exception_handler(NijigenError, _on_error)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)


def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, NijigenError)
    return answer_error(error)


def _on_http(request: Request, error: Exception) -> Response:
    """Answer what the framework raises; it wraps errors that came up while it read a request."""
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, NijigenError):
        return answer_error(error.__cause__)
    if error.status_code == 404:
        return answer_error(NotFound(f"there is nothing at {request.url.path[:200]}"))
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        refusal = MethodNotAllowed(
            f"{request.method} is not possible here", f"possible: {allowed}" if allowed else ""
        )
        return answer(problem_of(refusal), {"Allow": allowed} if allowed else None)
    detail = str(error.detail)
    if detail.startswith("Too many files"):
        return answer_error(TooManyFiles(detail, "send them in several requests"))
    return answer_error(BadRequest(detail), error.status_code)


def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer_error(explained(error.errors()[0]))


def explained(problem: dict[str, Any]) -> InputError:
    """Return what is wrong with a request, in our words."""
    place = [str(part) for part in problem["loc"][1:]]
    name = ".".join(place) or str(problem["loc"][0])
    context = problem.get("ctx") or {}
    if problem["type"] == "json_invalid":
        return BadRequest(f"the body is no JSON: {context.get('error', 'cut off')}")
    text = str(problem["msg"]).removeprefix("Value error, ")
    limit = ", ".join(f"{k} {v}" for k, v in context.items() if isinstance(v, int | float | str))
    return SettingsError(
        f"{name}: {text[:1].lower()}{text[1:]}",
        "GET /api/openapi.json says what is possible",
        field=name,
        limit=limit,
    )
