"""Target size of the result: by factor, width, height or file size."""

from __future__ import annotations

from typing import Annotated, Literal

from nijigen.core.errors import SettingsError
from nijigen.core.picture import Encoding, Picture
from nijigen.core.settings import Setting
from nijigen.imaging.files import encode
from nijigen.imaging.resize import resize, resized
from nijigen.imaging.rows import Rows

MAX_FACTOR = 16

Factor = Annotated[float, Setting(ge=1, le=MAX_FACTOR, unit="×", step=0.1)]
Side = Annotated[int | None, Setting(ge=1, le=65500, unit="px", advanced=True)]
FileSize = Annotated[int | None, Setting(ge=1000, unit="bytes", advanced=True)]
FileKind = Annotated[Literal["png", "jpeg", "webp", "avif"], Setting(advanced=True)]


def target_size(
    picture: Picture, factor: float, width: int | None, height: int | None
) -> tuple[int, int]:
    """Return the target width and height; an exact side overrides the factor.

    Raises:
        SettingsError: Both sides are given, or the result is over 16 times as large.
    """
    if width is not None and height is not None:
        raise SettingsError(
            "width and height are both given", "give one; the other follows", field="width"
        )
    if width is not None:
        factor = width / picture.width
    elif height is not None:
        factor = height / picture.height
    if factor > MAX_FACTOR:
        raise SettingsError(
            f"{factor:.1f} times the size of the picture is too much",
            f"the limit is {MAX_FACTOR} times: {picture.width * MAX_FACTOR} px wide",
            field="width" if width is not None else "height",
            limit=f"le {MAX_FACTOR}",
        )
    by_factor = (
        max(1, round(picture.width * factor)),
        max(1, round(picture.height * factor)),
    )
    return width or by_factor[0], height or by_factor[1]


EXCESS = 1.3
"""How many times the requested pixels the last pass may make, if it is not the first."""


def fitted(rows: Rows, size: tuple[int, int], scale: int) -> Rows:
    """Return what the last pass takes: reduced, if its result would have far too many pixels.

    Only for passes after the first, whose source has detail of its own to lose: reducing that to
    .8 before doubling it, for a factor of 1.6, costs 3.4 dB. Between passes the loss is .2 dB.

    Args:
        rows: What the pass before made.
        size: Of the result.
        scale: Of the last pass.
    """
    if rows.shape[0] * rows.shape[1] * scale**2 <= EXCESS * size[0] * size[1]:
        return rows
    return resized(rows, (-(-size[0] // scale), -(-size[1] // scale)))


# Reserved for the metadata that records how the result was made.
ROOM_FOR_METADATA = 2048
SEARCH_STEPS = 9


def fit_file(picture: Picture, limit: int | None, kind: FileKind) -> Picture:
    """Return the picture, downscaled as far as needed to fit in ``limit`` bytes.

    Raises:
        SettingsError: Not even a thumbnail fits.
    """
    if limit is None:
        return picture
    picture = picture.with_info(encoding=Encoding(kind))
    room = limit - ROOM_FOR_METADATA if limit > 2 * ROOM_FOR_METADATA else limit // 2
    if len(encode(picture, kind)) <= room:
        return picture
    best: Picture | None = None
    low, high = 0.0, 1.0
    for _ in range(SEARCH_STEPS):
        middle = (low + high) / 2
        size = (max(1, round(picture.width * middle)), max(1, round(picture.height * middle)))
        smaller = resize(picture, size)
        if len(encode(smaller, kind)) <= room:
            best, low = smaller, middle
        else:
            high = middle
    if best is None:
        raise SettingsError(
            f"no {kind} of this picture fits in {limit} bytes",
            "allow more bytes, or choose another file_kind",
            field="file_size",
            limit=f"le {limit}",
        )
    return best
