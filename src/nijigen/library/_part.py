"""Part: what every part of a library is made of, such as its tags or its faces."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from nijigen.library.store.catalog import Catalog

Changing = Callable[[], AbstractContextManager[None]]
"""Holds the lock of a library, which changes need, for a block."""


class LibraryPart:
    """A part of a library.

    Args:
        catalog: The pictures.
        changing: Holds the lock of the library.
    """

    def __init__(self, catalog: Catalog, changing: Changing) -> None:
        self._catalog = catalog
        self._changing = changing
