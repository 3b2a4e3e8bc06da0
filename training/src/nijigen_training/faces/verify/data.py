"""The verifier's examples: boxes of faces, and of actual or possible false positives."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.faces._verifying import VERIFY_FACTOR
from nijigen_training.data import backgrounds, characters, faces96, pages, sprites
from nijigen_training.data.boxes import Box, to_box
from nijigen_training.data.labelled import Pixels
from nijigen_training.data.root import data_root
from nijigen_training.data.scenes import Scene, scenes
from nijigen_training.data.splits import scene_group, share
from nijigen_training.faces.detect.evaluate import overlaps
from nijigen_training.faces.verify.crops import Aim, shown
from nijigen_training.faces.verify.proposals import proposals, whole

RIGHT, WRONG = 0.5, 0.3
"""Overlap with a true box above which a box is a face, and below which it is not; boxes in between
are not used."""
TRIES = 30
HALVINGS, FINEST = 2, 192
"""How many times pictures are halved at most, and the minimum side of crops in them."""
Part = Literal["train", "validation"]

SHARES = {
    "face": 0.21,
    "portrait": 0.17,
    "cutout": 0.10,
    "alarm": 0.20,
    "beside": 0.09,
    "anywhere": 0.06,
    "photograph": 0.08,
    "background": 0.04,
    "part": 0.04,
    "printed": 0.01,
}
"""How often each kind of example is chosen; the first three are faces."""


@lru_cache(maxsize=4)
def parted(part: Part, validation: float) -> tuple[Scene, ...]:
    """Return the training scenes for training, or those reserved for validation."""
    return tuple(
        scene
        for scene in scenes("train")
        if (share("verify", scene_group(scene.source)) < validation) == (part == "validation")
    )


@lru_cache(maxsize=3 * 1400)
def _pixels(path: Path, halved: int = 0) -> Pixels:
    """Return a picture, halved so many times; reducing a large one again takes 5 ms."""
    if not halved:
        return whole(path)
    larger = _pixels(path, halved - 1)
    size = (max(1, larger.shape[1] // 2), max(1, larger.shape[0] // 2))
    return np.asarray(cv2.resize(larger, size, interpolation=cv2.INTER_AREA), np.uint8)


def _aim(path: Path, box: Box, face: Box | None) -> Aim:
    """Return a box in a picture, which is halved as far as the crop allows."""
    side, halved = VERIFY_FACTOR * float(np.sqrt((box[2] - box[0]) * (box[3] - box[1]))), 0
    while halved < HALVINGS and side / 2 ** (halved + 1) >= FINEST:
        halved += 1
    scale = 0.5**halved
    small = None if face is None else to_box(np.array(face) * scale)
    return Aim(_pixels(path, halved), to_box(np.array(box) * scale), small)


@lru_cache(maxsize=1400)
def _wrong(path: Path, faces: tuple[Box, ...]) -> NDArray[np.float32]:
    """Return the proposals that are not faces, most confident first."""
    boxes = proposals()[path.relative_to(data_root()).as_posix()]
    known = np.array(faces, np.float32).reshape(-1, 4)
    return boxes[overlaps(boxes, known).max(axis=1, initial=0.0) < WRONG]


@lru_cache(maxsize=1400)
def _right(path: Path, face: Box) -> NDArray[np.float32]:
    """Return the proposals that match this face."""
    boxes = proposals()[path.relative_to(data_root()).as_posix()]
    return boxes[overlaps(boxes, np.array([face], np.float32))[:, 0] >= RIGHT]


def _overlap(first: Box, second: Box) -> float:
    return float(overlaps(np.array([first], np.float32), np.array([second], np.float32))[0, 0])


def _moved(box: Box, right: float, down: float, times: float, wider: float = 1.0) -> Box:
    """Return a box moved by fractions of its side, and scaled about its center."""
    width, height = box[2] - box[0], box[3] - box[1]
    x, y = (box[0] + box[2]) / 2 + right * width, (box[1] + box[3]) / 2 + down * height
    half = (width / 2 * times * wider, height / 2 * times / wider)
    return x - half[0], y - half[1], x + half[0], y + half[1]


def near(face: Box, rng: np.random.Generator) -> Box:
    """Return a box that still matches this face."""
    for _ in range(TRIES):
        right, down = rng.normal(0, 0.11, 2)
        times, wider = np.exp(rng.normal(0, 0.17)), np.exp(rng.normal(0, 0.05))
        box = _moved(face, float(right), float(down), float(times), float(wider))
        if _overlap(face, box) >= RIGHT:
            return box
    return face


def beside(face: Box, rng: np.random.Generator) -> Box:
    """Return a box that overlaps the face but does not match it: a part, the figure, its hair."""
    for _ in range(TRIES):
        kind = rng.random()
        if kind < 0.25:
            times = float(rng.uniform(0.25, 0.52))
            right, down = (float(v) for v in rng.uniform(-0.4, 0.4, 2))
        elif kind < 0.5:
            times = float(rng.uniform(1.9, 3.5))
            right, down = (float(v) for v in rng.uniform(-0.6, 0.9, 2))
        else:
            times = float(np.exp(rng.uniform(-0.7, 0.6)))
            angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0.5, 1.6)
            right, down = float(far * np.cos(angle)), float(far * np.sin(angle))
        box = _moved(face, right, down, times)
        if _overlap(face, box) < WRONG:
            return box
    return _moved(face, 2.0, 0.0, 1.0)


def anywhere(pixels: Pixels, rng: np.random.Generator, largest: float = 0.8) -> Box:
    """Return a square somewhere in a picture."""
    height, width = pixels.shape[:2]
    most = max(17.0, largest * min(height, width))
    half = float(np.exp(rng.uniform(np.log(16), np.log(most)))) / 2
    x, y = float(rng.uniform(0, width)), float(rng.uniform(0, height))
    return x - half, y - half, x + half, y + half


class Examples:
    """Generates examples from the scenes of one part."""

    def __init__(self, validation: float) -> None:
        self.validation = validation
        self.makers: dict[str, Callable[[np.random.Generator], Aim]] = {
            "face": self.face,
            "portrait": portrait,
            "cutout": cutout,
            "alarm": self.alarm,
            "beside": self.beside,
            "anywhere": self.anywhere,
            "photograph": photograph,
            "background": background,
            "part": part,
            "printed": printed,
        }

    def _scene(self, rng: np.random.Generator, faces: bool | None) -> Scene:
        while True:
            every = parted("train", self.validation)
            scene = every[int(rng.integers(len(every)))]
            if faces is None or bool(scene.faces) == faces:
                return scene

    def _seen(self, rng: np.random.Generator) -> tuple[Pixels, tuple[Box, ...], Scene]:
        scene = self._scene(rng, True)
        pixels = _pixels(scene.path)
        factor = pixels.shape[1] / scene.size[0]
        return pixels, tuple(to_box(np.array(face) * factor) for face in scene.faces), scene

    def face(self, rng: np.random.Generator) -> Aim:
        """Return a face of a scene, with an actual or possible proposal."""
        _, faces, scene = self._seen(rng)
        number = int(rng.integers(len(faces)))
        if scene.views[number] == "front" and rng.random() < 0.4:
            # Profiles are few, and hard.
            return self.face(rng)
        known = _right(scene.path, faces[number])
        if len(known) and rng.random() < 0.3:
            return _aim(scene.path, to_box(known[int(rng.integers(len(known))), :4]), faces[number])
        return _aim(scene.path, near(faces[number], rng), faces[number])

    def alarm(self, rng: np.random.Generator) -> Aim:
        """Return a false positive of the detector in a scene."""
        for _ in range(TRIES):
            scene = self._scene(rng, None)
            pixels = _pixels(scene.path)
            factor = pixels.shape[1] / scene.size[0]
            doubtful = (*scene.faces, *scene.unknown)
            faces = tuple(to_box(np.array(face) * factor) for face in doubtful)
            boxes = _wrong(scene.path, faces)
            if len(boxes):
                box = _surer(boxes, rng)
                moved = _shaken(box, rng)
                if all(_overlap(face, moved) < WRONG for face in faces):
                    return _aim(scene.path, moved, None)
        return self.anywhere(rng)

    def beside(self, rng: np.random.Generator) -> Aim:
        """Return a box beside a face of a scene."""
        _, faces, scene = self._seen(rng)
        box = beside(faces[int(rng.integers(len(faces)))], rng)
        if any(_overlap(face, box) >= WRONG for face in faces):
            return self.beside(rng)
        return _aim(scene.path, box, None)

    def anywhere(self, rng: np.random.Generator) -> Aim:
        """Return a box somewhere in a scene."""
        pixels, faces, scene = self._seen(rng)
        box = anywhere(pixels, rng)
        if any(_overlap(face, box) >= WRONG for face in faces):
            return self.anywhere(rng)
        return _aim(scene.path, box, None)

    def example(self, rng: np.random.Generator) -> dict[str, Any]:
        """Make one example: ``picture``, ``label`` ``(1,)``, ``move`` ``(4,)``."""
        kinds = list(SHARES)
        chances = np.array([SHARES[kind] for kind in kinds])
        kind = kinds[int(rng.choice(len(kinds), p=chances / chances.sum()))]
        aim = self.makers[kind](rng)
        picture, move = shown(aim, rng, ground)
        return {
            "picture": picture,
            "label": np.array([aim.face is not None], np.float32),
            "move": move,
        }


def _shaken(box: Box, rng: np.random.Generator) -> Box:
    """Return a randomly perturbed proposal."""
    right, down = (float(v) for v in rng.normal(0, 0.08, 2))
    return _moved(box, right, down, float(np.exp(rng.normal(0, 0.12))))


def _surer(boxes: NDArray[np.float32], rng: np.random.Generator) -> Box:
    """Return a random box of a list sorted by descending confidence, preferring the first."""
    return to_box(boxes[int(len(boxes) * rng.random() ** 1.6), :4])


def portrait(rng: np.random.Generator) -> Aim:
    """Return a real face of ``faces96``, its picture placed on a background."""
    files = faces96.face_files("train")
    pixels = faces96.face_pixels(files[int(rng.integers(len(files)))])
    left, top, right, bottom = (value * faces96.SIDE for value in faces96.BOX)
    face = (left, top, right, bottom)
    return Aim(np.dstack([pixels, _rim(rng)]), near(face, rng), face)


def _rim(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return alpha that falls off towards the edge, gradually or not, more at the corners."""
    size = faces96.SIDE
    at = np.abs(np.linspace(-1, 1, size, dtype=np.float32))
    power = np.float32(rng.choice((2.5, 4.0, 12.0)))
    distance = (at[None, :] ** power + at[:, None] ** power) ** (1 / power)
    soft = float(np.exp(rng.uniform(np.log(4), np.log(40))))
    alpha: NDArray[np.uint8] = ((1 - distance) * soft * 255).clip(0, 255).astype(np.uint8)
    return alpha


def _figure(rng: np.random.Generator) -> tuple[Pixels, Box]:
    """Return a sprite or a drawn character, RGBA, and its face."""
    if rng.random() < 0.5:
        every = sprites.sprites("train")
        one = every[int(rng.integers(len(every)))]
        pixels, unit = sprites.sprite_pixels(one)
        return pixels, to_box(np.array(one.face) * unit)
    pool = characters.pool()
    drawn = pool[int(rng.integers(len(pool)))]
    return characters.drawn_pixels(drawn), drawn.face


def cutout(rng: np.random.Generator) -> Aim:
    """Return the face of a sprite or of a drawn character on a background."""
    pixels, face = _figure(rng)
    return Aim(pixels, near(face, rng), face)


def part(rng: np.random.Generator) -> Aim:
    """Return a box beside the face of a cut-out, or a part of a real face."""
    if rng.random() < 0.6:
        pixels, face = _figure(rng)
        return Aim(pixels, beside(face, rng), None)
    aim = portrait(rng)
    assert aim.face is not None
    times = float(rng.uniform(0.25, 0.5))
    right, down = (float(v) for v in rng.uniform(-0.3, 0.3, 2))
    return Aim(aim.pixels, _moved(aim.face, right, down, times), None)


def photograph(rng: np.random.Generator) -> Aim:
    """Return a box in a photograph, often a person's face."""
    colored, gray = _photographs()
    # 400 of the photographs are just small gray heads: they are used once in four times.
    files = gray if gray and rng.random() < 0.25 else colored
    return _faceless(files[int(rng.integers(len(files)))], rng)


def background(rng: np.random.Generator) -> Aim:
    """Return a box in a painted background."""
    files = backgrounds.background_files("train")
    return _faceless(files[int(rng.integers(len(files)))], rng)


def printed(rng: np.random.Generator) -> Aim:
    """Return a box in a page of text, or in a program's window."""
    draw = pages.text_page if rng.random() < 0.5 else pages.interface
    pixels = draw(rng, 160, 160)
    return Aim(pixels, anywhere(pixels, rng, 0.5), None)


def _faceless(path: Path, rng: np.random.Generator) -> Aim:
    boxes = _wrong(path, ())
    if len(boxes) and rng.random() < 0.7:
        return _aim(path, _shaken(_surer(boxes, rng), rng), None)
    return _aim(path, anywhere(_pixels(path), rng), None)


def ground(rng: np.random.Generator, size: int) -> Pixels:
    """Return a part of a picture without faces, or a synthetic background."""
    chance = rng.random()
    files: tuple[Path, ...] = ()
    if chance > 0.65:
        files = _faceless_scenes()
    elif chance > 0.35:
        files = backgrounds.background_files("train")
    if not files:
        return pages.ground(rng, size, size)
    pixels = _pixels(files[int(rng.integers(len(files)))], HALVINGS)
    height, width = pixels.shape[:2]
    most = min(height, width)
    side = int(rng.integers(min(size, most) // 2, most + 1))
    top, left = int(rng.integers(height - side + 1)), int(rng.integers(width - side + 1))
    square = pixels[top : top + side, left : left + side]
    made = cv2.resize(square, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(made, np.uint8)


@lru_cache(maxsize=1)
def _faceless_scenes() -> tuple[Path, ...]:
    return tuple(scene.path for scene in scenes("train") if not scene.faces)


@lru_cache(maxsize=1)
def _photographs() -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return color photographs, and gray ones, which are just small heads."""
    files = backgrounds.photo_files("train")
    gray = tuple(path for path in files if path.suffix == ".pgm")
    return tuple(path for path in files if path.suffix != ".pgm") or gray, gray
