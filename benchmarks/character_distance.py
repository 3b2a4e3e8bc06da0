"""Fréchet distance between real and drawn faces, by features of EfficientNet-lite0.

Faces of faces96 against others of the same set, against characters drawn by this code, and by the
code of another revision. All are aligned by our landmark network to the same 96 pixels and saved
as WebP of the same quality before they are compared.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from character_real import (
    FACES96_BOX,
    Floats,
    Pixels,
    aligned,
    reading,
    real_face,
    real_files,
)

from nijigen.faces._values import Box
from nijigen.library.signatures.embedding import WHOLE_SIDE, cells

ROOT = Path(__file__).parents[1]
BEFORE = "8f32cc4"
"""The revision to compare with: characters as they were before the styles."""
QUALITY = 80
_DRAW = """
import sys, numpy as np
from nijigen.generate import sample
for seed in range(int(sys.argv[1])):
    one = sample(seed, size=256)
    sys.stdout.buffer.write(np.array(one.face_box, np.float32).tobytes() + one.rgb.tobytes())
"""


def measure(count: int, before: str = BEFORE) -> list[str]:
    """Return lines of figures for ``count`` faces of each kind."""
    first = features(real(count, 0))
    apart = frechet(first, features(real(count, count)))
    now = frechet(first, features(drawn(count, ROOT / "src")))
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            ["git", "archive", before, "src/nijigen"], cwd=ROOT, check=True, capture_output=True
        ).stdout
        with tarfile.open(fileobj=BytesIO(archive)) as stored:
            stored.extractall(folder, filter="data")
        old = frechet(first, features(drawn(count, Path(folder) / "src")))
    share = (now - apart) / (old - apart)
    return [
        f"Fréchet distance of {count} faces to others: real {apart:.1f}, drawn {now:.1f}, "
        f"drawn by {before} {old:.1f}: excess {share:.2f} of what it was (bar 0.5)"
    ]


def real(count: int, skip: int) -> Iterator[Pixels]:
    """Yield aligned faces of faces96."""
    for name in real_files(count, skip):
        pixels = real_face(name)
        yield aligned(pixels, reading(pixels, FACES96_BOX))


def drawn(count: int, source: Path) -> Iterator[Pixels]:
    """Yield aligned faces of characters that the code in a folder draws."""
    size = 16 + 256 * 256 * 3
    with subprocess.Popen(
        [sys.executable, "-c", _DRAW, str(count)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(source)},
    ) as drawing:
        assert drawing.stdout
        while record := drawing.stdout.read(size):
            box = np.frombuffer(record[:16], np.float32).tolist()
            pixels = np.frombuffer(record[16:], np.uint8).reshape(256, 256, 3)
            yield aligned(pixels, reading(pixels, Box(*box)))


def features(faces: Iterator[Pixels]) -> Floats:
    """Return the features of faces, ``(n, 320)``."""
    return np.array([cells(saved(face), WHOLE_SIDE).mean((1, 2)) for face in faces], np.float64)


def saved(face: Pixels) -> Pixels:
    """Return a face as it is after it was saved."""
    _, data = cv2.imencode(".webp", face[:, :, ::-1], (cv2.IMWRITE_WEBP_QUALITY, QUALITY))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1], np.uint8)


def frechet(first: Floats, second: Floats) -> float:
    """Return the Fréchet distance of the normal distributions of two sets.

    Source: Heusel et al., "GANs Trained by a Two Time-Scale Update Rule" (2017), equation 6.
    """
    means = first.mean(0) - second.mean(0)
    one, two = np.cov(first.T), np.cov(second.T)
    # The trace of the root of a product of two covariances is the sum of the roots of its
    # eigenvalues, which are real and not negative but for rounding.
    roots = np.sqrt(np.linalg.eigvals(one @ two).real.clip(0)).sum()
    return float(means @ means + np.trace(one) + np.trace(two) - 2 * roots)
