"""Read and write picture files of the data sets as RGB or RGBA."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from nijigen_training.data.labelled import Pixels


def decoded(data: bytes, channels: int = 3) -> Pixels:
    """Decode a picture as uint8 ``(H, W, channels)``, RGB or RGBA.

    Raises:
        ValueError: It is not a picture, or lacks the requested alpha.
    """
    flag = cv2.IMREAD_COLOR if channels == 3 else cv2.IMREAD_UNCHANGED
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    if pixels is None or pixels.ndim != 3 or pixels.shape[2] != channels:
        raise ValueError(f"no picture of {channels} channels")
    return np.ascontiguousarray(pixels[:, :, [2, 1, 0, 3][:channels]])


def read_pixels(path: Path, channels: int = 3) -> Pixels:
    """Read a picture as uint8 ``(H, W, channels)``; raises like ``decoded``."""
    try:
        return decoded(path.read_bytes(), channels)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def encoded(pixels: Pixels, ending: str, quality: int) -> bytes:
    """Return a WebP or JPEG file; only WebP supports alpha."""
    kind = cv2.IMWRITE_JPEG_QUALITY if ending in (".jpg", ".jpeg") else cv2.IMWRITE_WEBP_QUALITY
    order = [2, 1, 0, 3][: pixels.shape[2]]
    _, data = cv2.imencode(ending, np.ascontiguousarray(pixels[:, :, order]), (kind, quality))
    return bytes(data.tobytes())


def reduced(pixels: Pixels, longer: int) -> Pixels:
    """Return a picture whose longer side is at most ``longer``; alpha keeps clean edges."""
    scale = longer / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    if pixels.shape[2] == 3:
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    # Premultiplied, so that the color of transparent pixels does not bleed into edges.
    alpha = pixels[:, :, 3:].astype(np.float32) / 255
    layers = np.dstack([pixels[:, :, :3] * alpha, pixels[:, :, 3].astype(np.float32)])
    small = cv2.resize(layers, size, interpolation=cv2.INTER_AREA)
    color = small[:, :, :3] / np.maximum(small[:, :, 3:] / 255, 1e-3)
    return np.dstack([color, small[:, :, 3]]).clip(0, 255).astype(np.uint8)
