"""The token: the secret of a data folder, which programs send and links are made with."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import shlex
from functools import cached_property
from pathlib import Path

from nijigen.core import private
from nijigen.core.errors import InputError, OutputError

VARIABLE = "NIJIGEN_TOKEN"
"""Environment variable with another token. Unlike arguments, others cannot see it."""
_VALID = re.compile(r"[A-Za-z0-9._~+/=-]{20,200}")
_ROUNDS = 100_000
log = logging.getLogger("nijigen.api")


class Token:
    """A token, and the keys derived from it.

    Args:
        text: The token.
        file: Where it is kept; None if it comes from the environment.

    Raises:
        InputError: It is too short, or has characters that do not fit in a header.
    """

    def __init__(self, text: str, file: Path | None = None) -> None:
        self.file = file
        self._text = text
        if not _VALID.fullmatch(text):
            where = f"in {file}" if file else f"in {VARIABLE}"
            hint = "use 20 to 200 letters, digits and . _ ~ + / = -, hard to guess"
            new = "; nijigen studio --new-token makes one" if file else ""
            raise InputError(f"the token {where} is invalid", hint + new)

    @classmethod
    def of(cls, file: Path) -> Token:
        """Return the token in a file, which is made if it is missing.

        Raises:
            InputError: The token is invalid.
            OutputError: The file cannot be read or written.
        """
        try:
            return cls.read(file)
        except FileNotFoundError:
            return cls.new(file)

    @classmethod
    def read(cls, file: Path) -> Token:
        """Return the token in a file.

        Raises:
            FileNotFoundError: There is no file.
            InputError: The token is invalid.
            OutputError: The file cannot be read.
        """
        try:
            text = file.read_text("ascii", errors="replace").strip()
            if private.is_shared(file):
                log.warning("others could read %s; nijigen studio --new-token replaces it", file)
                private.protect(file)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise OutputError(f"{file} cannot be read: {error.strerror}") from error
        return cls(text, file)

    @classmethod
    def new(cls, file: Path) -> Token:
        """Write a new token to a file; links and sessions made with the old one end.

        Raises:
            OutputError: The file cannot be written.
        """
        token = cls(secrets.token_urlsafe(32), file)
        private.write_file(file, f"{token._text}\n".encode())
        return token

    def is_same(self, given: str) -> bool:
        """Compare in constant time, whatever the length."""
        return hmac.compare_digest(_hash(given), _hash(self._text))

    def key(self, purpose: str) -> bytes:
        """Return a key for signing; it does not reveal the token or other keys."""
        return hmac.digest(self._stretched, purpose.encode(), "sha256")

    @property
    def header(self) -> str:
        """The header as a shell writes it, in double quotes."""
        value = f"$(cat {shlex.quote(str(self.file))})" if self.file else f"${VARIABLE}"
        return f"Authorization: Bearer {value}"

    @cached_property
    def _stretched(self) -> bytes:
        # Chosen tokens may be weak: this takes 30 ms for each guess of who has seen a link.
        return hashlib.pbkdf2_hmac("sha256", self._text.encode(), b"nijigen", _ROUNDS)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
