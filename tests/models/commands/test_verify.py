from __future__ import annotations

import importlib.metadata

import pytest

from nijigen.cli.main import main
from nijigen.core.errors import ModelError, NotFound
from nijigen.models.card import load_card, user_folder
from nijigen.models.commands.verify import verify


def test_what_is_here_is_right() -> None:
    done = verify()
    assert "faces-detect: ok\n" in done.result
    assert done.changes == ()
    assert verify(["faces-detect"]).result == "faces-detect: ok\n"


def test_a_corrupt_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the installed package, which would serve in its place.
    monkeypatch.setattr("importlib.metadata.distribution", _no_package)
    path = user_folder() / "waifu2x-cunet" / load_card("waifu2x-cunet").net().parts["bin"].name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not the weights")
    with pytest.raises(ModelError, match=r"waifu2x-cunet: .* files (corrupt|missing)") as caught:
        verify(["waifu2x-cunet"])
    assert "nijigen models get waifu2x-cunet" in caught.value.hint


def _no_package(name: str) -> None:
    raise importlib.metadata.PackageNotFoundError(name)


def test_names_are_arguments_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "verify", "faces-detect", "faces-colors"]) == 0
    assert capsys.readouterr().out == "faces-detect: ok\nfaces-colors: ok\n"


def test_unknown() -> None:
    with pytest.raises(NotFound):
        verify(["waifu2x-cunett"])
