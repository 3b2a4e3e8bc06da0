"""Parts: which part of a figure each pixel of a drawing is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Parts:
    """Which part of a figure each pixel is.

    Attributes:
        part: ``(H, W)``: index into the names.
        names: Of the parts, the lowest first.
    """

    part: NDArray[np.integer[Any]]
    names: tuple[str, ...]
