"""Sites on this machine, registered as a user would register them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from booru import LIMITS, Booru, running

pytest.importorskip("gallery_dl", reason="needs the extra sources")


@pytest.fixture
def booru(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Booru]:
    """A server, known as a site of each kind under the name of its software."""
    from nijigen.sources._web import client

    monkeypatch.setattr(client, "PAUSES", (0.05,))
    with running() as site:
        register(tmp_path, monkeypatch, site)
        yield site


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
