from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from collection import write

from nijigen.core.errors import ModelError
from nijigen.library import Library
from nijigen.library.commands.rate import rate
from nijigen.library.measuring import ratings
from nijigen.library.measuring.ratings import questionable
from nijigen.library.stats import stats
from nijigen.library.store.measures import rating_of


class Network:
    """Answers the same shares of drawing, hentai, neutral, porn and sexy each time."""

    def __init__(self, *shares: float) -> None:
        self.shares = shares
        self.calls = 0

    def __call__(self, batch: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> object:
        assert batch.shape == (1, 3, 224, 224)
        assert 0 <= batch.min() <= batch.max() <= 1
        self.calls += 1
        return np.array([self.shares], np.float32)


def answering(monkeypatch: pytest.MonkeyPatch, *shares: float) -> Network:
    network = Network(*shares)

    def opened(model: str, **_: object) -> Network:
        if model != ratings.MODEL:
            raise ModelError(f"no model {model}")
        return network

    monkeypatch.setattr("nijigen.models.session.open_session", opened)
    return network


def test_drawings_and_photographs_are_rated_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    view = np.zeros((30, 40, 3), np.uint8)
    answering(monkeypatch, 0.1, 0.1, 0, 0.7, 0.1)
    assert questionable(view, drawn=0.9) == pytest.approx(0.1)
    assert questionable(view, drawn=0.1) == pytest.approx(0.8)
    assert [rating_of(share) for share in (0.1, 0.79)] == ["general", "general"]
    assert rating_of(0.8) == "questionable"


def test_each_picture_is_rated_once_from_its_thumbnail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write(tmp_path / "pictures", 2)
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add(paths)
    for path in paths:
        path.unlink()
    network = answering(monkeypatch, 0.1, 0.9, 0, 0, 0)
    assert rate.plan({}, {"library": place}).changes == ("rate 2 picture(s)",)
    assert rate(library=place).result == {"rated": 2, "safe": 0, "questionable": 2}
    assert rate.plan({}, {"library": place}).changes == ()
    assert network.calls == 2
    answering(monkeypatch, 0.9, 0.1, 0, 0, 0)
    assert rate(again=True, library=place).result["safe"] == 2
    assert stats(library=place)["ratings"] == {"safe": 2, "questionable": 0}


def test_queries_see_the_rating_unless_somebody_gave_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "library"
    with Library(place, writing=True) as library:
        library.add(write(tmp_path / "pictures", 2))
        library.tags.edit([1], add="rating:s")
        answering(monkeypatch, 0.1, 0.9, 0, 0, 0)
        assert library.tags.find("rating:q") == []
    rate(library=place)
    with Library(place) as library:
        assert library.tags.find("rating:q") == [2]
        assert library.tags.find("rating:s") == [1]
        # Tags that are given later change nothing.
        library.tags.edit([2], add="sky")
        assert library.tags.find("sky rating:q") == [2]


def test_without_weights_the_hint_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NIJIGEN_MODELS", raising=False)
    with Library(tmp_path / "library", writing=True) as library:
        library.add(write(tmp_path / "pictures", 1))
    if not ratings.missing():
        pytest.skip("the weights are installed")
    with pytest.raises(ModelError) as caught:
        rate(library=tmp_path / "library")
    assert caught.value.hint == "run: nijigen models get nsfwjs"
    assert caught.value.model == "nsfwjs"
