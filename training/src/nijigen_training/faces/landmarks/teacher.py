"""Lessons from real faces, with AnimeFace 2009 as the teacher for eyes, mouth, nose and chin.

Its answers are computed once by ``python -m nijigen_training.faces.landmarks.teacher``, which
can be resumed. It is run on a face and its mirror image, and used if both answers agree: for a
fifth of ``faces96``, half of the sprites and a quarter of the scenes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.core.landmarks import LANDMARKS
from nijigen.faces.engines import animeface
from nijigen.imaging.crops import square_crop
from nijigen_training.data import faces96
from nijigen_training.data.files import read_pixels
from nijigen_training.data.labelled import Pixels
from nijigen_training.data.root import cache_root, data_root
from nijigen_training.data.scenes import scenes
from nijigen_training.data.sprites import sprite_pixels, sprites
from nijigen_training.faces.landmarks.lesson import Box, Lesson
from nijigen_training.faces.landmarks.points import POSE, WIDEST

ANSWERS = "faces-landmarks-teacher.jsonl"
FACTOR, SIDE = 1.5, 272
"""The teacher's input: a crop of this many times the face's side, and its size in pixels."""
LIKELY, AGREED = 0.5, 0.15
"""Minimum likelihood, and maximum difference of the two answers relative to the eye distance."""
KEPT = 224
"""Size in pixels of the crops kept in memory, which have twice the face's side."""
NOSE_WEIGHT, CHIN_WEIGHT = 0.1, 0.4
"""Low weights: its chin is approximate, and its nose is off by .12 of the eye distance."""
EYE_WEIGHT, LIP_WEIGHT = 0.2, 0.35
"""The sides of its boxes are only near the corners and edges of eyes and mouth."""
OPEN = 0.25
"""Mouth boxes lower than this, relative to the eye distance, do not locate the lips."""
CLOSED = 0.15
"""Height of the box of a closed mouth, relative to the eye distance."""


def answers_file() -> Path:
    """Return the file of answers: in a packed data folder, or in the cache."""
    packed = data_root() / ANSWERS
    return packed if packed.is_file() else cache_root() / ANSWERS


@lru_cache(maxsize=1)
def believed() -> tuple[dict[str, Any], ...]:
    """Return the answers that are reliable enough for training."""
    path = answers_file()
    if not path.is_file():
        return ()
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line["spread"] is not None and line["spread"] < AGREED)


def taught_lesson(rng: np.random.Generator) -> Lesson:
    """Return a real face with the teacher's labels."""
    answers = believed()
    return lesson_of(answers[int(rng.integers(len(answers)))], rng)


def lesson_of(answer: dict[str, Any], rng: np.random.Generator) -> Lesson:
    """Turn an answer, which is in units of the face box, into a lesson."""
    pixels, box = face(answer["face"], rng)
    corner = np.array(box[:2])
    size = np.array((box[2] - box[0], box[3] - box[1]))
    lesson = Lesson(pixels, box)
    trust = 1.0 - 0.5 * answer["spread"] / AGREED
    for number, name in enumerate(("left", "right", "mouth", "nose", "chin")):
        x, y, width, height = answer[name]
        lesson.centers[number] = corner + size * (x, y)
        lesson.center_weights[number] = trust * (1, 1, 1, NOSE_WEIGHT, CHIN_WEIGHT)[number]
        if number > 2:
            continue
        side = -1 if name == "left" else 1
        part, first = (f"eye_{name}", -side) if number < 2 else ("mouth", -1)
        for rim, (across, down) in (
            ("upper_0", (first, 0)),
            ("upper_4", (-first, 0)),
            ("upper_2", (0, -1)),
            ("lower_1", (0, 1)),
        ):
            place = LANDMARKS.index(f"{part}_{rim}")
            lesson.points[place] = corner + size * (x + across * width / 2, y + down * height / 2)
            lesson.weights[place] = trust * (EYE_WEIGHT if number < 2 else LIP_WEIGHT)
    apart = float(np.hypot(*(lesson.centers[1] - lesson.centers[0])))
    gape = float(answer["mouth"][3] * size[1]) / max(apart, 1e-3)
    if gape < OPEN:
        lesson.weights[[LANDMARKS.index("mouth_upper_2"), LANDMARKS.index("mouth_lower_1")]] = 0
    # A real face's chin is as far from its eyes as they are from each other.
    lesson.states[5] = np.clip((gape - CLOSED) / WIDEST, 0, 1)
    lesson.state_weights[5] = 0.3
    across, down = lesson.centers[1] - lesson.centers[0]
    lesson.states[2] = np.rad2deg(np.arctan2(down, across)) / POSE[2]
    lesson.state_weights[2] = 0.3
    return lesson


def face(name: str, rng: np.random.Generator | None = None) -> tuple[Pixels, Box]:
    """Return a real face and its box.

    Args:
        name: ``faces96/FILE``, ``scenes/FILE#NUMBER`` or ``sprites/FILE``.
        rng: Random generator for the background of a sprite; without it, white.
    """
    kind, _, rest = name.partition("/")
    if kind == "faces96":
        return faces96.face_pixels(rest), _scaled(faces96.BOX, faces96.SIDE)
    crop = _scene_crop(rest) if kind == "scenes" else _sprite_crop(rest)
    if crop.shape[2] == 4:
        ground = rng.integers(0, 256, 3) if rng is not None and rng.random() < 0.6 else (255,) * 3
        alpha = crop[:, :, 3:].astype(np.uint16)
        laid = crop[:, :, :3] * alpha + np.array(ground, np.uint16) * (255 - alpha)
        crop = ((laid + 127) // 255).astype(np.uint8)
    quarter = KEPT / 4
    return crop, (quarter, quarter, 3 * quarter, 3 * quarter)


def _scaled(box: Box, factor: float) -> Box:
    return box[0] * factor, box[1] * factor, box[2] * factor, box[3] * factor


@lru_cache(maxsize=3000)
def _scene_crop(name: str) -> Pixels:
    file, _, number = name.partition("#")
    scene = next(one for one in scenes("train") if one.path.name == file)
    pixels = read_pixels(scene.path)
    box = _scaled(scene.faces[int(number)], pixels.shape[1] / scene.size[0])
    return square_crop(pixels, box, 2.0, KEPT)[0]


@lru_cache(maxsize=3000)
def _sprite_crop(name: str) -> Pixels:
    sprite = next(one for one in sprites("train") if one.layers[0].as_posix().endswith(name))
    pixels, scale = sprite_pixels(sprite)
    box = _scaled(sprite.face, scale)
    color, _ = square_crop(np.ascontiguousarray(pixels[:, :, :3]), box, 2.0, KEPT)
    alpha, _ = square_crop(np.repeat(pixels[:, :, 3:], 3, axis=2), box, 2.0, KEPT)
    return np.dstack([color, alpha[:, :, 0]])


def names() -> Iterator[str]:
    """Yield the names of all real faces available for training, in a fixed shuffled order."""
    for sprite in sprites("train"):
        if len(sprite.layers) == 1:
            yield "sprites/" + "/".join(sprite.layers[0].parts[-3:])
    for scene in scenes("train"):
        for number in range(len(scene.faces)):
            yield f"scenes/{scene.path.name}#{number}"
    files = list(faces96.face_files("train"))
    random.Random(5).shuffle(files)
    yield from (f"faces96/{file}" for file in files)


def asked(pixels: Pixels, box: Box) -> dict[str, Any]:
    """Ask the teacher about a face.

    Returns:
        Centres and sizes in units of the box by name, and ``spread``: the difference of the two
        answers relative to the eye distance; None without an answer.
    """
    # Faces are enlarged as sharply as possible: after bilinear scaling it finds half as many.
    native = round(FACTOR * float(np.sqrt((box[2] - box[0]) * (box[3] - box[1]))))
    crop, _ = square_crop(pixels, box, FACTOR, max(8, min(native, SIDE)))
    crop = np.asarray(cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.uint8)
    first = _answer(crop)
    second = _answer(np.ascontiguousarray(crop[:, ::-1])) if first else None
    if first is None or second is None:
        return {"spread": None}
    for values in second.values():
        values[0] = 1 - values[0]
    second["left"], second["right"] = second["right"], second["left"]
    apart = np.hypot(*(first["right"][:2] - first["left"][:2]))
    spread = max(
        float(np.hypot(*(first[name] - second[name])[:2]) / max(apart, 1e-3))
        for name in ("left", "right", "mouth")
    )
    middle = {name: ((first[name] + second[name]) / 2).round(4).tolist() for name in first}
    return {"spread": round(spread, 4), **middle}


def _answer(crop: Pixels) -> dict[str, NDArray[np.float64]] | None:
    found = [one for one in animeface.raw(crop) if one["likelihood"] > LIKELY]
    if not found:
        return None
    best = max(found, key=lambda one: float(one["likelihood"]) * float(one["face_box"][2]))
    # Its left eye is the person's left.
    of = {"left": "right_eye_box", "right": "left_eye_box", "mouth": "mouth_box",
          "nose": "nose_point", "chin": "chin_point"}  # fmt: skip
    answer = {}
    for name, key in of.items():
        x, y, width, height = (*best[key], 0, 0)[:4]
        values = np.array((x + width / 2, y + height / 2, width, height), np.float64) / SIDE
        values[:2] = (values[:2] - 0.5) * FACTOR + 0.5
        values[2:] *= FACTOR
        answer[name] = values
    return answer


def main() -> None:
    """Run the teacher on all real faces without an answer."""
    cv2.setNumThreads(1)
    path = cache_root() / ANSWERS
    path.parent.mkdir(parents=True, exist_ok=True)
    done = set()
    if path.is_file():
        done = {json.loads(line)["face"] for line in path.read_text("utf-8").splitlines()}
    with path.open("a", encoding="utf-8") as file:
        for name in names():
            if name in done:
                continue
            answer = {"face": name, **asked(*face(name))}
            file.write(json.dumps(answer) + "\n")
            file.flush()


if __name__ == "__main__":
    main()
