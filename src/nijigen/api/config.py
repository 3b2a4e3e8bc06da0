"""What a server is told at its start, with the limits that it keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nijigen.core.declaration import Access
from nijigen.core.errors import InputError
from nijigen.core.home import Store

LOOPBACK = ("127.0.0.1", "localhost", "::1")


STORE = Store(name="studio", version=1, earlier="data/studio")
"""Where pictures and jobs are kept, if nobody says another place."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """How a server is run.

    Raises:
        InputError: The token is too short, or has signs that do not travel well.
    """

    data: Path = field(default_factory=lambda: STORE.place)
    host: str = "127.0.0.1"
    port: int = 8750
    token: str | None = None
    """Whoever has it may come in; asked for where it is set."""

    scopes: frozenset[Access] = frozenset()
    """What may be called without a confirmation: ``change``, ``network``."""
    roots: Mapping[str, Path] = field(default_factory=dict)
    """Folders, by name, in which requests may name files: ``NAME:relative/path``."""

    quota: int = 5 << 30
    """Bytes of the picture store."""
    days: float = 30
    """How long pictures and finished jobs are kept that nobody uses."""
    max_upload: int = 512 << 20
    """Bytes of one request with files."""
    max_body: int = 4 << 20
    """Bytes of any other request."""
    max_files: int = 16
    """Files in one request."""
    max_archived: int = 5000
    """Files in one archive."""
    upload_pause: float = 30
    """Seconds for which a client may send nothing in the middle of a request."""
    upload_seconds: float = 900
    """Seconds for a whole request."""
    operation_seconds: float = 600
    """Seconds for an operation that a client waits for; longer ones are jobs."""

    def __post_init__(self) -> None:
        # It travels in addresses, cookies and headers, which agree on these signs only.
        if self.token is not None and not re.fullmatch(r"[A-Za-z0-9._~-]{8,200}", self.token):
            raise InputError(
                "the token is not fit", "8 to 200 letters, digits and . _ ~ -, hard to guess"
            )

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK or self.host.startswith("127.")
