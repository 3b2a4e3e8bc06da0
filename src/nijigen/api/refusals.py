"""Server-specific errors, part of the error hierarchy."""

from __future__ import annotations

from nijigen.core.errors import InputError, NijigenError


class WrongHost(InputError):
    """A request for another host name: DNS rebinding."""

    http_status = 421


class CrossOrigin(InputError):
    """A request that changes something, sent by another site's page."""

    http_status = 403


class ConfirmationRequired(InputError):
    """An unconfirmed call that changes persistent data or uses the network."""

    http_status = 403


class NotTheStudio(InputError):
    """A request that only the studio's own page may make."""

    http_status = 403


class TokenRequired(InputError):
    """A request without the token, or with a wrong one."""

    http_status = 401


class LinkInvalid(TokenRequired):
    """A link that was not made for this studio, or is incomplete."""


class LinkUsed(TokenRequired):
    """A link whose code was used before."""


class LinkExpired(TokenRequired):
    """A link that is too old."""


class TooManyAttempts(InputError):
    """Another wrong token or code, after many."""

    http_status = 429


class UploadTooLarge(InputError):
    """A request with more bytes than the limit allows."""

    http_status = 413


class TooManyFiles(InputError):
    """A request with more files than the limit allows."""

    http_status = 413


class UploadTooSlow(InputError):
    """A request that did not arrive in time."""

    http_status = 408


class MethodNotAllowed(InputError):
    """An existing path, requested with an unsupported method."""

    http_status = 405


class BadRequest(InputError):
    """A request that cannot be read."""

    http_status = 400


class TookTooLong(NijigenError):
    """An operation that exceeded its time limit."""

    exit_code = 1
    http_status = 503
