"""Real faces for the benchmarks of characters, and what our landmark network measures on faces."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen import Picture, Run
from nijigen.core.landmarks import LANDMARKS, part
from nijigen.faces._page import Page
from nijigen.faces._reading import Reading, read_landmarks
from nijigen.faces._values import Box

# What reads the data is in the training package, which need not be installed.
sys.path.insert(0, str(Path(__file__).parents[1] / "training" / "src"))

from nijigen_training.data.faces96 import BOX, SIDE, face_files, face_pixels

DATA = Path(__file__).parents[2] / "shared" / "data"
KS = DATA / "sprites" / "ks"
Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
FACES96_BOX = Box(*(SIDE * share for share in BOX))
SEED = 22


@dataclass(frozen=True)
class Sprite:
    """A real character on white, framed like a bust of ours, and the middle between the eyes."""

    name: str
    pixels: Pixels
    middle: tuple[float, float]


def real_files(count: int, skip: int = 0) -> list[str]:
    """Return names of faces in faces96 drawn by chance, without the first ``skip`` ones."""
    names = (*face_files("train"), *face_files("held_out"))
    order = np.random.default_rng(SEED).permutation(len(names))[skip : skip + count]
    return [names[index] for index in order]


def real_face(name: str) -> Pixels:
    """Return a face of faces96."""
    return face_pixels(name)


def real_sprites(side: int) -> list[Sprite]:
    """Return one sprite of each pose of ``sprites/ks``."""
    made = []
    for group in json.loads((KS / "landmarks_checked.json").read_text(encoding="utf-8")):
        picture = Picture.open(KS / group["files"][0]).rgb().pixels
        left, right = group["eye_left_box"], group["eye_right_box"]
        apart = (right[0] + right[2] - left[0] - left[2]) / 2
        x, y = (left[0] + right[2]) / 2, (left[3] + right[3]) / 2 - 0.22 * apart
        # A bust of ours shows 400 units, eyes are 78 apart and 28 below the middle.
        scale = side / (400 / 78 * apart)
        middle = (side / 2, side / 2 + 28 * side / 400)
        move = np.array([[scale, 0, middle[0] - scale * x], [0, scale, middle[1] - scale * y]])
        pixels = cv2.warpAffine(picture, move, (side, side), flags=cv2.INTER_AREA,
                                borderMode=cv2.BORDER_CONSTANT,
                                borderValue=(255, 255, 255))  # fmt: skip
        made.append(Sprite(group["files"][0], np.asarray(pixels, np.uint8), middle))
    return made


def reading(pixels: Pixels, box: Box) -> Reading:
    """Return the landmarks that the network finds in a face."""
    return read_landmarks(Page(Picture(pixels)), [box], Run())[0]


def aligned(pixels: Pixels, found: Reading) -> Pixels:
    """Return a face 96 pixels wide, level, its eyes always in the same places."""
    left, right = (_eye(found.points, side) for side in ("left", "right"))
    (x0, y0), (x1, y1) = left, right
    scale = 0.4 * SIDE / max(1.0, float(np.hypot(x1 - x0, y1 - y0)))
    turn = np.degrees(np.arctan2(y1 - y0, x1 - x0))
    move = cv2.getRotationMatrix2D(((x0 + x1) / 2, (y0 + y1) / 2), float(turn), scale)
    move[:, 2] += np.array((0.5, 0.44)) * SIDE - ((x0 + x1) / 2, (y0 + y1) / 2)
    if scale < 1:
        # A warp samples single pixels: what would alias goes before.
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.45 / scale), np.uint8)
    return np.asarray(cv2.warpAffine(pixels, move, (SIDE, SIDE), flags=cv2.INTER_LINEAR,
                                     borderMode=cv2.BORDER_REFLECT), np.uint8)  # fmt: skip


def is_front(found: Reading) -> bool:
    """Return whether a face is seen from the front with both eyes open, and its parts are seen."""
    seen = found.points[:, 2]
    eyes = float(np.concatenate([seen[part("eye_left")], seen[part("eye_right")]]).mean())
    return (
        abs(found.pose[0]) < 12
        and min(found.open_left, found.open_right) > 0.75
        and eyes > 0.6
        and float(seen[part("mouth_upper")].mean()) > 0.5
    )


def measures(landmarks: NDArray[np.float32] | Floats) -> dict[str, float]:
    """Return proportions of a face in units of the distance between the middles of its eyes."""
    points = landmarks[:, :2].astype(np.float64)
    left, right = _eye(points, "left"), _eye(points, "right")
    across = right - left
    apart, turn = float(np.hypot(*across)), float(np.arctan2(across[1], across[0]))
    level = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    flat = (points - (left + right) / 2) @ level.T / max(apart, 1e-6)

    def at(name: str) -> Floats:
        return flat[LANDMARKS.index(name)]

    def both(first: str, second: str, axis: int) -> float:
        """Return a difference of two points, the mean of both sides."""
        found = [at(first.format(s))[axis] - at(second.format(s))[axis] for s in ("left", "right")]
        return float(np.mean(np.abs(found) if axis == 0 else found))

    contour = flat[part("contour")]
    mouth = float((at("mouth_upper_0") + at("mouth_upper_4"))[1] / 2)
    return {
        "face_width": _width(contour, 0.0),
        "cheek_width": _width(contour, 0.6 * mouth),
        "jaw_width": _width(contour, mouth),
        "chin_y": float(at("contour_8")[1]),
        "eye_width": both("eye_{}_upper_4", "eye_{}_upper_0", 0),
        "eye_height": both("eye_{}_lower_1", "eye_{}_upper_2", 1),
        "eye_tilt": both("eye_{}_upper_0", "eye_{}_upper_4", 1),
        "iris_width": both("iris_{}_2", "iris_{}_1", 0),
        "brow_y": float(np.mean([at("brow_left_2")[1], at("brow_right_2")[1]])),
        "nose_y": float(at("nose_tip")[1]),
        "mouth_y": mouth,
        "mouth_width": float(at("mouth_upper_4")[0] - at("mouth_upper_0")[0]),
    }


def _eye(points: NDArray[np.float32] | Floats, side: str) -> Floats:
    """Return the middle of an eye: between the corners, and between the lids."""
    upper, lower = points[part(f"eye_{side}_upper")], points[part(f"eye_{side}_lower")]
    return np.array(((upper[0, 0] + upper[4, 0]) / 2, (upper[2, 1] + lower[1, 1]) / 2))


def _width(contour: Floats, y: float) -> float:
    """Return the width of the face at a height."""
    sides = (contour[:9], contour[:7:-1])
    ends = [np.interp(y, *side[side[:, 1].argsort()].T[::-1]) for side in sides]
    return float(ends[1] - ends[0])
