"""Thumbnails: a small WebP of each picture, named by the number of the picture."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from nijigen.core import disk
from nijigen.core.private import FOLDER, write_file
from nijigen.library.matching.views import THUMBNAIL, View, within

_IN_FOLDER = 1000


class Thumbnails:
    """The folder of thumbnails.

    Args:
        folder: Where it is, or will be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, number: int) -> Path:
        """Return where the thumbnail of a picture is."""
        return self._folder / str(number // _IN_FOLDER) / f"{number}.webp"

    def write(self, number: int, view: View) -> None:
        """Write the thumbnail of a picture.

        Raises:
            OutputError: It cannot be written.
        """
        path = self.path(number)
        disk.make_folder(path.parent, FOLDER)
        data = io.BytesIO()
        Image.fromarray(within(view, THUMBNAIL)).save(data, "WEBP", quality=80, method=2)
        write_file(path, data.getvalue())

    def read(self, number: int) -> View | None:
        """Return a thumbnail as RGB, or None if it is missing or damaged."""
        try:
            with Image.open(self.path(number)) as image:
                return np.asarray(image.convert("RGB"))
        except (OSError, ValueError, SyntaxError):
            return None

    def remove(self, number: int) -> None:
        """Remove the thumbnail of a picture, if there is one."""
        self.path(number).unlink(missing_ok=True)
