"""Accuracy of face detection, landmarks and attributes on held-out pictures, against two peers.

    python benchmarks/faces.py [NAME ...]           print; by default all
    python benchmarks/faces.py --write [NAME ...]   also write the figures into the cards

A name is a model, whose figures are on its card, or ``peers`` (their accuracy), ``speed`` (compared
with them) or ``time`` (for one face), which depend on the machine.

Pictures are in ../shared/data; ``nijigen_training.data.splits`` defines which are held out. Peers
are nagadomi's LBP cascade (in ../shared/data/cascades) and, if its package is installed, AnimeFace
2009; both get the whole picture with their own parameters.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nijigen import Picture, Run
from nijigen.core.errors import ModelError
from nijigen.faces._find import find
from nijigen.faces._merging import overlaps
from nijigen.faces._page import Page
from nijigen.faces._reading import (
    COLORS_MODEL,
    LANDMARKS_MODEL,
    read_landmarks,
    read_names,
)
from nijigen.faces._settings import Engine, Query
from nijigen.faces._values import Box, Face
from nijigen.faces._verifying import VERIFY_MODEL, score_boxes
from nijigen.faces.engines import nijigen as ours
from nijigen.faces.engines.nijigen import MODEL
from nijigen.models.card import BUNDLED, Metric
from nijigen.models.session import set_threads

# The splits are in the training package, which need not be installed.
sys.path.insert(0, str(Path(__file__).parents[1] / "training" / "src"))

from nijigen_training.card import write_metrics
from nijigen_training.data.backgrounds import photo_files
from nijigen_training.data.faces96 import BOX, SIDE, face_files, face_labels, face_pixels
from nijigen_training.data.files import read_pixels
from nijigen_training.data.scenes import Scene, scenes
from nijigen_training.faces.landmarks.truth import errors, held_out

DATA = Path(__file__).parents[2] / "shared" / "data"
CASCADE = DATA / "cascades" / "lbpcascade_animeface.xml"
HAIR_BY_EYE = Path(__file__).parent / "hair_by_eye.csv"
"""Of 300 held-out faces drawn by chance, 297 that show hair: its name, given by looking at the face
and at nothing else, and the names that would also do."""
SAME = 0.4
"""IoU from which a box counts as correct, as for releases."""
SIZE = (1200, 700)
"""Of the pictures that speed is measured on."""
ROUNDS = 5
LEAST = 0.05
"""The least confidence that can be requested: average precision needs them all."""
UNITS = {"center_error_median": "% of the eyes' distance", "center_error_90th": "% of the same"}


@dataclass(frozen=True)
class Score:
    """How an engine did on the scenes, at its own threshold."""

    precision: float
    recall: float
    average_precision: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def faces_of(picture: Picture, engine: Engine, confidence: float) -> list[Face]:
    """Return an engine's faces, the most confident first."""
    return list(find(picture, Query(engine, confidence), "boxes", Run()).faces)


def scored(
    found: Sequence[Sequence[Face]], truth: Sequence[Sequence[Box]], threshold: float
) -> Score:
    """Match boxes to the truth, the most certain first, each true face once."""
    rows: list[tuple[float, bool]] = []
    for faces, boxes in zip(found, truth, strict=True):
        left = [np.array(box, np.float32) for box in boxes]
        for face in faces:
            shared = overlaps(np.array(face.box, np.float32), np.array(left).reshape(-1, 4))[0]
            hit = len(shared) > 0 and float(shared.max()) >= SAME
            if hit:
                left.pop(int(shared.argmax()))
            rows.append((face.confidence, hit))
    total = sum(map(len, truth))
    kept = [hit for confidence, hit in rows if confidence >= threshold]
    ordered = np.array([hit for _, hit in sorted(rows, key=lambda row: -row[0])], float)
    hits = ordered.cumsum()
    precision = hits / np.arange(1, len(ordered) + 1)
    # The area under the curve, with precision as the best that is had at that recall or above.
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return Score(
        precision=sum(kept) / len(kept) if kept else 0.0,
        recall=sum(kept) / total,
        average_precision=float((best * ordered).sum() / total),
    )


def recalled(faces: Sequence[Face], boxes: Sequence[Box], threshold: float) -> list[bool]:
    """Return which true boxes are found, the most certain of what is found first."""
    left = dict(enumerate(boxes))
    for face in faces:
        if face.confidence >= threshold and left:
            numbers = list(left)
            truth = np.array(list(left.values()), np.float32)
            shared = overlaps(np.array(face.box, np.float32), truth)[0]
            if float(shared.max()) >= SAME:
                del left[numbers[int(shared.argmax())]]
    return [number not in left for number in range(len(boxes))]


def measure_detection() -> dict[str, float]:
    """F1 and average precision on the held-out scenes; gray; false alarms on photographs."""
    threshold = Query().confidence
    kept = scenes("held_out")
    truth = [[Box(*box) for box in scene.faces] for scene in kept]
    print(f"{len(kept)} scenes with {sum(map(len, truth))} faces; IoU {SAME}")
    color = [faces_of(_scene(scene), "nijigen", LEAST) for scene in kept]
    gray = [faces_of(_scene(scene).gray(), "nijigen", LEAST) for scene in kept]
    ours = _report("nijigen", scored(color, truth, threshold))
    grays = _report("nijigen, gray", scored(gray, truth, threshold))
    seen: dict[str, list[bool]] = {"front": [], "side": [], "other": []}
    for scene, faces, boxes in zip(kept, color, truth, strict=True):
        for view, hit in zip(scene.views, recalled(faces, boxes, threshold), strict=True):
            seen[view].append(hit)
    for view, hits in seen.items():
        print(f"  seen from {view:9} {sum(hits)} of {len(hits)} found")
    photos = photo_files("held_out")
    # Some are PGM, which Picture does not read.
    pictures = (Picture(read_pixels(path)) for path in photos)
    alarmed = sum(bool(faces_of(picture, "nijigen", threshold)) for picture in pictures)
    print(f"{'photographs':16} false alarms on {alarmed} of {len(photos)}")
    return {
        "f1": ours.f1,
        "precision": ours.precision,
        "recall": ours.recall,
        "average_precision": ours.average_precision,
        "recall_front": statistics.mean(seen["front"]),
        "recall_side": statistics.mean(seen["side"]),
        "gray_recall": grays.recall,
        "false_alarms_per_photograph": alarmed / len(photos),
    }


def report_peers() -> None:
    """Report the peers' accuracy on the same scenes."""
    kept = scenes("held_out")
    truth = [[Box(*box) for box in scene.faces] for scene in kept]
    for engine in available():
        if engine != "nijigen":
            found = [faces_of(_scene(scene), engine, LEAST) for scene in kept]
            _report(engine, scored(found, truth, Query().confidence))


def _report(name: str, score: Score) -> Score:
    print(
        f"{name:16} F1 {score.f1:.3f}  precision {score.precision:.3f}  "
        f"recall {score.recall:.3f}  AP {score.average_precision:.3f}"
    )
    return score


def _scene(scene: Scene) -> Picture:
    return Picture.open(scene.path).rgb()


def available() -> list[Engine]:
    """Return the available engines."""
    os.environ.setdefault("NIJIGEN_CASCADE", str(CASCADE))
    working: list[Engine] = []
    for engine in ("nijigen", "lbpcascade", "animeface"):
        try:
            faces_of(Picture(np.full((64, 64, 3), 255, np.uint8)), engine, 0.5)
            working.append(engine)
        except ModelError as error:
            print(f"{engine:16} skipped: {error.message}")
            if engine == "nijigen":
                raise SystemExit(2) from None
    return working


def report_speed() -> None:
    """Report the time for a picture of 1200×700 on two cores; the engines take turns."""
    set_threads(2)
    kept = [scene for scene in scenes("held_out") if scene.faces][:3]
    pictures = [Picture.from_pil(_scene(scene).pil().resize(SIZE)) for scene in kept]
    engines = available()
    seconds: dict[Engine, list[float]] = {engine: [] for engine in engines}
    for _ in range(ROUNDS):
        for picture in pictures:
            for engine in engines:
                spent = timed(lambda e=engine, p=picture: faces_of(p, e, 0.5))  # type: ignore[misc]
                seconds[engine].append(spent)
    medians = {engine: statistics.median(spent) for engine, spent in seconds.items()}
    for engine, median in medians.items():
        ratio = median / medians["nijigen"]
        print(f"{engine:16} {1000 * median:7.1f} ms per picture, {ratio:5.1f} times ours")
    set_threads(None)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure_verifier() -> dict[str, float]:
    """Accuracy of the verifier alone on the detector's proposals for held-out scenes."""
    rights: dict[bool, list[bool]] = {True: [], False: []}
    for scene in scenes("held_out"):
        page = Page(_scene(scene))
        truth = np.array(scene.faces, np.float32).reshape(-1, 4)
        proposed = ours.proposals(page, None, Run())
        scores = score_boxes(page, proposed.boxes, Run())
        for box, odds in zip(proposed.boxes, scores[:, 0], strict=True):
            same = bool((overlaps(box, truth)[0] >= SAME).any())
            rights[same].append(bool((odds >= 0) == same))
    for same, right in rights.items():
        print(f"{'faces' if same else 'other boxes':16} {sum(right)} of {len(right)} correct")
    return {
        "faces_right": statistics.mean(rights[True]),
        "other_boxes_right": statistics.mean(rights[False]),
    }


def measure_landmarks() -> dict[str, float]:
    """Errors of the centers of eyes and mouth on sprites of held-out characters."""
    lessons = held_out()
    points = []
    for lesson in lessons:
        page = Page(Picture(lesson.pixels))
        points.append(read_landmarks(page, [Box(*lesson.box)], Run())[0].points[:, :2])
    found = errors(np.stack(points), lessons).ravel() * 100
    median, ninth = float(np.median(found)), float(np.percentile(found, 90))
    print(f"{len(lessons)} sprites: error {median:.1f} % median, {ninth:.1f} % 90th percentile")
    return {"center_error_median": median, "center_error_90th": ninth}


def measure_colors() -> dict[str, float]:
    """Fraction of color names on held-out faces that match the labels, and a human's judgment."""
    labels = face_labels()
    files = [file for file in face_files("held_out") if file in labels]
    box = Box(*(share * SIDE for share in BOX))
    names = {file: read_names(Page(Picture(face_pixels(file))), [box], Run())[0] for file in files}
    hair = statistics.mean(names[file].hair == labels[file][1] for file in files)
    eyes = statistics.mean(names[file].eye == labels[file][0] for file in files)
    print(f"{len(files)} faces as labelled: hair {hair:.1%}, eyes {eyes:.1%}")
    with HAIR_BY_EYE.open(encoding="utf-8", newline="") as lines:
        seen = {row["file"]: (row["hair"], *row["also"].split()) for row in csv.DictReader(lines)}
    right, likeliest = _by_eye({file: names[file].hair for file in seen}, seen)
    print(f"{len(seen)} faces looked at: hair {right:.1%} right ({likeliest:.1%} the likeliest)")
    labelled, as_first = _by_eye({file: labels[file][1] for file in seen}, seen)
    print(f"{'':15} their labels {labelled:.1%} right ({as_first:.1%} the likeliest)")
    return {"hair_right": hair, "eyes_right": eyes, "hair_right_by_eye": right}


def _by_eye(said: Mapping[str, str], seen: Mapping[str, tuple[str, ...]]) -> tuple[float, float]:
    """Return the fractions of acceptable names, and of the most likely one."""
    right = statistics.mean(said[file] in names for file, names in seen.items())
    return right, statistics.mean(said[file] == names[0] for file, names in seen.items())


def report_time() -> None:
    """Report the milliseconds for one face with landmarks and attributes, after loading."""
    scene = next(scene for scene in scenes("held_out") if len(scene.faces) == 1)
    picture = _scene(scene)
    given = str([list(scene.faces[0])])
    for name, query in (("one face", Query(given=given)), ("with its detection", Query())):
        find(picture, query, "attributes", Run())
        times = [
            timed(lambda a=query: find(picture, a, "attributes", Run()))  # type: ignore[misc]
            for _ in range(4 * ROUNDS)
        ]
        print(f"{name:20} {statistics.median(times) * 1000:6.1f} ms on {picture}")


MEASURES: dict[str, Callable[[], dict[str, float]]] = {
    MODEL: measure_detection,
    VERIFY_MODEL: measure_verifier,
    LANDMARKS_MODEL: measure_landmarks,
    COLORS_MODEL: measure_colors,
}
"""Measurements for the card of each model."""
REPORTS: dict[str, Callable[[], None]] = {
    "peers": report_peers,
    "speed": report_speed,
    "time": report_time,
}
"""Reports that are on no card."""


def measure(name: str) -> dict[str, float]:
    """Return the metrics of a model by their names on the card."""
    return {metric: round(value, 4) for metric, value in MEASURES[name]().items()}


def main() -> None:
    """Run the named measurements, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", default=[])
    parser.add_argument("--write", action="store_true", help="write into the bundled cards")
    options = parser.parse_args()
    for name in options.names or (*MEASURES, *REPORTS):
        print(f"\n{name}")
        if name in REPORTS:
            REPORTS[name]()
        elif name not in MEASURES:
            parser.error(f"names: {', '.join((*MEASURES, *REPORTS))}")
        else:
            command = f"python benchmarks/faces.py {name}"
            figures = {
                metric: Metric(value=value, unit=UNITS.get(metric, ""), command=command)
                for metric, value in measure(name).items()
            }
            if options.write:
                write_metrics(BUNDLED / name, figures)


if __name__ == "__main__":
    main()
