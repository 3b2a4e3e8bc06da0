"""Engines that find faces: one file each, behind one function.

A module has ``detect(page, asked, run) -> list[Face]``: faces with box and confidence, and the
head where the engine knows it, in any order, none under ``asked.confidence``.
"""

from __future__ import annotations

import importlib

from nijigen.core.run import Run
from nijigen.faces._page import Page
from nijigen.faces._settings import Asked
from nijigen.faces._values import Face


def detect(page: Page, asked: Asked, run: Run) -> list[Face]:
    """Find faces by the engine that is asked for.

    Raises:
        ModelError: The engine, or what it needs, is not installed or does not work.
    """
    engine = importlib.import_module(f"{__name__}.{asked.engine}")
    found: list[Face] = engine.detect(page, asked, run)
    return found
