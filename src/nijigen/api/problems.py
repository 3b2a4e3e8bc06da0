"""The error hierarchy as application/problem+json (RFC 9457)."""

from __future__ import annotations

import errno
import logging
import secrets
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from nijigen.api.refusals import BadRequest, MethodNotAllowed, TooManyFiles
from nijigen.core.errors import InputError, NijigenError, NotFound, SettingsError
from nijigen.jobs.stores.kept import not_stored
from nijigen.jobs.stores.records import Problem, fault, problem_of

log = logging.getLogger("nijigen.api")
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
MEDIA_TYPE = "application/problem+json"
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}}


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return a problem as a response."""
    content = problem.model_dump(exclude_none=True)
    return JSONResponse(content, problem.status, headers, media_type=MEDIA_TYPE)


def answer_error(error: NijigenError, status: int | None = None) -> Response:
    """Return one of Nijigen's errors as a response."""
    return answer(problem_of(error, status), _HEADERS.get(error.http_status))


def answer_fault(error: Exception) -> Response:
    """Log an internal error and return only its log id; a full disk is not one."""
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        return answer_error(not_stored(error))
    return answer(logged(error))


def logged(error: Exception) -> Problem:
    """Log an internal error, and return what clients are told: its log id."""
    log_id = secrets.token_hex(4)
    log.error("a fault, log id %s", log_id, exc_info=error)
    return fault(log_id)


def install(app: FastAPI) -> None:
    """Make the app answer every error with a problem."""
    app.add_exception_handler(NijigenError, _on_error)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)


def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, NijigenError)
    return answer_error(error)


def _on_http(request: Request, error: Exception) -> Response:
    """Answer errors of the framework, which wraps those raised while reading a request."""
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, NijigenError):
        return answer_error(error.__cause__)
    if isinstance(error.__cause__, OSError) and error.__cause__.errno in _NO_SPACE:
        return answer_error(not_stored(error.__cause__))
    if error.status_code == 404:
        return answer_error(NotFound(f"there is nothing at {request.url.path[:200]}"))
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        refusal = MethodNotAllowed(
            f"{request.method} is not allowed here", f"allowed: {allowed}" if allowed else ""
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
    """Return the first validation error of a request as our own error."""
    place = [str(part) for part in problem["loc"][1:]]
    name = ".".join(place) or str(problem["loc"][0])
    context = problem.get("ctx") or {}
    if problem["type"] == "json_invalid":
        return BadRequest(f"the body is not valid JSON: {context.get('error', 'cut off')}")
    text = str(problem["msg"]).removeprefix("Value error, ")
    limit = ", ".join(f"{k} {v}" for k, v in context.items() if isinstance(v, int | float | str))
    return SettingsError(
        f"{name}: {text[:1].lower()}{text[1:]}",
        "see GET /api/openapi.json for valid requests",
        field=name,
        limit=limit,
    )
