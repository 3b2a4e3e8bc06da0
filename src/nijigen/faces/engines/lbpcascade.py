"""The LBP cascade of nagadomi, by OpenCV; the user brings its file.

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
from nijigen.faces._settings import Asked
from nijigen.faces._values import MOST_FACES, Box, Face
from nijigen.models.card import user_folder

FOLDER = "cascades"
SMALLEST = 24
"""Side in pixels of the window that it was trained on."""


def detect(page: Page, asked: Asked, run: Run) -> list[Face]:
    """Find faces; it knows no confidence, so what it finds has 1.

    Raises:
        ModelError: OpenCV has no cascades, or there is no such file.
    """
    if not hasattr(cv2, "CascadeClassifier"):
        raise ModelError(
            f"OpenCV {cv2.__version__} has no cascades any more",
            "run: pip install 'opencv-python-headless>=4.10,<5'",
        )
    cascade = cv2.CascadeClassifier()
    path = cascade_file(asked.cascade)
    try:
        loaded = cascade.load(str(path))
    except cv2.error:
        loaded = False
    if not loaded:
        raise ModelError(f"{path.name} is no cascade", f"put the right file at {path}")
    gray = cv2.equalizeHist(cv2.cvtColor(np.ascontiguousarray(page.pixels), cv2.COLOR_RGB2GRAY))
    side = max(SMALLEST, asked.smallest or 0)
    found = cascade.detectMultiScale(gray, scaleFactor=1.1, minNeighbors=5, minSize=(side, side))
    run.progress(1)
    return [
        Face(box=Box(float(x), float(y), float(x + width), float(y + height)))
        for x, y, width, height in list(found)[:MOST_FACES]
    ]


def cascade_file(name: str) -> Path:
    """Return the file of a cascade: by its name in the user's folder of models, never by a path.

    ``NIJIGEN_CASCADE``, which only the owner of the machine can set, names a file anywhere.

    Raises:
        ModelError: There is no such file.
    """
    stated = os.environ.get("NIJIGEN_CASCADE")
    path = Path(stated) if stated else user_folder() / FOLDER / f"{name.removesuffix('.xml')}.xml"
    if not path.is_file():
        raise ModelError(
            f"there is no cascade {path}",
            "get lbpcascade_animeface.xml from nagadomi/lbpcascade_animeface, put it there, "
            "or set NIJIGEN_CASCADE to where it lies",
        )
    return path
