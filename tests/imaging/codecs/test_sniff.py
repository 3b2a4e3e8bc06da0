from __future__ import annotations

import pytest

from nijigen.core.errors import BadPicture, UnsupportedFormat
from nijigen.imaging.codecs.sniff import sniff
from nijigen.imaging.files import decode, encode
from pictures import drawing


@pytest.mark.parametrize(
    ("head", "name", "hint"),
    [
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1xxxx", "HEIF", "PNG"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video", "PNG"),
        (b"\0\0\0\x0cjP  \r\n", "JPEG 2000", "PNG"),
        (b"%PDF-1.7", "PDF", "formats unpack"),
        (b"PK\x03\x04" + bytes(60), "ZIP", "formats unpack"),
        (b"gimp xcf v011", "XCF", "PNG"),
        (b"CSFCHUNK", "Clip Studio", "PNG"),
        (b"P6\n3 4\n255\n", "PNM", "PNG"),
        (b"RIFF\x10\0\0\0AVI LIST", "RIFF", "PNG"),
        (b"\x1aE\xdf\xa3", "WebM", "PNG"),
    ],
)
def test_foreign_formats_are_named(head: bytes, name: str, hint: str) -> None:
    with pytest.raises(UnsupportedFormat, match=name) as caught:
        decode(head)
    assert hint in caught.value.hint


OWN = (
    *("png", "jpeg", "webp", "avif", "gif", "bmp", "tiff", "psd", "ora", "zip", "psb", "kra"),
    *("aseprite", "piskel", "ico", "icns", "ugoira"),
)


@pytest.mark.parametrize("format", OWN)
def test_our_own_formats(format: str) -> None:
    assert sniff(encode(drawing(), format)) == format  # type: ignore[arg-type]


def test_letters_that_happen_to_start_like_a_bmp() -> None:
    with pytest.raises(BadPicture, match="text"):
        sniff(b"BMW is a maker of cars and motorcycles")


@pytest.mark.parametrize(
    "head",
    [
        b"<?xml version='1.0'?>\n<!-- made -->\n<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf<svg>",
        b"<!DOCTYPE svg><svg>",
    ],
)
def test_drawings_are_known_by_their_root(head: bytes) -> None:
    assert sniff(head) == "svg"
