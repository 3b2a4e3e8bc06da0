"""Measure how fast a library of very many pictures is searched, and what the indexes miss.

    python benchmarks/vectors.py [--data FOLDER] [--work FOLDER] [--real N] [--sizes N ...]

There are few real pictures, so signatures of the others are made from theirs: mixtures of three
neighbors, with noise whose spectrum is that of the real ones. Printed beside the results are the
spectrum and the distances to nearest neighbors of both. Edited copies of real pictures are searched
for. Compared is with an exact scan of the same library, by the same code, and with a plain scan of
the vectors in half precision. --work keeps the signatures and libraries for another run.

Times are CPU seconds, since wall time depends on what else runs: that of queries is printed beside
them, with the median, which few interruptions do not change. The geometric comparison of the
shortlist is not part of them: it does not depend on the size of the library.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen import Picture
from nijigen.imaging.files import read_picture
from nijigen.library import Library
from nijigen.library._settings import Settings, write_settings
from nijigen.library.indexes.indexes import Indexes
from nijigen.library.indexes.manifest import read_manifest
from nijigen.library.matching.shortlist import HaarQuery, Scores, Shortlist
from nijigen.library.matching.views import View, mirrored, view_of
from nijigen.library.signatures import embedding
from nijigen.library.signatures.embedding import Embedding
from nijigen.library.signatures.haar import Haar
from nijigen.library.store.catalog import Catalog, Content, Entry
from nijigen.library.store.rows import Rows
from nijigen.models.session import limit_this_thread

sys.path.insert(0, str(Path(__file__).parent))
from edits import EDITS
from made_signatures import Made

DATA = Path(__file__).parents[2] / "shared" / "data"
FOLDERS = (
    "scenes/images",
    "backgrounds",
    "portraits_wesnoth",
    "lineart",
    "cel_frames",
    "sprites/renpy",
    "sprites/ks",
    "photos/imagenet_sample",
)
FACES = "faces96"
ASKED = ("jpeg 20", "crop 75 %", "mirror", "lettering")
SEED = 22
BATCH = 20_000
SIGNATURES = (Haar(), Embedding())


def pictures(data: Path, count: int) -> list[tuple[str, Callable[[], Picture]]]:
    """Return names of real pictures with what opens them, in random order."""
    draw = np.random.default_rng(SEED)
    paths = sorted(
        path
        for name in FOLDERS
        for path in (data / name).rglob("*")
        if path.suffix in {".webp", ".png", ".jpg"}
    )
    found: list[tuple[str, Callable[[], Picture]]] = [
        (str(path), partial(read_picture, path)) for path in paths
    ]
    for archive in sorted((data / FACES).glob("*.zip")):
        packed = zipfile.ZipFile(archive)
        names = [name for name in packed.namelist() if name.endswith(".webp")]
        found += [(name, partial(_face, packed, name)) for name in names]
    order = [*range(len(paths)), *(len(paths) + draw.permutation(len(found) - len(paths)))]
    return [found[int(index)] for index in draw.permutation(order[:count])]


def _face(packed: zipfile.ZipFile, name: str) -> Picture:
    with Image.open(io.BytesIO(packed.read(name))) as image:
        return Picture(np.asarray(image.convert("RGB")))


def signed(real: list[tuple[str, Callable[[], Picture]]], work: Path) -> list[NDArray[Any]]:
    """Return the records of real pictures, Haar and embedding; computed once, and resumed."""
    files = [work / f"{one.name}.real" for one in SIGNATURES]
    for file in files:
        file.touch()
    done = min(f.stat().st_size // s.dtype.itemsize for f, s in zip(files, SIGNATURES, strict=True))
    for number in range(done, len(real)):
        view = view_of(real[number][1]())
        for file, one in zip(files, SIGNATURES, strict=True):
            with file.open("r+b") as target:
                target.seek(number * one.dtype.itemsize)
                target.write(one.of(view).tobytes())
    return [np.fromfile(f, s.dtype, len(real)) for f, s in zip(files, SIGNATURES, strict=True)]


def fill(folder: Path, size: int, real: list[NDArray[Any]]) -> None:
    """Make a library of a size: real pictures, and made ones."""
    with Library(folder, writing=True):
        pass
    catalog = Catalog(folder)
    files = [Rows(folder / "signatures", one) for one in SIGNATURES]
    made = Made(*real, SEED)
    names = [one.name for one in SIGNATURES]
    number = 1
    while number <= size:
        if number == 1:
            batch = [one[:size] for one in real]
        else:
            batch = list(made.records(min(BATCH, size + 1 - number)))
        for file, records in zip(files, batch, strict=True):
            file.path.touch()
            with file.path.open("r+b") as target:
                target.seek(number * file.dtype.itemsize)
                target.write(records.tobytes())
        contents = [
            Content(n, f"{n:064x}", 1, "png", 512, 512, moving=False, complete=True)
            for n in range(number, number + len(batch[0]))
        ]
        entries = [(Entry(one.number, one, frames=1), names) for one in contents]
        catalog.add(contents, entries, [])
        number += len(batch[0])
    catalog.close()


def described(name: str, records: NDArray[Any], among: NDArray[Any]) -> None:
    """Print the spectrum of some embeddings, and how near the nearest others are."""
    wholes = records["whole"].astype(np.float32)
    spectrum = np.linalg.svd(wholes - wholes.mean(0), compute_uv=False) ** 2
    shares = np.cumsum(spectrum) / spectrum.sum()
    at = ", ".join(f"{shares[k - 1]:.2f} in {k}" for k in (1, 10, 40, 150))
    asked = wholes[:200]
    near = np.concatenate(
        [
            np.partition(asked @ among["whole"][s : s + 50_000].astype(np.float32).T, -2)[:, -2:]
            for s in range(0, len(among), 50_000)
        ],
        1,
    )
    # The nearest is the vector itself.
    second = np.partition(near, -2)[:, -2]
    print(
        f"  {name}: variance {at} dimensions; cosine to the nearest other "
        f"{', '.join(f'{q:.2f}' for q in np.quantile(second, (0.1, 0.5, 0.9)))} (10, 50, 90 %)"
    )


class Found:
    """What a search finds in a library, with its indexes or without.

    Args:
        folder: The library.
        indexes: The name of their folder; there are none in one that is missing.
    """

    def __init__(self, folder: Path, indexes: str = "indexes") -> None:
        self.catalog = Catalog(folder)
        signed = [(one, Rows(folder / "signatures", one)) for one in SIGNATURES]
        self.indexes = Indexes(folder / indexes, self.catalog, signed, Settings())
        self.rows = signed[1][1].open()
        self.shortlist = Shortlist(self.catalog, signed, self.indexes)


def asked(data: Path, real: int, count: int) -> Iterator[tuple[str, int, View]]:
    """Yield edited copies of real pictures: the edit, the number of the original, a view."""
    known = pictures(data, real)
    for index in range(count):
        image = Image.fromarray(known[index][1]().rgb().pixels)
        name = ASKED[index % len(ASKED)]
        edited = EDITS[name](image, np.random.default_rng([SEED, index]))
        yield name, index + 1, view_of(Picture(np.asarray(edited)))


def scores(found: Found, view: View) -> dict[str, Scores]:
    """Return what signatures find, as a search does that is sure of its first hits."""
    with ThreadPoolExecutor(1, initializer=limit_this_thread, initargs=(1,)) as network:
        query = found.shortlist.sign((view, mirrored(view)), network)
        return found.shortlist.scores(query, found.shortlist.first(query), mirror=False)


def index(folder: Path) -> None:
    """Make the indexes of a library."""
    write_settings(folder, Settings(vectors="usearch"))
    began = time.process_time()
    with Library(folder) as library:
        library._indexes.rebuild()
    print(f"  made in {time.process_time() - began:.0f} CPU s, {_peak():.2f} GB of memory")
    size = len(Rows(folder / "signatures", SIGNATURES[0]).open()) - 1
    total = 0.0
    for path in sorted([*(folder / "signatures").iterdir(), *(folder / "indexes").iterdir()]):
        share = path.stat().st_size / size
        total += share
        print(f"  {path.name:24}{share:8.0f} bytes a picture")
    print(f"  {'in all':24}{total:8.0f}")


def measure(folder: Path, data: Path, real: int, count: int, compared: int) -> None:
    """Search a library with its indexes, and compare with an exact scan."""
    queries = list(asked(data, real, count))
    found = Found(folder)
    scores(found, queries[0][2])
    seconds, walls, listed = [], [], []
    for _, _, view in queries:
        began, started = time.process_time(), time.perf_counter()
        listing = scores(found, view)
        seconds.append(time.process_time() - began)
        walls.append(time.perf_counter() - started)
        listed.append({kind: one.best(12) for kind, one in listing.items()})
    signing = _signing([view for _, _, view in queries[:20]])
    whole = np.mean(seconds)
    print(
        f"  a query: {whole * 1000:.0f} CPU ms, of them {signing * 1000:.0f} for its signatures; "
        f"slowest {max(seconds) * 1000:.0f}; {np.mean(walls) * 1000:.0f} ms in all, median "
        f"{np.median(walls) * 1000:.0f}; {_peak():.2f} GB of memory"
    )
    exact = Found(folder, "none")
    assert exact.indexes.haar is None
    began = time.process_time()
    scans = [scores(exact, view) for _, _, view in queries[:compared]]
    scanned = (time.process_time() - began) / compared
    print(f"  exact scan by the same code: {scanned * 1000:.0f} CPU ms")
    for kind in ("haar", "embedding"):
        pairs = [(one[kind], scan[kind].best(12)) for one, scan in zip(listed, scans, strict=False)]
        right = [(n in a, n in b) for (_, n, _), (a, b) in zip(queries, pairs, strict=False)]
        first = np.mean([a[:1] == b[:1] for a, b in pairs])
        same = np.mean([len(set(a[:10]) & set(b[:10])) / 10 for a, b in pairs])
        print(
            f"  {kind}: original among the first 12: {np.mean([a for a, _ in right]):.3f}, by the "
            f"exact scan {np.mean([b for _, b in right]):.3f}; same first {first:.3f}, "
            f"same ten {same:.3f}"
        )
    vectors(found, [view for _, _, view in queries[:compared]], whole)


def vectors(found: Found, views: list[View], query: float) -> None:
    """Compare the store of whole pictures with a plain scan in half precision."""
    stores = found.indexes.embeddings
    assert stores is not None
    wanted = [embedding.whole(view)[None] for view in views]
    ours, seconds = [], []
    for one in wanted:
        began = time.process_time()
        ours.append(stores[0].nearest(one, 10)[:10])
        seconds.append(time.process_time() - began)
    numbers = found.catalog.numbers("embedding-1")
    began = time.process_time()
    plain = np.ascontiguousarray(found.rows["whole"])
    copied = time.process_time() - began
    scan, same = [], []
    for one, near in zip(wanted, ours, strict=True):
        began = time.process_time()
        alike = np.concatenate(
            [
                plain[start : start + 8192].astype(np.float32) @ one[0]
                for start in range(0, len(plain), 8192)
            ]
        )
        scan.append(time.process_time() - began)
        best = numbers[np.argsort(-alike[numbers], kind="stable")[:10]]
        # Equal vectors are equally good.
        same.append(np.mean(alike[near] >= alike[best[-1]] - 1e-3))
    print(
        f"  whole vectors alone: {np.mean(seconds) * 1000:.2f} CPU ms, a plain scan "
        f"{np.mean(scan) * 1000:.0f} ({np.mean(scan) / np.mean(seconds):.0f} times; copied in "
        f"{copied:.1f} s); recall of the first ten {np.mean(same):.4f}"
    )


def _signing(views: list[View]) -> float:
    """Return the CPU seconds that the signatures of a query take."""
    began = time.process_time()
    for view in views:
        HaarQuery(view)
        embedding.whole(view)
        embedding.regions(view)
    return (time.process_time() - began) / len(views)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--real", type=int, default=10_000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--compared", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = given.work or Path(temporary)
        real = signed(pictures(given.data, given.real), work)
        print(f"{len(real[0])} real pictures")
        described("real", real[1], real[1])
        for size in given.sizes:
            folder = work / f"library-{size}"
            print(f"{size} pictures", flush=True)
            # The memory of each step is measured in a process of its own.
            if not folder.exists():
                # Whatever is here under the last name is whole: a killed run leaves another name.
                begun = folder.with_suffix(".part")
                shutil.rmtree(begun, ignore_errors=True)
                _apart(fill, begun, size, real)
                begun.rename(folder)
            rows = Rows(folder / "signatures", SIGNATURES[1]).open()[1:]
            described("made", np.concatenate([rows[-2000:]]), rows)
            if not read_manifest(folder / "indexes").generation:
                _apart(index, folder)
            _apart(measure, folder, given.data, given.real, given.queries, given.compared)


def _apart(work: Callable[..., None], *arguments: object) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
