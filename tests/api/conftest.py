"""Fixtures for tests of the HTTP API."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from pictures import drawing

sys.path.insert(0, str(Path(__file__).parent))

from nijigen.api.config import Config
from nijigen.core import registry
from nijigen.imaging.files import encode


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """What the server of this module is told."""
    return Config(data=tmp_path_factory.mktemp("data"), port=0)


@pytest.fixture(scope="module")
def client(
    config: Config, plug_ins: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of a real server on loopback."""
    from serving import serving

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(plug_ins))
        patch.setenv("NIJIGEN_RECIPES", str(tmp_path_factory.mktemp("recipes")))
        registry.refresh()
        with serving(config) as made:
            yield made
    registry.refresh()


@pytest.fixture
def upload(client: httpx.Client) -> Callable[..., str]:
    """Upload a drawing and return its id."""

    def send(shade: int = 0, name: str = "drawing.png", **size: int) -> str:
        picture = drawing(**size)
        pixels = picture.pixels.copy()
        pixels[0, 0, 0] = shade
        content = encode(picture.with_pixels(pixels), "png")
        answer = client.post("/api/pictures", files={"file": (name, content)})
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["id"])

    return send
