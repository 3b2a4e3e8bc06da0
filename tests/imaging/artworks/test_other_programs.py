"""What GIMP and Krita make of our PSD and ORA, layer by layer. Debian has both programs."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from extras import needs
from nijigen import Artwork, Layer, Picture
from nijigen.core.artwork import Blend
from nijigen.core.blending import FUNCTIONS
from nijigen.imaging.files import encode
from pictures import artwork, drawing

psd_tools = needs("psd_tools")
pytestmark = pytest.mark.slow

Planes = dict[str, NDArray[np.uint8]]
"""Layers by name, each on a canvas of the document, RGBA."""


def program(*names: str) -> None:
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed (Debian has it)")


def run(command: list[str], home: Path) -> None:
    """Run a program with a home of its own, since both write into it."""
    home.mkdir(exist_ok=True)
    known = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "XDG_CONFIG_HOME": str(home)}
    subprocess.run(command, env=os.environ | known, capture_output=True, timeout=300, check=False)


def krita(source: Path, target: Path) -> None:
    program("krita", "xvfb-run")
    export = ["krita", str(source), "--export", "--export-filename", str(target)]
    run(["xvfb-run", "-a", *export], source.parent / "home")
    assert target.exists(), "Krita wrote nothing"


GIMP_LAYERS = """
(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{source}" "{source}"))))
  (define (each items)
    (for-each
      (lambda (item)
        (if (= TRUE (car (gimp-item-is-group item)))
          (each (vector->list (cadr (gimp-item-get-children item))))
          (let* ((place (gimp-drawable-offsets item))
                 (name (string-append "{folder}/" (number->string item) "_"
                         (number->string (car place)) "_" (number->string (cadr place)) ".png")))
            (file-png-save RUN-NONINTERACTIVE image item name name 0 9 0 0 0 0 0)
            (display (string-append "layer " name " " (car (gimp-item-get-name item)) "\\n")))))
      items))
  (each (vector->list (cadr (gimp-image-get-layers image))))
  (let ((all (car (gimp-layer-new-from-visible image image "all"))))
    (gimp-image-insert-layer image all 0 0)
    (file-png-save RUN-NONINTERACTIVE image all "{folder}/all.png" "{folder}/all.png"
      0 9 0 0 0 0 0)))
"""


def gimp(source: Path, folder: Path) -> None:
    program("gimp-console")
    folder.mkdir()
    script = GIMP_LAYERS.format(source=source, folder=folder)
    run(["gimp-console", "-i", "-d", "-f", "-b", script, "-b", "(gimp-quit 0)"], folder / "home")
    assert (folder / "all.png").exists(), "GIMP wrote nothing"


def rgba(file: Any) -> NDArray[np.uint8]:
    with Image.open(file) as image:
        return np.asarray(image.convert("RGBA"))


def placed(pixels: NDArray[np.uint8], left: int, top: int) -> NDArray[np.uint8]:
    """Pixels on the canvas of the test's artwork, transparent elsewhere."""
    image = Image.new("RGBA", (60, 50))
    image.paste(Image.fromarray(pixels), (left, top))
    return np.asarray(image)


def same(one: NDArray[np.uint8], other: NDArray[np.uint8], tolerance: int = 0) -> bool:
    """Whether alpha is the same, and color wherever there is any."""
    alpha = one[:, :, 3:].astype(int)
    off = np.abs(one.astype(int) - other)
    return bool(
        off[:, :, 3].max() <= tolerance and (off[:, :, :3] * (alpha > 0)).max() <= tolerance
    )


def ours() -> dict[str, Layer]:
    return {layer.name: layer for _, layer in artwork().leaves()}


def in_ora(path: Path) -> Iterator[tuple[ElementTree.Element, NDArray[np.uint8]]]:
    """The layers of an ORA, by Python's ZIP and XML and Pillow."""
    with zipfile.ZipFile(path) as archive:
        for element in ElementTree.fromstring(archive.read("stack.xml")).iter("layer"):
            pixels = rgba(io.BytesIO(archive.read(str(element.get("src")))))
            place = (int(element.get(side, "0")) for side in ("x", "y"))
            yield element, placed(pixels, *place)


def test_gimp_finds_every_layer_of_a_psd(tmp_path: Path) -> None:
    source = tmp_path / "a.psd"
    artwork().save(source)
    gimp(source, tmp_path / "out")
    found = {
        path.stem.split("_")[0]: placed(rgba(path), *map(int, path.stem.split("_")[1:]))
        for path in (tmp_path / "out").glob("*_*.png")
    }
    wanted = [
        placed(np.asarray(layer.pixels.pil().convert("RGBA")), layer.left, layer.top)
        for layer in ours().values()
    ]
    assert len(found) == len(wanted)
    for pixels in wanted:
        assert any(same(pixels, other) for other in found.values())


def test_gimp_clips_and_groups_a_psd_as_we_do(tmp_path: Path) -> None:
    shade = Layer("s", drawing(30, 30), -4, 6, "multiply", 0.6, clipped=True)
    paper = Layer("p", Picture(np.full((40, 48, 3), 240, np.uint8)))
    art = Artwork((48, 40), (paper, Layer("b", drawing(40, 32, 4), 4, 4), shade))
    source = tmp_path / "a.psd"
    art.save(source)
    gimp(source, tmp_path / "out")
    off = rgba(tmp_path / "out" / "all.png").astype(int)[:, :, :3] - art.flatten().pixels
    assert np.abs(off).max() <= 1


def test_krita_finds_every_layer_of_a_psd(tmp_path: Path) -> None:
    source, target = tmp_path / "a.psd", tmp_path / "k.ora"
    artwork().save(source)
    krita(source, target)
    found = {str(element.get("name")).rstrip("\0"): pixels for element, pixels in in_ora(target)}
    assert set(found) == set(ours())
    for name, layer in ours().items():
        pixels = np.asarray(layer.pixels.pil().convert("RGBA"))
        assert same(placed(pixels, layer.left, layer.top), found[name]), name


def test_krita_finds_every_layer_of_an_ora_and_clipping_in_its_alpha(tmp_path: Path) -> None:
    source, target = tmp_path / "a.ora", tmp_path / "k.psd"
    artwork().save(source)
    krita(source, target)
    found = {
        layer.name.rstrip("\0"): placed(
            np.asarray(layer.topil().convert("RGBA")), layer.left, layer.top
        )
        for layer in psd_tools.PSDImage.open(target).descendants()
        if not layer.is_group()
    }
    layers = ours()
    assert set(found) == set(layers)
    for name, layer in layers.items():
        wanted = placed(np.asarray(layer.pixels.pil().convert("RGBA")), layer.left, layer.top)
        if layer.clipped:
            base = layers["flat"]
            cover = placed(np.asarray(base.pixels.pil()), base.left, base.top)[:, :, 3]
            alpha = wanted[:, :, 3] * (cover / 255)
            wanted = np.dstack([wanted[:, :, :3], (alpha + 0.5).astype(np.uint8)])
        assert same(wanted, found[name], 1), name


@pytest.mark.parametrize("format", ["psd", "ora"])
def test_krita_knows_all_blend_modes(tmp_path: Path, format: str) -> None:
    """A strip of eight rows for each mode, over an opaque pattern."""
    # Krita has another formula for soft light in PSD, up to 8 of 255 apart.
    modes: list[Blend] = [mode for mode in FUNCTIONS if format == "ora" or mode != "soft-light"]
    random = np.random.default_rng(3)
    pattern = random.integers(0, 256, (len(modes) + 1, 1, 16, 4), np.uint8)
    pattern[0, :, :, 3] = 255
    height = 8 * len(modes)
    layers = [Layer("paper", Picture(np.tile(pattern[0, :, :, :3], (height, 1, 1))))]
    for n, mode in enumerate(modes):
        pixels = np.tile(pattern[n + 1], (8, 1, 1))
        layers.append(Layer(mode, Picture(pixels), 0, 8 * n, mode))
    art = Artwork((16, height), tuple(layers))
    source, target = tmp_path / f"a.{format}", tmp_path / "k.png"
    source.write_bytes(encode(art, format))  # type: ignore[arg-type]
    krita(source, target)
    off = np.abs(rgba(target)[:, :, :3].astype(int) - art.flatten().pixels)
    means = {mode: off[8 * n : 8 * n + 8].mean() for n, mode in enumerate(modes)}
    # Single pixels of hue, near gray, are further off.
    assert max(means.values()) <= 1, means
