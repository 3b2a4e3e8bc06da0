"""Packing: all real training data in one folder under 64 MiB, in the same layout."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

from nijigen_training.data import backgrounds, characters, drawings, faces96, sprites
from nijigen_training.data.blocks import pool_folder
from nijigen_training.data.files import encoded, read_pixels, reduced
from nijigen_training.data.labelled import Pixels
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import scene_held_out

SCENE_SIDE = 640
SPRITE_SIDE = 400
PLAIN_SIDE = 512
FACES = 4500
"""Number of training faces of ``faces96`` to include, of 29,000; plus a ninth as many held-out."""
CHARACTER_BLOCKS = 22


def pack(folder: Path, evaluation: bool = True, scene_side: int = SCENE_SIDE) -> None:
    """Write all real training pictures and generated characters, reduced in size.

    Args:
        folder: An empty folder; becomes a data root.
        evaluation: Include the held-out pictures, for a learning curve.
        scene_side: Longer side of scenes.
    """
    root = data_root()
    _scenes(root, folder, evaluation, scene_side)
    _sprites(root, folder, evaluation)
    _plain(root, folder, evaluation)
    _faces(folder, evaluation)
    target = folder / "characters"
    target.mkdir(parents=True)
    for path in sorted(pool_folder(characters.POOL).glob("characters-*.zip"))[:CHARACTER_BLOCKS]:
        shutil.copyfile(path, target / path.name)


def _write(path: Path, pixels: Pixels, quality: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(pixels, path.suffix, quality))


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def _scenes(root: Path, folder: Path, evaluation: bool, side: int) -> None:
    kept = []
    for entry in json.loads((root / "scenes/faces.json").read_text(encoding="utf-8")):
        if not evaluation and scene_held_out(entry["source"]):
            continue
        pixels = reduced(read_pixels(root / "scenes" / entry["image"]), side)
        _write(folder / "scenes" / entry["image"], pixels, 82)
        # Boxes stay in pixels of the size stored with them.
        kept.append(entry)
    (folder / "scenes/faces.json").write_text(json.dumps(kept), encoding="utf-8")


def _sprites(root: Path, folder: Path, evaluation: bool) -> None:
    wanted = [*sprites.sprites("train"), *(sprites.sprites("held_out") if evaluation else ())]
    for path in sorted({layer for one in wanted for layer in one.layers}):
        target = folder / path.relative_to(root)
        if "nova" in path.parts:
            _copy(path, target)  # unchanged: layers share one canvas
        else:
            _write(target, reduced(read_pixels(path, 4), SPRITE_SIDE), 80)
    for name in ("landmarks_checked.json", "feature_boxes.json"):
        shutil.copyfile(root / "sprites/ks" / name, folder / "sprites/ks" / name)


def _plain(root: Path, folder: Path, evaluation: bool) -> None:
    files = [*backgrounds.background_files("train"), *backgrounds.photo_files("train")]
    files += [drawing.path for drawing in drawings.drawings()]
    if evaluation:
        files += [*backgrounds.background_files("held_out"), *backgrounds.photo_files("held_out")]
    for path in files:
        target = folder / path.relative_to(root)
        if path.suffix == ".pgm":
            _copy(path, target)
        else:
            _write(target, reduced(read_pixels(path), PLAIN_SIDE), 80)


def _faces(folder: Path, evaluation: bool) -> None:
    target = folder / "faces96"
    target.mkdir(parents=True)
    names = list(faces96.face_files("train")[:FACES])
    if evaluation:
        names += faces96.face_files("held_out")[: FACES // 9]
    with zipfile.ZipFile(target / "faces96-0.zip", "w") as archive:
        for name in names:
            archive.writestr(name, faces96.face_bytes(name))
    shutil.copyfile(data_root() / "faces96/labels.csv", target / "labels.csv")
