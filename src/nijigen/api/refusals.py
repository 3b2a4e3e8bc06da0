"""Errors that only a server has; they belong to the one tree."""

from __future__ import annotations

from nijigen.core.errors import InputError, NijigenError


class WrongHost(InputError):
    """A request to another name than this machine's: DNS rebinding."""

    http_status = 421


class CrossOrigin(InputError):
    """A request that changes something, sent by another site's page."""

    http_status = 403


class ConfirmationRequired(InputError):
    """A call that changes what lasts, or uses the network, and that nobody confirmed."""

    http_status = 403


class NotTheStudio(InputError):
    """A request for what only the studio's own page may have."""

    http_status = 403


class TokenRequired(InputError):
    """A request without the token, or with a wrong one."""

    http_status = 401


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
    """A path that is there, asked in a way that it does not answer."""

    http_status = 405


class BadRequest(InputError):
    """A request that cannot be read."""

    http_status = 400


class TookTooLong(NijigenError):
    """An operation for which nobody waits any longer."""

    exit_code = 1
    http_status = 503
