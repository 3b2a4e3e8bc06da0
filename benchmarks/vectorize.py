"""Measure `lines vectorize`: ink kept, anchors beside potrace and vtracer, junctions, CPU time.

    python benchmarks/vectorize.py PAGE [PAGE ...] [--side N]

Needs the program potrace (Debian: potrace) and the module vtracer (pip install vtracer). Both get
the same black-and-white page: what `lines vectorize` takes for line. Each result is drawn again;
"ink" is the share of line pixels of the page with a line pixel of the drawing within 1 px, and the
other way round. Junctions are those of made pages of curves whose crossings are known. With
--side, a page is repeated to N×N pixels and only time and memory are measured.
"""

from __future__ import annotations

import argparse
import io
import re
import resource
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import resvg_py
import vtracer
from PIL import Image

from nijigen import Picture
from nijigen.core.run import SILENT
from nijigen.imaging.line_art.ink import line_art
from nijigen.lines._skeleton.thinning import line_mask
from nijigen.lines._vectors.tracing import traced
from nijigen.lines.vectorize import vectorize

POTRACE = {"-O 0.2 (default)": ["-O", "0.2"], "-O 1": ["-O", "1"]}
VTRACER: dict[str, dict[str, Any]] = {
    "spline (default)": {},
    "speckle 1, length 10, splice 90": {
        "filter_speckle": 1, "length_threshold": 10.0, "splice_threshold": 90,
    },
}  # fmt: skip
OWN = {"tolerance": 0.75, "width_variation": 1.0}
SEED = 23


def anchors(svg: str) -> int:
    """Count the points that an editor shows, of paths in SVG; a circle has one."""
    count = svg.count("<circle")
    for data in re.findall(r' d="([^"]*)"', svg):
        for letter, text in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", data):
            numbers = len(re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text))
            count += numbers // {"c": 6, "l": 2, "m": 2}.get(letter.lower(), numbers + 1)
        # A closed path returns to its first point.
        count -= data.lower().count("z")
    return count


def drawn(svg: str, width: int, height: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the ink of an SVG, 0 to 255."""
    svg = re.sub(r"<!DOCTYPE[^>]*>", "", svg)
    size = rf'\1width="{width}" height="{height}"'
    svg = re.sub(r'(<svg[^>]*?)width="[^"]*" height="[^"]*"', size, svg, count=1, flags=re.DOTALL)
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    image = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    page = Image.new("RGBA", image.size, "white")
    page.alpha_composite(image)
    return 255 - np.asarray(page.convert("L"))


def kept(before: np.ndarray[Any, Any], after: np.ndarray[Any, Any]) -> tuple[float, float, float]:
    """Return the shares of ink within 1 px, both ways, and the overlap of pixels."""
    one, two = line_mask(before), line_mask(after)
    off = [cv2.distanceTransform((~m).astype(np.uint8), cv2.DIST_L2, 5) for m in (one, two)]
    both = (one & two).sum() / max((one | two).sum(), 1)
    return float((off[1][one] <= 1).mean()), float((off[0][two] <= 1).mean()), float(both)


def potrace(page: Path, settings: list[str]) -> tuple[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = ["potrace", "-b", "svg", "--flat", *settings, "-o", "-", str(page)]
    svg = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return svg, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def traced_by_vtracer(page: Path, settings: dict[str, Any]) -> tuple[str, float]:
    out = page.with_suffix(".svg")
    start = time.process_time()
    vtracer.convert_image_to_svg_py(str(page), str(out), colormode="binary", **settings)
    return out.read_text(), time.process_time() - start


def compare(path: Path, side: int | None, folder: Path) -> None:
    gray = np.asarray(Image.open(path).convert("L"))
    if side:
        gray = np.tile(gray, (side // gray.shape[0] + 1, side // gray.shape[1] + 1))[:side, :side]
    height, width = gray.shape
    picture = Picture(gray.copy())
    print(f"{path.stem}, {width}×{height}")
    results = {}
    for kind in ("outline",) if side else ("center", "outline"):
        start = time.process_time()
        made = vectorize(picture, strokes=kind, **OWN)
        results[f"nijigen {kind}"] = made.svg(), time.process_time() - start
    print(f"  peak memory so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")
    ink = line_art(picture).ink
    binary = Image.fromarray(np.where(line_mask(ink), 0, 255).astype(np.uint8))
    binary.save(folder / "page.bmp")
    binary.save(folder / "page.png")
    for name, given in POTRACE.items():
        results[f"potrace {name}"] = potrace(folder / "page.bmp", given)
    for name, options in VTRACER.items():
        try:
            results[f"vtracer {name}"] = traced_by_vtracer(folder / "page.png", options)
        except BaseException as error:
            # It counts shapes in 16 bits, and panics, which is no Exception, on pages of many.
            if type(error).__name__ != "PanicException":
                raise
            print(f"  vtracer {name}: {error}")
    for name, (svg, seconds) in results.items():
        text = f"  {name:42}{anchors(svg):8} anchors {seconds:8.2f} CPU s"
        if not side:
            there, back, both = kept(ink, drawn(svg, width, height))
            text += f"   ink {there:.4f} {back:.4f}  IoU {both:.3f}"
        print(text)


def junctions(pages: int = 40) -> None:
    """Compare the junctions of pages of curves with their crossings."""
    draw = np.random.default_rng(SEED)
    true = found = right = 0
    for _ in range(pages):
        fine = 4
        large = np.zeros((600 * fine, 600 * fine), np.uint8)
        curves = []
        for _ in range(9):
            knots = draw.uniform(40, 560, (3, 2))
            t = np.linspace(0, 1, 300)[:, None]
            curve = (1 - t) ** 2 * knots[0] + 2 * t * (1 - t) * knots[1] + t * t * knots[2]
            curves.append(curve)
            points = np.rint(curve * fine * 16).astype(np.int32)
            cv2.polylines(large, [points], False, 255, 3 * fine, shift=4)
        ink = cv2.resize(large, (600, 600), interpolation=cv2.INTER_AREA)
        truth = np.array([p for n, a in enumerate(curves) for b in curves[:n] for p in meet(a, b)])
        seen = traced(ink, smoothness=0.25, min_length=2, widest=0, run=SILENT).junctions
        apart = np.hypot(*(truth[:, None] - seen[None]).transpose(2, 0, 1))
        true, found = true + len(truth), found + len(seen)
        right += int((apart.min(axis=1) <= 4).sum())
    print(f"junctions: {true} drawn, {found} found, {right} of the drawn ones within 4 px")


def meet(one: np.ndarray[Any, Any], two: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    """Return where two polylines cross."""
    p, r = one[:-1, None], np.diff(one, axis=0)[:, None]
    q, s = two[None, :-1], np.diff(two, axis=0)[None]
    cross = r[..., 0] * s[..., 1] - r[..., 1] * s[..., 0]
    gap = q - p
    t = (gap[..., 0] * s[..., 1] - gap[..., 1] * s[..., 0]) / cross
    u = (gap[..., 0] * r[..., 1] - gap[..., 1] * r[..., 0]) / cross
    at = np.argwhere((t >= 0) & (t < 1) & (u >= 0) & (u < 1))
    return [one[a] + t[a, b] * (one[a + 1] - one[a]) for a, b in at]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--side", type=int)
    given = parser.parse_args()
    if not given.side:
        junctions()
    with tempfile.TemporaryDirectory() as folder:
        for path in given.pages:
            compare(path, given.side, Path(folder))


if __name__ == "__main__":
    main()
