"""nagadomi's LBP cascade, run by OpenCV; the user supplies its file.

Source: nagadomi/lbpcascade_animeface (MIT), and its parameters for ``detectMultiScale``.
"""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np

from nijigen.core.errors import ModelError
from nijigen.core.run import Run
from nijigen.faces._page import Page
from nijigen.faces._settings import Query
from nijigen.faces._values import MOST_FACES, Box, Face
from nijigen.models.card import user_folder

FOLDER = "cascades"
SMALLEST = 24
"""Side in pixels of the window that it was trained on."""


def detect(page: Page, query: Query, run: Run) -> list[Face]:
    """Find faces; the cascade reports no confidence, so every face gets 1.

    Raises:
        ModelError: OpenCV has no cascades, or the file does not exist.
    """
    if not hasattr(cv2, "CascadeClassifier"):
        raise ModelError(
            f"OpenCV {cv2.__version__} no longer supports cascades",
            "run: pip install 'opencv-python-headless>=4.10,<5'",
        )
    cascade = cv2.CascadeClassifier()
    path = cascade_file(query.cascade)
    try:
        loaded = cascade.load(str(path))
    except cv2.error:
        loaded = False
    if not loaded:
        raise ModelError(f"{path.name} is not a cascade", f"put the correct file at {path}")
    gray = cv2.equalizeHist(cv2.cvtColor(np.ascontiguousarray(page.pixels), cv2.COLOR_RGB2GRAY))
    side = max(SMALLEST, query.smallest or 0)
    found = cascade.detectMultiScale(gray, scaleFactor=1.1, minNeighbors=5, minSize=(side, side))
    run.progress(1)
    return [
        Face(box=Box(float(x), float(y), float(x + width), float(y + height)))
        for x, y, width, height in list(found)[:MOST_FACES]
    ]


def cascade_file(name: str) -> Path:
    """Return a cascade's file: looked up by name in the user's models folder, never by path.

    ``NIJIGEN_CASCADE``, which only the owner of the machine can set, may name any file.

    Raises:
        ModelError: The file does not exist.
    """
    override = os.environ.get("NIJIGEN_CASCADE")
    folder = user_folder() / FOLDER
    path = Path(override) if override else folder / f"{name.removesuffix('.xml')}.xml"
    if not path.is_file():
        raise ModelError(
            f"there is no cascade {path}",
            "get lbpcascade_animeface.xml from nagadomi/lbpcascade_animeface and put it there, "
            "or set NIJIGEN_CASCADE to its path",
        )
    return path
