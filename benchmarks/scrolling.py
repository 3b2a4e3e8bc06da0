"""Measure how the library's screen scrolls in Chromium, over a made library of many pictures.

    python benchmarks/scrolling.py [--count N] [--pictures FOLDER] [--json FILE]

Makes a library whose rows and thumbnails are written directly (their signatures are not needed),
serves it, and scrolls: at reading speed, in jumps of a page, and flung from top to bottom. Prints
for each frames per second, the share of frames that took longer than two of the screen's, the
longest task of the page's thread, the elements in the page, and how many of the pictures in view
were shown a second after the end. Thumbnails are of made drawings, or of those in a folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nijigen.api.access import links
from nijigen.api.access.token import Token
from nijigen.library import Library
from nijigen.library.matching.views import THUMBNAIL, View
from nijigen.library.store.catalog import Content, Entry, Place
from nijigen.library.store.stamp import Stamp

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DISTINCT = 500
"""Thumbnails that differ; the others are links to them."""
SEED = 22
FRAME_MS = 1000 / 60
SECONDS = 6.0
WATCH = """() => {
  window.seen = { frames: [], tasks: [] };
  new PerformanceObserver((list) => window.seen.tasks.push(
    ...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
}"""
SCROLL = """async ([kind, seconds]) => {
  const wall = document.querySelector('.wall');
  const { seen } = window;
  seen.frames.length = seen.tasks.length = 0;
  const [from, far] = [wall.scrollTop, wall.scrollHeight - wall.clientHeight];
  const start = performance.now();
  let last = start;
  let pages = 0;
  await new Promise((done) => {
    const step = (now) => {
      seen.frames.push(now - last);
      last = now;
      const share = (now - start) / 1000 / seconds;
      if (kind === 'reading') wall.scrollTop = from + share * seconds * 1200;
      else if (kind === 'flung') wall.scrollTop = share * far;
      else if (Math.floor(share * seconds * 4) > pages) {
        pages += 1;
        wall.scrollTop += wall.clientHeight;
      }
      if (share >= 1) done();
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  const [frames, tasks] = [seen.frames.slice(1), [...seen.tasks]];
  await new Promise((done) => setTimeout(done, 1000));
  const cells = [...document.querySelectorAll('.cell:not([hidden])')];
  return { frames, tasks, elements: document.querySelectorAll('*').length,
    shown: cells.filter((cell) => cell.firstChild.complete && cell.firstChild.naturalWidth).length,
    cells: cells.length };
}"""


def drawn(draw: np.random.Generator) -> View:
    """Return blurred blots of color in a size that drawings have."""
    ratio = float(draw.choice([0.7, 0.7, 1, 1.4, 1.78]))
    width, height = (THUMBNAIL, round(THUMBNAIL / ratio)) if ratio > 1 else (0, 0)
    width, height = (width, height) if width else (round(THUMBNAIL * ratio), THUMBNAIL)
    small = draw.integers(0, 256, (9, 9, 3), np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))


def read(folder: Path) -> Iterator[View]:
    for path in sorted(folder.rglob("*.webp")):
        with Image.open(path) as image:
            image.thumbnail((THUMBNAIL, THUMBNAIL))
            yield np.asarray(image.convert("RGB"))


def make(count: int, pictures: Path | None) -> None:
    """Make a library in the home."""
    draw = np.random.default_rng(SEED)
    with Library(writing=True) as library:
        views = list(read(pictures)) if pictures else [drawn(draw) for _ in range(DISTINCT)]
        thumbnails, catalog = library._thumbnails, library._catalog
        for number in range(1, count + 1):
            if number <= len(views):
                thumbnails.write(number, views[number - 1])
            else:
                path = thumbnails.path(number)
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.link(thumbnails.path(int(draw.integers(1, len(views) + 1))), path)
        contents, entries, places = [], [], []
        for number in range(1, count + 1):
            with Image.open(thumbnails.path(number)) as image:
                width, height = (side * 4 for side in image.size)
            content = Content(number, f"{number:064x}", 400_000, "png", width, height, False)
            contents.append(content)
            entries.append((Entry(number, content), ()))
            path = Path(f"/pictures/{number // 1000:03}/drawing {number}.png")
            places.append(Place(path, number, Stamp(400_000, 0), Path("/"), "here"))
        catalog.add(contents, entries, places)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the studio, and yield a link."""
    command = [sys.executable, "-m", "nijigen", "studio", "--no-browser", "--port", "0"]
    with subprocess.Popen(
        [*command, "--data", str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        line = next(line for line in process.stdout if "http://" in line)
        address = "http://" + line.partition("http://")[2].partition("/")[0]
        yield links.link(f"{address}/", Token.read(folder / "token"))
        process.terminate()


def measured(page: Any, kind: str) -> dict[str, float]:
    found = page.evaluate(SCROLL, [kind, SECONDS])
    frames = np.array(found["frames"])
    return {
        "frames a second": round(1000 * len(frames) / float(frames.sum()), 1),
        "dropped": round(float((frames > 2.2 * FRAME_MS).mean()), 3),
        "longest frame ms": round(float(frames.max()), 1),
        "longest task ms": round(max(found["tasks"], default=0.0), 1),
        "elements": found["elements"],
        "shown": round(found["shown"] / max(found["cells"], 1), 3),
    }


def main() -> None:
    """Make the library, scroll, and print the figures."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, BROWSERS)))
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="nijigen-scrolling-") as folder:
        os.environ["NIJIGEN_HOME"] = folder
        make(options.count, options.pictures)
        with served(Path(folder) / "studio") as link, sync_playwright() as playwright:
            arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(link)
            page.locator("nj-home").wait_for()
            page.goto(link.partition("#")[0] + "#/library")
            page.locator(".cell img[src]").first.wait_for()
            page.evaluate(WATCH)
            for kind in ("reading", "pages", "flung", "reading"):
                results[kind] = measured(page, kind)
                print(f"{kind:8}", results[kind])
            browser.close()
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
