"""Programs of others that read what is written here; tests without them are skipped, visibly."""

from __future__ import annotations

import shutil
import subprocess

import pytest


def peer(*programs: str) -> pytest.MarkDecorator:
    """Mark a test that needs programs which Debian has."""
    absent = [name for name in programs if shutil.which(name) is None]
    return pytest.mark.skipif(bool(absent), reason=f"not installed: {', '.join(absent)}")


def said(*command: object) -> str:
    """Run a program and return what it prints."""
    words = list(map(str, command))
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout
