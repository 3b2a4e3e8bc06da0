"""Measure how often the library finds the picture that an edited copy was made from.

    python benchmarks/copies.py --cache FOLDER [--data FOLDER] [--gallery N] [--queries N]
        [--first N] [--part measured|fit] [--results FILE]

10,000 pictures are put into a library in the cache, once. Searched for are seeded edits of those of
them that are scenes, backgrounds or portraits with a longer side of 400 at least; pictures that are
not there, two for each; and sprites that are not there, of characters of which the library has
other expressions and poses. Other finders of copies answer the same queries. Each
answer is a line of the results: a run that was stopped goes on where it was, and `--queries 0` only
reports. `--first` leaves out the pictures before, so that several processes share the work, each
with results of its own.

Queries of `--part fit` are others than those that are measured: what is chosen by these, such as
thresholds and what the probability of a score is, is not measured by itself. Pictures are in
../shared/data.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nijigen import Picture
from nijigen.library import Library
from nijigen.library.matching.probability import probability
from nijigen.library.matching.search import SCORES, Hit
from nijigen.library.signatures.embedding import Embedding
from nijigen.library.signatures.haar import Haar

sys.path.insert(0, str(Path(__file__).parent))
import edits
from edits import EDITS, HARD, opened
from gallery import DATA, SEED, SIZE, Gallery, chosen
from hashes import PEERS, Peers
from variants import relation

MEASURED, MEASURED_ABSENT = 500, 1000
"""Queries that are measured; the rest is for the fit."""
HITS = 10
FALSE_ALARMS = 1000
"""One in so many pictures that are not there may be called found."""

Record = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--gallery", type=int, default=SIZE)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--part", choices=("measured", "fit"), default="measured")
    parser.add_argument("--results", type=Path)
    given = parser.parse_args()
    results = given.results or given.cache / f"{given.part}.jsonl"
    gallery = chosen(given.data, given.cache, given.gallery)
    edits.fill[:] = gallery.scenes
    with Library(given.cache / f"library-{given.gallery}", writing=True) as library:
        began = sum(os.times()[:4])
        added = library.add(gallery.pictures).added
        if added:
            # With the time of the processes that examine files.
            print(f"{added} added, {added / (sum(os.times()[:4]) - began):.1f} a CPU second")
        done = {(one["kind"], one["picture"]) for one in read(results)}
        left = [
            one
            for one in jobs(gallery, given.part, given.first, given.queries)
            if one[:2] not in done
        ]
        if left:
            answer(library, gallery, left, given.cache, results)
    report(read(results))


def jobs(gallery: Gallery, part: str, first: int, count: int) -> Iterator[tuple[str, str, int]]:
    """Yield kinds of queries, their pictures and a seed, so that a stopped run has all kinds."""
    measured = part == "measured"
    queries = gallery.queries[:MEASURED] if measured else gallery.queries[MEASURED:]
    absent = gallery.absent[:MEASURED_ABSENT] if measured else gallery.absent[MEASURED_ABSENT:]
    for index, path in enumerate(queries[first : first + count], first):
        for name in EDITS:
            yield name, str(path), index
        for one in absent[2 * index : 2 * index + 2]:
            yield "absent", str(one), index
        if measured and index < len(gallery.sprites):
            yield "sprite", str(gallery.sprites[index]), index


def answer(
    library: Library,
    gallery: Gallery,
    left: list[tuple[str, str, int]],
    cache: Path,
    results: Path,
) -> None:
    """Search for pictures, and write a line for each."""
    pictures = [path for path in gallery.pictures if path in library]
    numbers = np.array([library.below(path)[0].content for path in pictures])
    entries = np.array([library.entry(int(number)).number for number in numbers])
    peers = Peers(
        [lambda path=path: opened(path) for path in pictures],
        cache / f"hashes-{len(gallery.pictures)}.npz",
        library._rows(Haar()).open()[entries],
        library._rows(Embedding()).open()["whole"][entries],
    )
    for kind, path, seed in left:
        image = opened(Path(path))
        if kind in EDITS:
            image = EDITS[kind](image, np.random.default_rng([SEED, seed]))
        picture = Picture(np.asarray(image))
        cpu, wall = time.process_time(), time.perf_counter()
        hits = library.search(picture, HITS)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        right = library.below(Path(path))[0].content if Path(path) in library else -1
        record: Record = {
            "kind": kind,
            "picture": path,
            "cpu": round(cpu, 4),
            "wall": round(wall, 4),
            "hits": [facts(hit, path, right) for hit in hits],
        }
        if kind != "sprite":
            record["peers"] = {
                name: [bool(numbers[scores.argmax()] == right), float(scores.max())]
                for name, scores in peers.scores(image).items()
            }
        with results.open("a") as file:
            file.write(json.dumps(record) + "\n")


def facts(hit: Hit, path: str, right: int) -> Record:
    """Return what is known of a hit, and whether it is the right one."""
    names = ("score", "likeness", "inliers", "haar", "embedding", "kinds")
    found: Record = {name: getattr(hit, name) for name in names}
    found["right"] = hit.entry.content.number == right
    place = hit.places[0].path if hit.places else Path()
    found["picture"] = str(place)
    if hit.comparison is not None:
        for name in ("structure", "changed", "covered", "shown"):
            found[name] = getattr(hit.comparison, name)
    if "ks" in place.parts and "ks" in Path(path).parts:
        found["relation"] = relation(Path(path), place)
    return found


def read(results: Path) -> list[Record]:
    """Return the lines of a file of results; a line that was cut off by a kill is left out."""
    if not results.is_file():
        return []
    lines = results.read_text().splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def report(records: list[Record]) -> None:
    copies = [one for one in records if one["kind"] in EDITS]
    absent = [one for one in records if one["kind"] == "absent"]
    if not copies or not absent:
        return
    names = ("library", *PEERS)
    print(f"{'share of first hits':22}{'number':>7}" + "".join(f"{name:>13}" for name in names))
    for edit in EDITS:
        rows = [firsts(one) for one in copies if one["kind"] == edit]
        show(edit + (" *" if edit in HARD else ""), rows)
    show("all", [firsts(one) for one in copies])
    limits = {
        name: sorted(best(one, name) for one in absent)[-1 - len(absent) // FALSE_ALARMS]
        for name in names
    }
    found = [
        [
            right and best(one, name) > limits[name]
            for name, right in zip(names, firsts(one), strict=True)
        ]
        for one in copies
    ]
    show(f"at {len(absent) // FALSE_ALARMS} false alarms", found)
    wrong = [one["hits"][0] for one in absent if one["hits"][0]["kinds"][0] != "similar"]
    print(f"of {len(absent)} pictures that are not there {len(wrong)} are called found")
    reliability([one for one in records if "peers" in one])
    fit([one for one in records if "peers" in one])
    sprites(records)
    for what, some in (("copies", copies), ("absent", absent)):
        cpu, wall = (np.array([one[name] for one in some]) for name in ("cpu", "wall"))
        print(
            f"a query of {what}: {cpu.mean():.3f} s of CPU time, median {np.median(cpu):.3f}, "
            f"{wall.mean():.3f} s in all"
        )


def reliability(records: list[Record]) -> None:
    """Print how often the first hit is right, for what its probability was said to be."""
    scores = np.array([probability(best(one, "library")) for one in records])
    right = np.array([one["hits"][0]["right"] for one in records])
    bins = np.minimum((scores * 10).astype(int), 9)
    error = 0.0
    print(f"{'probability':22}{'number':>7}{'mean':>13}{'right':>13}")
    for one in range(10):
        inside = bins == one
        if inside.any():
            mean, share = scores[inside].mean(), right[inside].mean()
            error += inside.mean() * abs(mean - share)
            print(
                f"{one / 10:.1f} to {one / 10 + 0.1:.1f}{inside.sum():19}{mean:13.3f}{share:13.3f}"
            )
    brier = np.mean((scores - right) ** 2)
    print(f"Brier score {brier:.4f}, expected calibration error {error:.4f}")


def fit(records: list[Record]) -> None:
    """Print what the module `probability` has: scores, and how often first hits of them are right.

    Half a hit of each kind is added, since few do not tell that something never happens.
    """
    scores = np.array([best(one, "library") for one in records])
    right = np.array([one["hits"][0]["right"] for one in records])
    bands = np.searchsorted(sorted(SCORES.values()), scores, side="right")
    for band in np.unique(bands):
        inside = bands == band
        share = (right[inside].sum() + 0.5) / (inside.sum() + 1)
        print(f"score {scores[inside].mean():.3f}: right {share:.3f}, of {inside.sum()}")


def sprites(records: list[Record]) -> None:
    """Print what drawings of one character are called, of which each is not in the library."""
    hits = [hit for one in records if one["kind"] == "sprite" for hit in one["hits"]]
    for name in sorted({hit["relation"] for hit in hits if "relation" in hit}):
        said = [hit["kinds"][0] for hit in hits if hit.get("relation") == name]
        counts = ", ".join(f"{said.count(verdict)} {verdict}" for verdict in sorted(set(said)))
        print(f"a sprite, the same character ({name}): {counts}")


def firsts(record: Record) -> list[bool]:
    """Return whether the first hit is right, of the library and of its peers."""
    return [record["hits"][0]["right"], *(record["peers"][name][0] for name in PEERS)]


def best(record: Record, name: str) -> float:
    score: float = record["hits"][0]["score"] if name == "library" else record["peers"][name][1]
    return score


def show(name: str, rows: list[list[bool]]) -> None:
    if rows:
        shares = "".join(f"{share:13.3f}" for share in np.mean(rows, 0))
        print(f"{name:22}{len(rows):7}{shares}")


if __name__ == "__main__":
    main()
