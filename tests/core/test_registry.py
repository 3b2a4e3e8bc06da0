from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator

import pytest

from nijigen import Picture, operation
from nijigen.core import registry
from nijigen.core.errors import InputError, NotFound


@operation(alpha="carry", version=1)
def sparkle(picture: Picture) -> Picture:
    """Do nothing, brightly.

    Args:
        picture: Any size.
    """
    return picture


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Install plug-ins by the names in the list."""
    names: list[str] = []

    def points(*, group: str) -> list[importlib.metadata.EntryPoint]:
        value = f"{__name__}:sparkle"
        return [importlib.metadata.EntryPoint(name, value, group) for name in names]

    monkeypatch.setattr(importlib.metadata, "entry_points", points)
    monkeypatch.setitem(
        __import__("sys").modules, __name__, __import__("types").SimpleNamespace(sparkle=sparkle)
    )
    registry.refresh()
    yield names
    monkeypatch.undo()
    registry.refresh()


def test_a_plug_in_adds_an_operation(plug_in: list[str]) -> None:
    plug_in.append("effects.sparkle")
    registry.refresh()
    assert registry.get("effects.sparkle").id == "effects.sparkle"
    assert "effects.sparkle" in registry.groups()["effects"]


def test_two_of_one_id_are_an_error(plug_in: list[str]) -> None:
    plug_in.append("upscale.waifu2x")
    registry.refresh()
    with pytest.raises(InputError, match="two operations"):
        registry.ids()


def test_unknown() -> None:
    with pytest.raises(NotFound) as caught:
        registry.get("upscale.waifu")
    assert "upscale.waifu2x" in caught.value.hint


def test_ids_are_ordered_by_group() -> None:
    groups = list(registry.groups())
    assert groups == [group for group in registry.GROUPS if group in groups]
