"""Paths as callers give them."""

from __future__ import annotations

import os
from pathlib import Path

StrPath = str | os.PathLike[str]


def absolute(path: StrPath) -> Path:
    """Return an absolute path without dots; links stay as they are."""
    return Path(os.path.abspath(path))
