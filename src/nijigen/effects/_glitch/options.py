"""Options: the parameters of all glitches, and the moment of a clip or loop."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]

Kind = Literal[
    "slices",
    "bad_tv",
    "rgb_shift",
    "wobble",
    "scan_lines",
    "vhs",
    "pixel_sort",
    "mirror",
    "kaleidoscope",
    "duotone",
    "jitter",
    "jpeg",
    "png",
]
SortBy = Literal["brightness", "hue", "saturation"]
Direction = Literal["right", "left", "down", "up"]
Axis = Literal["horizontal", "vertical", "both"]


@dataclass(frozen=True)
class Options:
    """The settings of ``effects.glitch``, which explains them; lengths are % of the width."""

    strength: float
    slice_count: int
    slice_offset: float
    tv_thick: float
    tv_fine: float
    shift: float
    shift_angle: float
    wobble_amount: float
    wobble_size: float
    scan_count: int
    scan_darkness: float
    sort_by: SortBy
    sort_direction: Direction
    sort_low: float
    sort_high: float
    mirror: Axis
    segments: int
    dark: tuple[int, int, int]
    light: tuple[int, int, int]
    jitter: float
    quality: int
    errors: int
    sortable: NDArray[np.bool_] | None = None
    """Pixels that may be sorted; all of them if there is no mask."""


@dataclass(frozen=True)
class Moment:
    """When in a clip or loop a frame is.

    Attributes:
        seed: Of all that is random.
        turn: Position in the loop, 0 to 1; what moves smoothly is periodic in it.
        beat: Number of the current event; what jumps changes with it.
        place: Position in the stack, so that a kind that occurs twice differs.
    """

    seed: int
    turn: float = 0.0
    beat: int = 0
    place: int = 0

    def events(self, kind: str) -> np.random.Generator:
        """Return random numbers that change with every event."""
        return self._random(kind, self.beat)

    def lasting(self, kind: str) -> np.random.Generator:
        """Return random numbers that are the same in all frames."""
        return self._random(kind, -1)

    def _random(self, kind: str, beat: int) -> np.random.Generator:
        # Adding a kind must not change what the others draw.
        return np.random.default_rng([self.seed, zlib.crc32(kind.encode()), self.place, beat + 1])


def waves(
    random: np.random.Generator, count: int, cycles: float, turn: float
) -> NDArray[np.float32]:
    """Return smooth noise of ``count`` rows, about -1 to 1, periodic in ``turn``.

    Args:
        random: Source of the noise.
        count: Number of values.
        cycles: How often it goes up and down over all values.
        turn: Position in the loop, 0 to 1.
    """
    steps = 6
    cells = int(np.ceil(cycles)) + 2
    lattice = random.uniform(-1, 1, (steps, cells)).astype(np.float32)
    time = (turn % 1) * steps
    first = int(time) % steps
    row = lattice[first] + (lattice[(first + 1) % steps] - lattice[first]) * _eased(time % 1)
    at = np.arange(count, dtype=np.float32) * np.float32(cycles / max(count, 1))
    cell = at.astype(np.intp)
    part = at - cell
    smooth: NDArray[np.float32] = row[cell] + (row[cell + 1] - row[cell]) * _eased(part)
    return smooth


def _eased(part: Any) -> Any:
    return part * part * (3 - 2 * part)


def pixels_of(percent: float, size: int) -> float:
    """Return a length in pixels for a percentage of the width."""
    return percent * size / 100
