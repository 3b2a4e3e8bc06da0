from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from known import page

from nijigen import Picture
from nijigen.core.errors import ModelError, SettingsError
from nijigen.faces import Faces
from nijigen.faces.detect import detect


def test_the_users_cascade_finds_real_faces(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIJIGEN_CASCADE", str(shared / "cascades/lbpcascade_animeface.xml"))
    picture = Picture.open(shared / "scenes/images/0002.webp")
    found = detect(picture, engine="lbpcascade")
    assert isinstance(found, Faces)
    # The box of faces.json, which a person checked.
    assert np.abs(np.array(found.faces[0].box) - (246, 318, 545, 617)).max() < 40
    assert found.engine == "lbpcascade"
    assert detect(picture.gray(), engine="lbpcascade").faces  # type: ignore[union-attr]


def test_its_file_lies_in_the_folder_of_models(shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models/cascades"
    folder.mkdir()
    (folder / "mine.xml").write_bytes((shared / "cascades/lbpcascade_animeface.xml").read_bytes())
    picture = page(200, 200, [])
    assert detect(picture, engine="lbpcascade", cascade="mine").faces == ()  # type: ignore[union-attr]


def test_a_missing_file_is_told_of() -> None:
    with pytest.raises(ModelError, match="no cascade") as caught:
        detect(page(64, 64, []), engine="lbpcascade")
    assert "lbpcascade_animeface.xml" in caught.value.hint
    assert "NIJIGEN_CASCADE" in caught.value.hint


def test_a_file_that_is_not_a_cascade(tmp_path: Path) -> None:
    folder = tmp_path / "models/cascades"
    folder.mkdir()
    (folder / "mine.xml").write_text("<opencv_storage></opencv_storage>")
    with pytest.raises(ModelError, match="is not a cascade"):
        detect(page(64, 64, []), engine="lbpcascade", cascade="mine")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/b", "..", ".hidden", "", "a\\b"])
def test_a_path_is_no_name(name: str) -> None:
    with pytest.raises(SettingsError):
        detect(page(64, 64, []), engine="lbpcascade", cascade=name)


def test_opencv_5_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2

    monkeypatch.delattr(cv2, "CascadeClassifier")
    with pytest.raises(ModelError, match="no longer supports cascades") as caught:
        detect(page(64, 64, []), engine="lbpcascade")
    assert "<5" in caught.value.hint
