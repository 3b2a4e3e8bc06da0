"""Colors that come apart: shifted channels, two tones."""

from __future__ import annotations

import numpy as np

from nijigen.effects._glitch.options import Bytes, Moment, Options, pixels_of
from nijigen.effects._glitch.signal import colored


def rgb_shift(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Move red one way and blue the other; alpha covers all three."""
    width = image.shape[1]
    swing = 1 + 0.35 * np.sin(2 * np.pi * moment.turn)
    length = pixels_of(options.shift, width) * options.strength * swing
    angle = np.deg2rad(options.shift_angle)
    x, y = round(length * float(np.cos(angle))), round(-length * float(np.sin(angle)))
    red, blue = _moved(image, x, y), _moved(image, -x, -y)
    result = np.array(image)
    result[:, :, 0], result[:, :, 2] = red[:, :, 0], blue[:, :, 2]
    if image.shape[2] == 4:
        result[:, :, 3] = np.maximum(image[:, :, 3], np.maximum(red[:, :, 3], blue[:, :, 3]))
    return result


def _moved(image: Bytes, x: int, y: int) -> Bytes:
    height, width = image.shape[:2]
    rows = (np.arange(height) - y).clip(0, height - 1)
    columns = (np.arange(width) - x).clip(0, width - 1)
    return np.asarray(image[rows[:, None], columns])


def duotone(image: Bytes, options: Options, moment: Moment) -> Bytes:
    """Paint shadows with one color and lights with another."""
    luma = image[:, :, :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    ramp = np.linspace(options.dark, options.light, 256, dtype=np.float32)
    toned = ramp.take((luma + np.float32(0.5)).astype(np.uint8), axis=0)
    k = np.float32(min(options.strength, 1))
    return colored(image, image[:, :, :3] * (1 - k) + toned * k)
