"""Sites on this machine, registered as a user would register them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from booru import Booru, running
from registering import register

pytest.importorskip("gallery_dl", reason="needs the extra sources")


@pytest.fixture
def booru(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Booru]:
    """A server, known as a site of each kind under the name of its software."""
    from nijigen.sources._web import client

    monkeypatch.setattr(client, "PAUSES", (0.05,))
    with running() as site:
        register(tmp_path, monkeypatch, site)
        yield site
