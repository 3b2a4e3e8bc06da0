"""Names of file types that posts and queries share."""

from __future__ import annotations

import re

_FILE_TYPE = re.compile(r"[a-z0-9]{1,8}")
_SAME = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif"}


def file_type(text: str) -> str:
    """Return the name of a file type as posts have it.

    Raises:
        ValueError: It is not the extension of a file.
    """
    word = text.lower().removeprefix(".")
    if not _FILE_TYPE.fullmatch(word):
        raise ValueError(f"{text!r} is not a file type such as png")
    return _SAME.get(word, word)
