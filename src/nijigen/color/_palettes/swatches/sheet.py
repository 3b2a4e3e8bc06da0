"""Sheet: a picture of labeled swatches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from nijigen.color._palettes.swatches.swatch import Swatch
from nijigen.core.colors import rgb
from nijigen.core.picture import Encoding, Info, Picture

_CARD = 168, 176
_GAP, _FIELD, _COLUMNS, _STRIP = 20, 112, 6, 48


def sheet(swatches: Sequence[Swatch], shares: Sequence[float]) -> Picture:
    """Return cards with color, hex code, share and pinyin, below a strip of all colors by share."""
    columns = max(1, min(_COLUMNS, len(swatches)))
    rows = -(-len(swatches) // columns)
    width = _GAP + columns * (_CARD[0] + _GAP)
    image = Image.new("RGB", (width, 2 * _GAP + _STRIP + rows * (_CARD[1] + _GAP)), "#ffffff")
    draw = ImageDraw.Draw(image)
    large, small = ImageFont.load_default(20), ImageFont.load_default(15)
    total, left = sum(shares) or 1, float(_GAP)
    for swatch, share in zip(swatches, shares, strict=True):
        right = left + share / total * (width - 2 * _GAP)
        if round(right) > round(left):
            box = (round(left), _GAP, round(right) - 1, _GAP + _STRIP - 1)
            draw.rectangle(box, fill=tuple(rgb(swatch.color)))
        left = right
    draw.rectangle((_GAP, _GAP, width - _GAP - 1, _GAP + _STRIP - 1), outline="#d0d0d0")
    for index, (swatch, share) in enumerate(zip(swatches, shares, strict=True)):
        x = _GAP + index % columns * (_CARD[0] + _GAP)
        y = 2 * _GAP + _STRIP + index // columns * (_CARD[1] + _GAP)
        # A thin border, so that white is visible on white.
        box = (x, y, x + _CARD[0] - 1, y + _FIELD - 1)
        draw.rectangle(box, fill=tuple(rgb(swatch.color)), outline="#d0d0d0")
        draw.text((x, y + _FIELD + 8), swatch.color, "#202020", large)
        draw.text((x + _CARD[0], y + _FIELD + 11), f"{share:.1%}", "#606060", small, anchor="ra")
        # The built-in font has no Chinese characters.
        name = "".join(sign for sign in swatch.name if sign.isascii()).strip()
        draw.text((x, y + _FIELD + 36), name, "#606060", small)
    return Picture(np.asarray(image), Info(encoding=Encoding("png")))
