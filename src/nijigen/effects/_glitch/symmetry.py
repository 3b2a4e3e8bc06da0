"""Symmetry: mirrors and the kaleidoscope."""

from __future__ import annotations

import numpy as np

from nijigen.effects._glitch.options import Bytes, Moment, Options


def mirror(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Repeat the left half, the upper half or a quarter of the picture as in a mirror."""
    height, width = image.shape[:2]
    result = np.array(image)
    if options.mirror in ("horizontal", "both"):
        result[:, width - width // 2 :] = result[:, : width // 2][:, ::-1]
    if options.mirror in ("vertical", "both"):
        result[height - height // 2 :] = result[: height // 2][::-1]
    return result


def kaleidoscope(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Repeat a wedge of the picture around its center; in a loop the wedge turns once."""
    import cv2

    height, width = image.shape[:2]
    x = np.arange(width, dtype=np.float32) - np.float32((width - 1) / 2)
    y = np.arange(height, dtype=np.float32) - np.float32((height - 1) / 2)
    radius = np.hypot(x[None, :], y[:, None])
    angle = np.arctan2(x[None, :], -y[:, None])
    wedge = 2 * np.pi / options.segments
    folded = np.abs((angle + wedge / 2) % wedge - wedge / 2) + 2 * np.pi * moment.turn
    # The wedge reaches the nearer edge at the corner, so that it has no repeated border.
    reach = min(height, width) / max(1.0, float(np.hypot(height, width)))
    map_x = radius * np.sin(folded) * np.float32(reach) + np.float32((width - 1) / 2)
    map_y = radius * -np.cos(folded) * np.float32(reach) + np.float32((height - 1) / 2)
    turned: Bytes = cv2.remap(
        image,
        map_x.astype(np.float32),
        map_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    return turned.reshape(image.shape)
