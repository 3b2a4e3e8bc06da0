"""Tells Nijigen of a server of the tests, as a user tells it of a site of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from booru import LIMITS, Booru


def register(home: Path, monkeypatch: pytest.MonkeyPatch, site: Booru, key: str = "") -> Path:
    """Write the file of own sites."""
    folder = home / "sources"
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("NIJIGEN_SOURCES", str(folder))
    file = folder / "sites.toml"
    file.write_text(
        "".join(
            f'[my_{api}]\naddress = "{site.address}"\napi = "{api}"\ninterval = 0\n{key}\n'
            for api in LIMITS
        )
    )
    file.chmod(0o600)
    return file
