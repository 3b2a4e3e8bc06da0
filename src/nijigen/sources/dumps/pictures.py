"""Where the pictures of a dump lie: found by number, or by MD5, in folders or in tars.

Danbooru's releases have ``original/0123/1000123.jpg`` and ``512px/0123/1000123.jpg``, in folders by
the last three digits, written with three or four of them. DanbooruDownloader has
``images/ab/MD5.jpg``. DeepGHS has 114514 in ``images/4/0514.tar``, beside an index of the tar in
JSON; a picture is read out of it without the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from nijigen.core.errors import InputError
from nijigen.core.strict import read_json

Size = Literal["original", "512px"]
ENDINGS = ("jpg", "png", "webp", "jpeg", "gif", "avif")
_CUT = "compare it with the release"


@dataclass(frozen=True)
class Found:
    """A picture: a file, or a part of a tar."""

    file: Path
    name: str
    start: int = 0
    length: int | None = None
    """In bytes; None is up to the end."""

    def read(self) -> bytes:
        """Return its content.

        Raises:
            InputError: It cannot be read, or ends too early.
        """
        try:
            with self.file.open("rb") as file:
                file.seek(self.start)
                content = file.read(-1 if self.length is None else self.length)
        except OSError as error:
            raise InputError(f"{self.file} cannot be read: {error.strerror or error}") from error
        if self.length is not None and len(content) < self.length:
            raise InputError(f"{self.file} ends before {self.name} does", _CUT)
        return content


def find_picture(
    folder: Path, number: int, *, size: Size = "original", md5: str | None = None
) -> Found | None:
    """Return where the picture of a post is; None if it is not there.

    Args:
        folder: Of the dump.
        number: Of the post.
        size: ``512px`` is the subset of small squares.
        md5: Of the file, for dumps that are named by it.

    Raises:
        InputError: The index of a tar is damaged.
    """
    for path in _places(folder, number, size, md5):
        if path.is_file():
            return Found(path, path.name)
    return _in_tar(folder, number) if size == "original" else None


def _places(folder: Path, number: int, size: Size, md5: str | None) -> Iterator[Path]:
    for digits in (4, 3):
        for ending in ENDINGS:
            yield folder / size / f"{number % 1000:0{digits}}" / f"{number}.{ending}"
    if md5 and size == "original":
        for ending in ENDINGS:
            yield folder / "images" / md5[:2] / f"{md5}.{ending}"


def _in_tar(folder: Path, number: int) -> Found | None:
    tar = folder / "images" / str(number // 1000 % 10) / f"{number % 1000:04}.tar"
    index = tar.with_suffix(".json")
    if not (tar.is_file() and index.is_file()):
        return None
    try:
        for name, entry in read_json(index.read_bytes())["files"].items():
            if PurePosixPath(name).stem == str(number):
                return Found(tar, name, int(entry["offset"]), int(entry["size"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{index} is not the index of a tar", _CUT) from None
    return None
