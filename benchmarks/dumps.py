"""Compare queries of a dump of Danbooru with pandas that reads the same lines in chunks.

The posts are made, in the form of Danbooru2021: names by a power law, 10 to 40 of them each,
favorites, a score of 20 or more for one in eight. pandas reads as its documentation has it,
``read_json(lines=True, chunksize=…)``, and compares names by sets. Each runs in a process of its
own; imports are not counted. What counts is the median of CPU seconds of all threads, so that other
work on the machine does not; wall-clock seconds of the fastest run are printed too.

    python benchmarks/dumps.py                     2 million posts: 4 GB on disk, half an hour
    python benchmarks/dumps.py --posts 200000
    python benchmarks/dumps.py --folder F --runs 1 the posts stay in F, for the next time
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

QUERY = "1girl solo -comic rating:g score:>=20"
COMMON = ("1girl", "solo", "long_hair", "blush", "smile", "short_hair", "blue_eyes", "comic")
SYLLABLES = ("ka", "shi", "no", "mi", "ra", "to", "hana", "blue", "red", "_", "hair", "eye", "sky")
TAGS = 20_000
CHUNK = 10_000
RUNS = 3


def tags(generator: np.random.Generator) -> list[str]:
    """Return the JSON of each tag, the commonest first."""
    names = dict.fromkeys(COMMON)
    while len(names) < TAGS:
        names["".join(generator.choice(SYLLABLES, generator.integers(3, 6))).strip("_")] = None
    rare = generator.choice([0, 1, 3, 4, 5], TAGS, p=[0.6, 0.15, 0.08, 0.15, 0.02])
    return [
        f'{{"id":"{n + 1}","name":"{name}","category":"{0 if n < 100 else rare[n]}"}}'
        for n, name in enumerate(names)
    ]


def write(path: Path, posts: int) -> None:
    """Write a dump."""
    generator = np.random.default_rng(0)
    known = tags(generator)
    weights = 1 / (np.arange(TAGS) + 3.0) ** 0.9
    with path.open("w") as file:
        for first in range(1, posts + 1, CHUNK):
            count = min(CHUNK, posts + 1 - first)
            chosen = generator.choice(TAGS, (count, 40), p=weights / weights.sum())
            lengths, favorites = generator.integers((10, 0), (40, 25), (count, 2)).T
            scores = generator.exponential(9.5, count).astype(int)
            ratings = generator.choice(["s", "q", "e"], count, p=[0.75, 0.15, 0.1])
            girls = generator.random((count, 2)) < (0.6, 0.5)
            for row in range(count):
                own = dict.fromkeys([*np.flatnonzero(girls[row]), *chosen[row, : lengths[row]]])
                favs = generator.integers(1, 900_000, favorites[row])
                file.write(line(first + row, scores[row], ratings[row], favs, own, known))


def line(
    number: int, score: int, rating: str, favs: np.ndarray, own: dict[int, None], known: list[str]
) -> str:
    """Return a post."""
    listed = ",".join(f'"{one}"' for one in favs)
    return (
        f'{{"id":"{number}","created_at":"2016-10-26 08:31:06.12345 UTC","uploader_id":"1",'
        f'"score":"{score}","source":"https://i.pximg.net/img-original/{number}_p0.jpg",'
        f'"md5":"{number * 2654435761:032x}","last_commented_at":"1970-01-01 00:00:00 UTC",'
        f'"rating":"{rating}","image_width":"{600 + number % 900}",'
        f'"image_height":"{800 + number % 1300}","is_note_locked":false,"file_ext":"jpg",'
        '"last_noted_at":"1970-01-01 00:00:00 UTC","is_rating_locked":false,"parent_id":"0",'
        f'"has_children":false,"approver_id":"0","file_size":"{100_000 + number}",'
        f'"is_status_locked":false,"up_score":"{score}","down_score":"0","is_pending":false,'
        '"is_flagged":false,"is_deleted":false,"updated_at":"2020-01-26 08:31:06.12345 UTC",'
        f'"is_banned":false,"pixiv_id":"{number}","favs":[{listed}],"pools":[],'
        f'"tags":[{",".join(known[one] for one in own)}]}}\n'
    )


def by_pandas(folder: Path) -> int:
    """Return how many posts pandas finds."""
    import pandas

    found = 0
    with pandas.read_json(folder / "posts.json", lines=True, chunksize=CHUNK) as chunks:
        for chunk in chunks:
            some = chunk[(chunk["score"] >= 20) & chunk["rating"].isin(["g", "s"])]
            names = some["tags"].map(lambda tags: {tag["name"] for tag in tags})
            found += int(
                names.map(lambda has: {"1girl", "solo"} <= has and "comic" not in has).sum()
            )
    return found


def by_places(folder: Path) -> int:
    """Return how many posts the query finds, as pandas does."""
    from nijigen.core.posts.query import parse_query
    from nijigen.core.run import Run
    from nijigen.sources.dumps.dump import Faults
    from nijigen.sources.dumps.json_lines import JsonLines

    dump, run = JsonLines(folder, [folder / "posts.json"]), Run()
    return sum(1 for _ in dump.places(parse_query(QUERY), run, Faults(run)))


def by_posts(folder: Path) -> int:
    """Return the same, after all that are found were made posts with their raw JSON."""
    from nijigen.core.posts.query import parse_query
    from nijigen.core.run import Run
    from nijigen.sources.dumps.json_lines import JsonLines

    dump = JsonLines(folder, [folder / "posts.json"])
    return sum(1 for _ in dump.posts(parse_query(QUERY), Run()))


def index_of(folder: Path) -> Path:
    """Return where the index lies."""
    from nijigen.sources.dumps.index import place

    return place(folder)


def index(folder: Path) -> int:
    """Write the index."""
    from nijigen.sources.commands.index import index

    return int(index(f"dump:{folder}").result["parts"])


WAYS: dict[str, Callable[[Path], int]] = {
    "pandas": by_pandas,
    "places": by_places,
    "posts": by_posts,
    "index": index,
}


OURS = ("duckdb", "pyarrow", "nijigen.core.posts.query", "nijigen.sources.dumps.json_lines")
MODULES = {way: ("pandas",) if way == "pandas" else OURS for way in WAYS}


def measured(way: str, folder: Path, runs: int = RUNS) -> dict[str, float]:
    """Return CPU and wall-clock seconds, peak memory in MB, and how many were found."""
    command = [sys.executable, "-W", "ignore", __file__, "--way", way, "--folder", str(folder)]
    made = [json.loads(subprocess.check_output(command)) for _ in range(runs)]
    return {
        "cpu": statistics.median(one["cpu"] for one in made),
        "wall": min(one["wall"] for one in made),
        "memory": max(one["memory"] for one in made),
        "found": made[0]["found"],
    }


def once(way: str, folder: Path) -> None:
    """Run one way in this process, and print its figures."""
    for module in MODULES[way]:
        importlib.import_module(module)
    start, cpu = time.perf_counter(), time.process_time()
    found = WAYS[way](folder)
    usage = {
        "found": found,
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - start,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(usage))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.way:
        once(asked.way, asked.folder)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = (asked.folder or Path(place)) / f"{asked.posts}-posts"
        folder.mkdir(parents=True, exist_ok=True)
        compare(folder, asked.posts, asked.runs)


def compare(folder: Path, posts: int, runs: int) -> None:
    """Print the figures of each way, first without and then with an index."""
    lines = folder / "posts.json"
    if not lines.exists():
        write(folder / "posts.new", posts)
        (folder / "posts.new").rename(lines)
    shutil.rmtree(index_of(folder), ignore_errors=True)
    print(f"{posts:,} posts, {lines.stat().st_size / 1e9:.2f} GB: {QUERY}", flush=True)
    peer = measured("pandas", folder, runs)
    show("pandas in chunks", peer, peer)
    show("lines, found", measured("places", folder, runs), peer)
    show("lines, as posts", measured("posts", folder, runs), peer)
    written = measured("index", folder, 1)
    print(f"{'the index itself':18} {written['cpu']:8.2f} s CPU, {written['memory']:.0f} MB")
    show("index, found", measured("places", folder, runs), peer)
    show("index, as posts", measured("posts", folder, runs), peer)


def show(name: str, one: dict[str, float], peer: dict[str, float]) -> None:
    assert one["found"] == peer["found"], "they do not find the same"
    print(
        f"{name:18} {one['cpu']:8.2f} s CPU {peer['cpu'] / one['cpu']:6.1f}x,"
        f" {one['wall']:7.2f} s {peer['wall'] / one['wall']:6.1f}x, {one['memory']:5.0f} MB,"
        f" {one['found']:,} found",
        flush=True,
    )


if __name__ == "__main__":
    main()
