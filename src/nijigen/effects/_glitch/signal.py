"""Broken signals: slices, bad reception, wobble, scan lines, worn tapes, jitter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._glitch.options import Bytes, Moment, Options, pixels_of, waves

_SNOW_ROWS = 0.35
"""Share of the noise of a tape that whole rows have in common."""


def slices(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Cut the picture into horizontal strips and push most of them sideways."""
    height, width = image.shape[:2]
    random = moment.events("slices")
    cuts = np.sort(random.uniform(0, height, max(0, options.slice_count - 1)).astype(int))
    most = pixels_of(options.slice_offset, width) * options.strength
    result = image.copy()
    for top, bottom in zip([0, *cuts], [*cuts, height], strict=True):
        # Squared: most strips move a little, some far.
        offset = random.uniform(-1, 1)
        offset = round(offset * abs(offset) * most)
        if random.random() < 0.75 and offset and top < bottom:
            result[top:bottom] = np.roll(image[top:bottom], offset, axis=1)
    return result


def bad_tv(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Distort rows as bad reception does: a few wide bends, and a fine tremble.

    Source: the controls of F. Turner's bad-TV shader.
    """
    height, width = image.shape[:2]
    random = moment.lasting("bad_tv")
    thick = waves(random, height, 4, moment.turn)
    fine = waves(random, height, min(height, 90), moment.turn)
    # Cubed: straight for the most part, with sudden bends.
    offset = thick**3 * options.tv_thick * 0.3 + fine * np.abs(fine) * options.tv_fine * 0.03
    return rows_moved(image, offset * np.float32(width * options.strength))


def wobble(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Bend the picture in waves, as under water."""
    import cv2

    height, width = image.shape[:2]
    amount = pixels_of(options.wobble_amount, width) * options.strength
    length = max(2.0, pixels_of(options.wobble_size, width))
    phase = 2 * np.pi * moment.turn
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    across = np.sin(y * np.float32(2 * np.pi / length) + np.float32(phase))
    down = np.cos(x * np.float32(2 * np.pi / length / 1.3) + np.float32(phase))
    map_x = x[None, :] + (across * np.float32(amount))[:, None]
    map_y = y[:, None] + (down * np.float32(amount * 0.6))[None, :]
    bent: Bytes = cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return bent.reshape(image.shape)


def scan_lines(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Darken the gaps between the lines of a picture tube, with a bright bar that rolls down."""
    height = image.shape[0]
    # At least 2 pixels a line: finer ones would alias.
    count = min(options.scan_count, height / 2)
    y = (np.arange(height, dtype=np.float32) + 0.5) / height
    depth = min(1.0, options.scan_darkness * options.strength)
    gap = 0.5 + 0.5 * np.cos(2 * np.pi * y * count)
    bar = np.exp(-(((y - moment.turn + 0.5) % 1 - 0.5) ** 2) / 0.01)
    # The lines themselves become brighter, as designers of tubes did too.
    gain = (1 - depth * gap) * (1 + 0.35 * depth) * (1 + 0.12 * depth * bar)
    return colored(image, image[:, :, :3] * gain.astype(np.float32)[:, None, None])


def vhs(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Play the picture from a worn tape: smeared colors, noise, drop-outs, a torn bottom edge."""
    import cv2

    height, width = image.shape[:2]
    k = options.strength
    moved = rows_moved(image, _tape_rows(height, width, k, moment))
    luma, red, blue = cv2.split(
        cv2.cvtColor(np.ascontiguousarray(moved[:, :, :3]), cv2.COLOR_RGB2YCrCb).astype(np.float32)
    )
    # Tapes hold 240 lines of luma and 40 of chroma, in a column less than a pixel tall.
    smear = max(1, round(width / 45 * min(k, 2)))
    late = np.array([[1, 0, smear / 2], [0, 1, 0]], np.float32)
    chroma = []
    for plane in (red, blue):
        soft = cv2.blur(plane, (2 * smear + 1, 3), borderType=cv2.BORDER_REPLICATE)
        chroma.append(cv2.warpAffine(soft, late, (width, height), borderMode=cv2.BORDER_REPLICATE))
    blur = max(1, round(width / 320))
    soft = cv2.blur(luma, (2 * blur + 1, 1), borderType=cv2.BORDER_REPLICATE)
    wide = cv2.blur(luma, (6 * blur + 1, 1), borderType=cv2.BORDER_REPLICATE)
    # Recorders sharpen: a bright edge beside every dark one.
    luma = soft + (soft - wide) * np.float32(0.9 * min(k, 1.5))
    luma += _snow(height, width, moment) * np.float32(9 * k)
    planes = [luma, *(128 + (plane - 128) * np.float32(1 - 0.15 * min(k, 2)) for plane in chroma)]
    merged = cv2.merge([np.clip(p + 0.5, 0, 255).astype(np.uint8) for p in planes])
    result = np.array(moved)
    result[:, :, :3] = cv2.cvtColor(merged, cv2.COLOR_YCrCb2RGB).reshape(height, width, 3)
    _drop_outs(result, k, moment)
    return result


def _tape_rows(height: int, width: int, k: float, moment: Moment) -> NDArray[np.float32]:
    """Return how far the tape moves each row: it sways, and heads switch at the bottom."""
    random = moment.events("vhs rows")
    sway = waves(moment.lasting("vhs sway"), height, 3, moment.turn) * np.float32(0.004)
    offset = sway + random.normal(0, 0.0007, height).astype(np.float32)
    torn = max(1, round(height * 0.025))
    offset[-torn:] += np.linspace(0.01, 0.09, torn, dtype=np.float32)
    center, reach = random.uniform(0.1, 0.8) * height, height * 0.02
    band = np.exp(-(((np.arange(height) - center) / reach) ** 2)).astype(np.float32)
    offset += band * random.normal(0.012, 0.006, height).astype(np.float32)
    return offset * np.float32(width * k)


def _snow(height: int, width: int, moment: Moment) -> NDArray[np.float32]:
    """Return noise with a deviation of 1, longer than tall, stronger in some rows."""
    import cv2

    random = moment.events("vhs snow")
    fine = random.standard_normal((height, width), np.float32)
    long = max(1, width // 400)
    noise = cv2.blur(fine, (2 * long + 1, 1)) * np.float32(np.sqrt(2 * long + 1))
    rows = random.standard_normal((height, 1), np.float32) ** 2
    return np.asarray(noise * (1 - _SNOW_ROWS + _SNOW_ROWS * rows), np.float32)


def _drop_outs(result: Bytes, k: float, moment: Moment) -> None:
    height, width = result.shape[:2]
    random = moment.events("vhs drop-outs")
    for _ in range(random.poisson(14 * k)):
        length = max(1, int(width * random.uniform(0.01, 0.12)))
        row, left = int(random.integers(height)), int(random.integers(width))
        part = result[row : row + max(1, height // 500), left : left + length, :3]
        fade = np.linspace(0.75, 0, part.shape[1], dtype=np.float32)[None, :, None]
        part[:] = (part + (255 - part) * fade).astype(np.uint8)


def jitter(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Take each pixel from a random place nearby."""
    height, width = image.shape[:2]
    random = moment.events("jitter")
    most = pixels_of(options.jitter, width) * options.strength
    offset = random.standard_normal((2, height, width), np.float32) * np.float32(most / 2)
    y, x = (part.round().astype(np.int32) for part in offset)
    y += np.arange(height, dtype=np.int32)[:, None]
    x += np.arange(width, dtype=np.int32)[None, :]
    return np.asarray(image[y.clip(0, height - 1), x.clip(0, width - 1)])


def rows_moved(image: Bytes, offset: NDArray[np.floating]) -> Bytes:
    """Return the picture with each row moved by so many pixels; what leaves comes back."""
    height, width = image.shape[:2]
    start = np.round(offset).astype(np.int64) % width
    at = np.arange(width)[None, :] - start[:, None]
    at += np.where(at < 0, width, 0)
    return np.asarray(image[np.arange(height)[:, None], at])


def colored(image: Bytes, colors: NDArray[np.floating]) -> Bytes:
    """Return the picture with other colors ``(h, w, 3)``, and its alpha."""
    result = np.array(image)
    result[:, :, :3] = (colors + np.float32(0.5)).clip(0, 255)
    return result
