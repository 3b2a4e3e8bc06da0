"""Configuration of a server, with its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nijigen.core.declaration import Access
from nijigen.jobs.stores.folder import STORE

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, kw_only=True)
class Config:
    """Configuration of a server."""

    data: Path = field(default_factory=lambda: STORE.place)
    """Folder of pictures and jobs."""
    host: str = "127.0.0.1"
    port: int = 8750
    token: str | None = None
    """The secret that programs send; by default, that of the data folder."""
    new_token: bool = False
    """Whether the data folder gets a new token."""

    scopes: frozenset[Access] = frozenset()
    """Access that needs no confirmation: ``change``, ``network``."""
    roots: Mapping[str, Path] = field(default_factory=dict)
    """Folders, by name, in which requests may name files: ``NAME:relative/path``."""

    quota: int = 5_000_000_000
    """Size limit of the picture store in bytes, with its trash and its thumbnails."""
    days: float = 30
    """How many days finished jobs are kept, and unused results that were downloaded."""
    trash_days: float = 30
    """How many days deleted pictures stay in the trash."""
    max_upload: int = 512 << 20
    """Size limit of a request with files, in bytes."""
    max_body: int = 4 << 20
    """Size limit of any other request, in bytes."""
    max_files: int = 16
    """Most files in one request."""
    max_archived: int = 5000
    """Most files in one archive."""
    upload_pause: float = 30
    """Longest pause of a client within a request, in seconds."""
    upload_seconds: float = 900
    """Time limit for receiving a request, in seconds."""
    header_seconds: float = 35
    """Time limit for receiving the headers of a request, in seconds."""
    max_connections: int = 200
    """Most connections at a time."""
    operation_seconds: float = 600
    """Time limit of a synchronous operation, in seconds; use jobs for longer ones."""

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK or self.host.startswith("127.")
