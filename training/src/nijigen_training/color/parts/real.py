"""Real pictures of the pool: parts by the colors of sprites, and by the faces of scenes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.color._parts.names import PARTS
from nijigen.color._parts.reference import dark_lines
from nijigen.core.landmarks import LANDMARKS, part
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT
from nijigen.faces._page import Page
from nijigen.faces._reading import read_landmarks
from nijigen.faces._values import Box, Faces
from nijigen_training.color.parts.pool import UNKNOWN, Drawing, Face, Map
from nijigen_training.data.files import read_pixels, reduced
from nijigen_training.data.root import data_root
from nijigen_training.data.scenes import Scene, scenes
from nijigen_training.data.splits import sprite_held_out

SPRITE_HEIGHT = 500
MOST_HAIR = 1.1
"""Most hair that is believed, in areas of the face box."""
FACE_SIDE = 110
"""Side in pixels to which the largest face of a scene is reduced."""
LONGER_SIDE = 560
EVERY = 5
"""Of the sprites of one costume, which differ by expression, one in so many is used."""

Floats = NDArray[np.float32]


def sprite_drawings() -> Iterator[tuple[str, Drawing]]:
    """Yield sprites whose colors were told apart by part, none of held-out characters."""
    root = data_root() / "sprites"
    table = tomllib.loads((Path(__file__).parent / "costumes.toml").read_text(encoding="utf-8"))
    files: dict[Path, dict[str, list[str]]] = {}
    for costume in table["costume"]:
        pattern = costume.pop("files")
        for path in sorted(root.glob(pattern)):
            if path.is_file():
                files[path] = costume
    for costume in table["costume"]:
        own = [path for path, value in files.items() if value is costume]
        for path in own[::EVERY]:
            if not sprite_held_out(path.parent.name):
                drawing = _sprite(path, costume)
                if drawing is not None:
                    yield f"{path.parent.name}-{path.stem}".replace(" ", "-"), drawing


def _sprite(path: Path, costume: dict[str, list[str]]) -> Drawing | None:
    pixels = reduced(read_pixels(path, 4), SPRITE_HEIGHT)
    opaque = pixels[:, :, 3:].astype(np.float32) / 255
    picture = (pixels[:, :, :3] * opaque + 255 * (1 - opaque)).astype(np.uint8)
    faces = detected(picture)[:1]
    if not faces:
        return None
    names, colors = [], []
    for name, values in costume.items():
        for value in values:
            names.append(name)
            colors.append([int(value[at : at + 2], 16) for at in (1, 3, 5)])
    lab = _lab(cv2.medianBlur(picture, 3))
    centers = _lab(np.array([colors], np.uint8))[0]
    nearest = ((lab[:, :, None] - centers) ** 2).sum(axis=3).argmin(axis=2)
    chin = faces[0].box[1] + 0.82 * (faces[0].box[3] - faces[0].box[1])
    parts = np.full(nearest.shape, UNKNOWN, np.uint8)
    above = np.arange(parts.shape[0])[:, None] < chin
    for number, name in enumerate(names):
        here = nearest == number
        if name == "hair or skin":
            parts[here & above], parts[here & ~above] = PARTS.index("hair"), PARTS.index("skin")
        elif name in PARTS:
            parts[here] = PARTS.index(name)
    # Irises are labelled near eyes only: clothes have their colors too.
    far = np.abs(np.arange(parts.shape[0])[:, None] - (faces[0].box[1] + faces[0].box[3]) / 2)
    parts[(parts == PARTS.index("iris")) & (far > 0.25 * (faces[0].box[2] - faces[0].box[0]))] = (
        UNKNOWN
    )
    parts = _sure(parts)
    parts[pixels[:, :, 3] < 128] = PARTS.index("background")
    # Sprites end at the hips; below, the paper is not known to be empty.
    return Drawing(dark_lines(picture), parts, picture, faces, exact=False)


def detected(picture: Map) -> tuple[Face, ...]:
    """Return the faces of a picture."""
    from nijigen.faces.detect import detect

    found = detect(Picture(picture))
    assert isinstance(found, Faces)
    boxes = [face.box for face in found.faces]
    return tuple(Face((box.left, box.top, box.right, box.bottom)) for box in boxes)


def scene_drawings(side: Literal["train", "held_out"]) -> Iterator[tuple[str, Drawing]]:
    """Yield scenes with the parts of their faces and hair, and some without faces."""
    with_faces, without = (
        [scene for scene in scenes(side) if bool(scene.faces) == wanted] for wanted in (True, False)
    )
    table = (Path(__file__).parent / "bare_skin.toml").read_text(encoding="utf-8")
    bare = frozenset(tomllib.loads(table)["scenes"])
    for number, scene in enumerate(with_faces):
        name = scene.path.stem
        if number % (3 if side == "train" else 2) == 0 or name in bare:
            yield name, _scene(scene, bare=name in bare)
    if side == "train":
        for scene in without[::4]:
            picture = reduced(read_pixels(scene.path), 320)
            nothing = np.full(picture.shape[:2], PARTS.index("background"), np.uint8)
            yield scene.path.stem, Drawing(dark_lines(picture), nothing, picture, (), exact=False)


def _scene(scene: Scene, *, bare: bool) -> Drawing:
    pixels = read_pixels(scene.path)
    largest = max(face[2] - face[0] for face in scene.faces) * pixels.shape[1] / scene.size[0]
    longer = max(pixels.shape[:2]) * min(1.0, FACE_SIDE / largest)
    picture = reduced(pixels, round(min(longer, LONGER_SIDE)))
    factor = picture.shape[1] / scene.size[0]
    boxes = [Box(*(value * factor for value in face)) for face in scene.faces]
    parts = np.full(picture.shape[:2], UNKNOWN, np.uint8)
    lab = _lab(cv2.bilateralFilter(picture, 5, 25, 3))
    for reading, box in zip(
        read_landmarks(Page(Picture(picture)), boxes, SILENT), boxes, strict=True
    ):
        _label_face(parts, lab, reading.points[:, :2], box)
        if bare:
            _label_bare_skin(parts, lab, reading.points[:, :2], box)
    faces = tuple(Face((box.left, box.top, box.right, box.bottom)) for box in boxes)
    return Drawing(dark_lines(picture), parts, picture, faces, exact=False, whole=False)


def _label_face(parts: Map, lab: Floats, points: Floats, box: Box) -> None:
    """Label skin, eyes, mouth and brows by landmarks, and hair by its color above the forehead."""
    shape = parts.shape
    contour = points[part("contour")]
    eyes = [
        np.concatenate([points[part(f"eye_{s}_upper")], points[part(f"eye_{s}_lower")][::-1]])
        for s in ("left", "right")
    ]
    middle = (eyes[0].mean(axis=0) + eyes[1].mean(axis=0)) / 2
    chin = points[LANDMARKS.index("contour_8")]
    up = middle - chin
    face = _filled(shape, contour)
    inner = _filled(shape, middle + (contour[1:16] - middle) * 0.85)
    taken = np.zeros(shape, np.bool_)
    for outline in eyes:
        grown = _filled(shape, outline.mean(axis=0) + (outline - outline.mean(axis=0)) * 1.5)
        taken |= grown
    skin_seed = inner & ~taken
    if skin_seed.sum() < 40:
        return
    skin_colors = _clusters(lab[skin_seed], 2)
    to_skin = _distance(lab, skin_colors)
    size = float(box[2] - box[0])
    above = np.zeros(shape, np.uint8)
    center = middle + up * 0.95
    axes = max(1, round(size * 0.42)), max(1, round(size * 0.3))
    angle = float(np.degrees(np.arctan2(up[0], -up[1])))
    cv2.ellipse(above, tuple(int(v) for v in center), axes, angle, 0, 360, 1, -1)
    seeds = (above > 0) & ~face & (to_skin > 16)
    if seeds.sum() > 40:
        colors = _clusters(lab[seeds], 3)
        to_hair = _distance(lab, colors)
        x, y = center
        near = np.zeros(shape, np.bool_)
        reach = 1.5 * size
        near[
            max(0, int(y - reach)) : int(y + 1.6 * reach), max(0, int(x - reach)) : int(x + reach)
        ] = True
        hair = ((to_hair < 13) & (to_hair < 0.6 * to_skin) & near).astype(np.uint8)
        hair = cv2.morphologyEx(hair, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        _, pieces = cv2.connectedComponents(hair)
        wanted = np.unique(pieces[seeds & (hair > 0)])
        found = np.isin(pieces, wanted[wanted > 0])
        # Hair that reaches the end of the search, or is larger than hair is, leaked.
        edge = cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3))) > 0
        if not (found & edge).any() and found.sum() < MOST_HAIR * size**2:
            parts[found] = PARTS.index("hair")
    skin = face & (to_skin < 14)
    parts[skin] = PARTS.index("skin")
    for side_name, outline in zip(("left", "right"), eyes, strict=True):
        lids = _filled(shape, outline)
        iris = points[part(f"iris_{side_name}")]
        spot = np.zeros(shape, np.uint8)
        radius = (abs(iris[2, 0] - iris[1, 0]) / 2, abs(iris[4, 1] - iris[3, 1]) / 2)
        axes = max(1, round(float(radius[0]))), max(1, round(float(radius[1])))
        cv2.ellipse(spot, (int(iris[0, 0]), int(iris[0, 1])), axes, 0, 0, 360, 1, -1)
        parts[lids] = PARTS.index("eye white")
        parts[lids & (spot > 0)] = PARTS.index("iris")
        brow = np.rint(points[part(f"brow_{side_name}")]).astype(np.int32)
        thick = max(1, round(size / 40))
        cv2.polylines(parts, [brow.reshape(-1, 1, 2)], False, PARTS.index("brow"), thick)
    lips = np.concatenate([points[part("mouth_upper")], points[part("mouth_lower")][::-1]])
    parts[_filled(shape, lips)] = PARTS.index("mouth")


def _label_bare_skin(parts: Map, lab: Floats, points: Floats, box: Box) -> None:
    """Label skin of the colors of the face below the chin, and beside the head."""
    contour = points[part("contour")]
    inner = _filled(parts.shape, contour.mean(axis=0) + (contour - contour.mean(axis=0)) * 0.85)
    if inner.sum() < 40:
        return
    # The eyes and the shade under hair are smaller than the skin, or darker.
    colors = np.array(
        [
            color
            for color in _clusters(lab[inner], 3)
            if color[0] > 45 and (_distance(lab, color[None])[inner] < 10).mean() > 0.15
        ],
        np.float32,
    )
    if not len(colors):
        return
    side = box.right - box.left
    y, x = np.mgrid[0 : parts.shape[0], 0 : parts.shape[1]]
    chin = points[LANDMARKS.index("contour_8")]
    across = np.abs(x - (box.left + box.right) / 2)
    around = (across < 2.6 * side) & (y > box.top - side) & (y < box.bottom + 5.5 * side)
    around &= (y > chin[1]) | (across > 1.1 * side)
    skin = ((_distance(lab, colors) < 9) & around & (parts == UNKNOWN)).astype(np.uint8)
    skin = cv2.morphologyEx(skin, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, pieces, sizes, _ = cv2.connectedComponentsWithStats(skin)
    large = sizes[:, cv2.CC_STAT_AREA] > 0.02 * side**2
    large[0] = False
    parts[large[pieces]] = PARTS.index("skin")


def _filled(shape: tuple[int, ...], outline: Floats) -> NDArray[np.bool_]:
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(outline.clip(-4000, 4000)).astype(np.int32)], 1)
    return mask > 0


def _clusters(values: Floats, count: int) -> Floats:
    count = min(count, len(values))
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 15, 0.5)
    cv2.setRNGSeed(1)
    sample = values[:: max(1, len(values) // 1500)]
    _, _, centers = cv2.kmeans(sample, count, None, criteria, 1, cv2.KMEANS_PP_CENTERS)
    return np.asarray(centers, np.float32)


def _distance(lab: Floats, colors: Floats) -> Floats:
    """Return the distance to the nearest of some colors; lightness, which shade alters, less."""
    weight = np.array((0.5, 1.0, 1.0), np.float32)
    apart = (lab[:, :, None] - colors) * weight
    return np.asarray(np.sqrt((apart**2).sum(axis=3)).min(axis=2), np.float32)


def _lab(picture: Map) -> Floats:
    return np.asarray(cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)


def _sure(parts: Map) -> Map:
    """Return the parts where most pixels around agree; else they are unknown."""
    most = cv2.medianBlur(parts, 5)
    return np.where(most == parts, parts, UNKNOWN).astype(np.uint8)
