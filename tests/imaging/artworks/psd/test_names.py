"""Layer names without Unicode, in the code page of whoever wrote them."""

from __future__ import annotations

import pytest

from imaging.artworks.psd.documents import Record, artwork_of, document, plain
from nijigen.imaging.artworks.psd.names import code_page

DOT = plain(1, 1, 0, 0, 0)


def read(*names: str | bytes) -> list[str]:
    found = artwork_of(document([Record(name, DOT) for name in names], DOT))
    return [layer.name for layer in found.layers]


@pytest.mark.parametrize(
    "names",
    [
        ["背景", "線画レイヤー"],
        # One kanji, whose second byte is a Latin letter.
        ["影"],
        ["肌", "髪", "目", "服"],
        ["レイヤー 1", "レイヤー 2のコピー"],
        ["Layer 1", "copy of the line art", "ペン入れ"],
        ["効果①", "★ハイライト", "顔(赤)", "§1"],
        ["ﾚｲﾔｰ1", "ﾊﾟｰｽ"],
    ],
)
def test_japanese(names: list[str]) -> None:
    assert read(*(name.encode("cp932") for name in names)) == names


@pytest.mark.parametrize(
    ("names", "page"),
    [
        (["Café", "Gruppe ß", "élan"], "mac_roman"),
        (["École", "Ébauche"], "mac_roman"),
        (["Schlüssel", "Größe"], "mac_roman"),
        (["Arrière-plan", "Visage éclairé"], "mac_roman"),
        (["Arrière-plan", "Visage éclairé"], "cp1252"),
        (["Schlüssel", "Größe"], "cp1252"),
        (["Fläche", "señal"], "cp1252"),
        (["Layer 1", "Background"], "ascii"),
    ],
)
def test_western(names: list[str], page: str) -> None:
    assert read(*(name.encode(page) for name in names)) == names


def test_all_names_of_a_file_share_a_code_page() -> None:
    """Alone, the second could be Western: one kanji beside Latin letters."""
    assert read("線画".encode("cp932"), "影abc".encode("cp932")) == ["線画", "影abc"]
    # A name that no Japanese program wrote decides for the others.
    assert code_page([b"\x89e", b"\xff\xfe"]) != "cp932"


def test_unicode_names_need_no_guess() -> None:
    assert read("背景", "線画".encode("cp932"), "Ébauche") == ["背景", "線画", "Ébauche"]


def test_any_bytes_are_a_name() -> None:
    for byte in range(1, 256):
        (name,) = read(bytes([byte, 0x20, byte]))
        assert name
