from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nijigen.core.history import History, Step
from nijigen.imaging.codecs.exif import build, parse


def story(text: str) -> str:
    return History("a", "b", (Step("c.d", 1, {"text": text}),)).to_json()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    assert parse(build(story(text), None)).history == story(text)


def test_pillow_understands_what_is_written() -> None:
    exif = Image.Exif()
    exif.load(build(story("x"), (300.0, 150.5)))
    assert (exif[0x011A], exif[0x011B], exif[0x0128]) == (300, 150.5, 2)
    assert exif.get_ifd(0x8769)[0x9286] == b"ASCII\0\0\0" + story("x").encode()


def test_nothing_to_say() -> None:
    assert build(None, None) == b""


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("code", "encoding"),
    [
        (b"UNICODE\0", "utf-16-le"),
        (b"UNICODE\0", "utf-16-be"),
        (b"UNICODE\0", "utf-16"),
        (b"ASCII\0\0\0", "ascii"),
        (bytes(8), "utf-8"),
    ],
)
def test_comments_of_other_programs(order: str, code: bytes, encoding: str) -> None:
    value = code + "parameters: 1girl".encode(encoding)
    inner = struct.pack(order + "HHHII", 1, 0x9286, 7, len(value), 44) + bytes(4) + value
    outer = struct.pack(order + "HHHII", 1, 0x8769, 4, 1, 26) + bytes(4)
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    assert parse(b"Exif\0\0" + head + outer + inner).text == {"UserComment": "parameters: 1girl"}


@given(st.binary(max_size=300))
def test_nonsense_is_passed_over(noise: bytes) -> None:
    for head in (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b""):
        assert 1 <= parse(head + noise).orientation <= 8
