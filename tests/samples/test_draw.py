"""The sample pictures: what is in the repository is what its code draws."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nijigen import Animation, Picture

SAMPLES = Path(__file__).parents[2] / "samples"
ENDINGS = (".png", ".jpg", ".gif")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    command = [sys.executable, "-B", str(SAMPLES / "draw.py"), str(folder)]
    subprocess.run(command, check=True, timeout=600)
    return folder


def pictures(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix in ENDINGS)


def test_samples_are_what_the_code_draws(drawn: Path) -> None:
    assert pictures(drawn) == pictures(SAMPLES)
    for name in pictures(SAMPLES):
        ours, again = (Animation.open(folder / name) for folder in (SAMPLES, drawn))
        assert ours.durations == again.durations
        for one, other in zip(ours.frames, again.frames, strict=True):
            # Not the bytes: those differ with the version of zlib that Pillow brings.
            apart = np.abs(one.pixels.astype(int) - other.pixels)
            assert apart.mean() < 0.05, name


def test_samples_are_small_and_of_many_kinds() -> None:
    files = [SAMPLES / name for name in pictures(SAMPLES)]
    assert sum(file.stat().st_size for file in files) < 600_000
    kinds = {Picture.open(file).channels for file in files}
    assert kinds == {1, 3, 4}
    assert any(len(Animation.open(file).frames) > 1 for file in files)
    assert any(file.suffix == ".jpg" for file in files)
