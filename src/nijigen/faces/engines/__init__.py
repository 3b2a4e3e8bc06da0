"""Face detectors: one module each, behind one function.

A module has ``detect(page, query, run) -> list[Face]``: faces with box and confidence, and the
head if the engine provides it, in any order, none below ``query.confidence``.
"""

from __future__ import annotations

import importlib

from nijigen.core.run import Run
from nijigen.faces._page import Page
from nijigen.faces._settings import Query
from nijigen.faces._values import Face


def detect(page: Page, query: Query, run: Run) -> list[Face]:
    """Find faces with the requested engine.

    Raises:
        ModelError: The engine or a dependency is not installed or does not work.
    """
    engine = importlib.import_module(f"{__name__}.{query.engine}")
    found: list[Face] = engine.detect(page, query, run)
    return found
