"""The interface of signatures."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Row = NDArray[Any]
"""One record of a signature's type."""


class Signature(Protocol):
    """Something of fixed size that is computed from a picture."""

    @property
    def name(self) -> str:
        """Name and version, as in ``haar-1``; a changed signature gets a new one."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of one record."""

    def missing(self) -> str:
        """Return what is needed to compute it and not there, as a note; empty if all is."""

    def of(self, view: NDArray[np.uint8]) -> Row:
        """Return the record of a picture.

        Args:
            view: RGB as :func:`nijigen.library.matching.views.view_of` returns it.
        """
