from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from known import drawn, page

from extras import needing
from nijigen import Picture
from nijigen.core.errors import ModelError
from nijigen.faces import Faces
from nijigen.faces.detect import detect
from nijigen.faces.engines import animeface

installed = needing("animeface")


@pytest.fixture(autouse=True)
def _untested() -> None:
    animeface._tested.cache_clear()


def _pretend(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """Put a package in place of animeface that says what is given."""
    package, inner = ModuleType("animeface"), ModuleType("animeface._nvxs")

    def found(image: object) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    inner.detect = found  # type: ignore[attr-defined]
    package._nvxs = inner  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "animeface", package)
    monkeypatch.setitem(sys.modules, "animeface._nvxs", inner)


@installed
def test_it_finds_a_drawn_face_on_any_pillow() -> None:
    truth, face = drawn(1, 320, framing="bust", yaw=0, pitch=0, roll=0, expression="neutral")
    found = detect(Picture(truth.rgb), engine="animeface")
    assert isinstance(found, Faces)
    assert len(found.faces) == 1
    middle = np.array(found.faces[0].box).reshape(2, 2).mean(0)
    assert face.box.left < middle[0] < face.box.right
    assert face.box.top < middle[1] < face.box.bottom
    assert found.faces[0].confidence > 0.9


@installed
@pytest.mark.parametrize("size", [(1, 1), (63, 200), (200, 3)])
def test_it_is_not_given_less_than_it_can_take(size: tuple[int, int]) -> None:
    assert detect(page(*size, []), engine="animeface").faces == ()  # type: ignore[union-attr]


def test_one_that_finds_nothing_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(monkeypatch, [])
    with pytest.raises(ModelError, match="finds no face in a picture that has one") as caught:
        detect(page(100, 100, []), engine="animeface")
    assert "pip install" in caught.value.hint


def test_one_that_finds_it_elsewhere_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(monkeypatch, [{"face_box": (0, 0, 20, 20), "likelihood": 1.0}])
    with pytest.raises(ModelError):
        detect(page(100, 100, []), engine="animeface")


def test_its_box_becomes_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(monkeypatch, [{"face_box": (50, 60, 60, 60), "likelihood": 0.75}])
    found = detect(page(200, 200, []), engine="animeface")
    assert isinstance(found, Faces)
    side = 60 * animeface.SCALE
    assert found.faces[0].box == pytest.approx(
        (80 - side / 2, 90 - side / 2, 80 + side / 2, 90 + side / 2)
    )
    assert detect(page(200, 200, []), engine="animeface", confidence=0.8).faces == ()  # type: ignore[union-attr]


def test_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "animeface", None)
    with pytest.raises(ModelError, match="not installed") as caught:
        detect(page(100, 100, []), engine="animeface")
    assert caught.value.hint == 'run: pip install "nijigen[animeface]"'


def test_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(monkeypatch, NotImplementedError())
    with pytest.raises(ModelError, match="no library for this platform"):
        detect(page(100, 100, []), engine="animeface")
