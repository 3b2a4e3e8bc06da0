"""The verifier: crops and moves fit, examples are as labelled, a network learns from them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from nijigen.core.errors import NotFound
from nijigen.faces._verifying import VERIFY_FACTOR as FACTOR
from nijigen.faces._verifying import VERIFY_SIDE as SIDE
from nijigen.faces._verifying import shift_boxes
from nijigen_training.data import backgrounds, faces96, scenes
from nijigen_training.export import to_onnx
from nijigen_training.faces.detect.evaluate import overlaps
from nijigen_training.faces.verify import data, proposals
from nijigen_training.faces.verify.calibrate import fitted
from nijigen_training.faces.verify.crops import Aim, cut, move, shown
from nijigen_training.faces.verify.evaluate import evaluate, verified
from nijigen_training.recipe import load_recipe
from nijigen_training.task import load_task

FACE = (120.0, 90.0, 180.0, 150.0)


@pytest.fixture
def task():
    return load_task(load_recipe("faces/verify"))


def forget() -> None:
    for cached in (
        scenes.scenes, scenes.scene_picture, backgrounds.background_files, backgrounds.photo_files,
        backgrounds.plain_pixels, faces96._members, faces96._archive, faces96.face_files,
        proposals.proposals, data.parted, data._pixels, data._wrong, data._right,
        data._faceless_scenes, data._photographs,
    ):  # fmt: skip
        cached.cache_clear()


def painted(red: bool) -> np.ndarray:
    """A gray picture of 320 by 240, with a red face or none."""
    pixels = np.full((240, 320, 3), 110, np.uint8)
    pixels[::5] = 140
    if red:
        cv2.circle(pixels, (150, 120), 30, (230, 30, 30), -1)
    return pixels


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Twenty scenes of which half have a red face, backgrounds, photographs and small faces."""
    entries, lines = [], []
    for number in range(20):
        red = number % 2 == 0
        name = f"{number:04d}.webp"
        write(tmp_path / "scenes/images" / name, painted(red))
        face = {"box": list(FACE), "view": "front"}
        entries.append(
            {
                "image": f"images/{name}",
                "size": [320, 240],
                "source": f"of{number}:series{number}/{name}",
                "faces": [face] if red else [],
            }
        )
        boxes = [[*FACE, 0.9], [20, 20, 60, 60, 0.4]] if red else [[20, 20, 60, 60, 0.4]]
        lines.append(json.dumps({"file": f"scenes/images/{name}", "boxes": boxes}))
    (tmp_path / "scenes/faces.json").write_text(json.dumps(entries))
    for folder in ("backgrounds", "face_photos/celeb5/one", "face_photos/celeb5/two"):
        for number in range(6):
            path = tmp_path / folder / f"place{number}_day.webp"
            write(path, painted(False))
            file = path.relative_to(tmp_path).as_posix()
            lines.append(json.dumps({"file": file, "boxes": []}))
    (tmp_path / proposals.PROPOSALS).write_text("\n".join(lines) + "\n")
    (tmp_path / "faces96").mkdir()
    with zipfile.ZipFile(tmp_path / "faces96/faces96-0.zip", "w") as archive:
        for number in range(20):
            small = np.full((96, 96, 3), 110, np.uint8)
            cv2.circle(small, (48, 48), 45, (230, 30, 30), -1)
            _, made = cv2.imencode(".webp", small[:, :, ::-1])
            archive.writestr(f"{number}.webp", made.tobytes())
    monkeypatch.setenv("NIJIGEN_DATA", str(tmp_path))
    forget()
    yield tmp_path
    forget()


def write(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), pixels[:, :, ::-1])


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("degrees", [0.0, 25.0])
@pytest.mark.parametrize("box", [FACE, (110.0, 100.0, 160.0, 160.0), (100.0, 60.0, 210.0, 150.0)])
def test_a_move_brings_the_box_of_the_crop_to_the_face(box, degrees, flip):
    aim = Aim(painted(True), box, FACE)
    crop = cut(aim, 160, degrees, flip)
    half = 80 / FACTOR
    seen = np.array([[80 - half, 80 - half, 80 + half, 80 + half]], np.float32)
    found = shift_boxes(seen, move(aim, degrees, flip)[None])[0]
    rows, columns = np.nonzero(crop[:, :, 0].astype(int) - crop[:, :, 1] > 100)
    truth = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert np.abs(found.clip(0, 160) - truth).max() < 4


@pytest.mark.parametrize("box", [(-60.0, -60.0, 20.0, 20.0), (310.0, 230.0, 400.0, 300.0)])
def test_crops_may_reach_beyond_the_picture(box):
    for channels in (3, 4):
        pixels = painted(True)
        if channels == 4:
            pixels = np.dstack([pixels, pixels[:, :, :1]])
        assert cut(Aim(pixels, box, None), 64, 20.0).shape == (64, 64, channels)


def test_boxes_are_near_faces_or_beside_them():
    truth = np.array([FACE], np.float32)
    for seed in range(200):
        rng = np.random.default_rng(seed)
        assert overlaps(np.array([data.near(FACE, rng)], np.float32), truth) >= data.RIGHT
        assert overlaps(np.array([data.beside(FACE, rng)], np.float32), truth) < data.WRONG


def test_shown_crops_are_of_one_size_and_vary():
    rng = np.random.default_rng(3)
    aim = Aim(painted(True), FACE, FACE)
    crops = [
        shown(aim, rng, lambda _, size: np.zeros((size, size, 3), np.uint8)) for _ in range(30)
    ]
    assert all(crop.shape == (SIDE, SIDE, 3) for crop, _ in crops)
    assert len({crop.tobytes() for crop, _ in crops}) == 30


def test_every_kind_of_example_is_what_it_says(shared, task):
    faces = {"face", "portrait"}
    for kind in set(data.SHARES) - {"cutout", "part"}:
        for seed in range(10):
            aim = task.examples.makers[kind](np.random.default_rng(seed))
            assert (aim.face is not None) == (kind in faces)
            if aim.face is not None:
                pair = [np.array([box], np.float32) for box in (aim.box, aim.face)]
                assert overlaps(*pair) >= data.RIGHT


def test_scenes_kept_back_are_not_learned_from(shared, task):
    kept = data.parted("validation", 0.3)
    learned = data.parted("train", 0.3)
    assert kept
    assert learned
    assert not {scene.path for scene in kept} & {scene.path for scene in learned}
    assert not any(scene.held_out for scene in (*kept, *learned))


def test_examples_depend_on_their_number_alone(shared, task):
    task.examples.makers |= {"cutout": data.portrait, "part": data.printed}
    again = load_task(load_recipe("faces/verify"))
    again.examples.makers |= {"cutout": data.portrait, "part": data.printed}
    for number in range(20):
        first, second = task.example(number), again.example(number)
        assert all(np.array_equal(first[key], second[key]) for key in first)
        assert first["picture"].shape == (SIDE, SIDE, 3)


def test_it_learns_what_red_faces_are(shared, task):
    torch.manual_seed(0)
    makers = task.examples.makers
    kinds = ("face", "alarm", "anywhere", "beside")
    crops, labels = [], []
    for number in range(32):
        aim = makers[kinds[number % 4]](np.random.default_rng(number))
        crops.append(cv2.resize(cut(aim, SIDE), (SIDE, SIDE)))
        labels.append([float(aim.face is not None)])
    batch = {
        "picture": torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float() / 255,
        "label": torch.tensor(labels),
        "move": torch.zeros(32, 4),
    }
    network = task.network()
    optimizer = torch.optim.AdamW(network.parameters(), 1e-3)
    for _ in range(16):
        optimizer.zero_grad()
        losses = task.loss(network, batch)
        losses["loss"].backward()
        optimizer.step()
    assert losses["face"] < 0.3
    # So few steps leave the running means behind: they become those of this batch.
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1.0
    with torch.no_grad():
        network(batch["picture"])
    found = verified(network.eval(), painted(True), np.array([FACE, (20, 20, 60, 60)], np.float32))
    assert found[0, 4] > 0.5 > found[1, 4]
    assert set(evaluate(network, 0.3)) >= {"average_precision", "f1"}


def test_without_proposals(shared, monkeypatch):
    monkeypatch.setenv("NIJIGEN_TRAINING_CACHE", str(shared / "nothing"))
    (shared / proposals.PROPOSALS).unlink()
    with pytest.raises(NotFound, match="faces-verify-proposals"):
        proposals.proposals()


def test_proposals_of_all_sizes_are_told_in_pixels_of_the_picture():
    def network(batch: np.ndarray) -> np.ndarray:
        cells = sum(batch.shape[2] // s * (batch.shape[3] // s) for s in (8, 16, 32))
        answer = np.zeros((1, cells, 10), np.float32)
        # The first cell, around (4, 4), sees a face that reaches 40 to the right and down.
        answer[0, 0, :5] = (0.9, 4, 4, 36, 36)
        return answer

    boxes = proposals.proposed(network, painted(True))
    assert boxes.shape[1] == 5
    assert ((boxes[:, 0] < 1) | (boxes[:, 2] > 319)).all()
    sides = set((boxes[:, 2] - boxes[:, 0]).round(1).tolist())
    assert {20.0, 40.0} <= sides


@pytest.mark.slow
def test_exported(task):
    # Untrained, it amplifies what float16 takes from the weights; its layers are compared exactly.
    exact = task.recipe.export.model_copy(update={"weights": "float32", "limit_mb": 3.0})
    task.recipe = task.recipe.model_copy(update={"export": exact})
    made = to_onnx(task, task.network().eval())
    assert len(made.data) / 2 < 1.5e6
    assert made.difference < 1e-3


def test_belief_is_fitted_beside_the_detectors():
    rng = np.random.default_rng(0)
    detector, verifier = rng.normal(-1, 2, 4000), rng.normal(0, 3, 4000)
    chance = 1 / (1 + np.exp(-(detector + 0.7 * verifier - 0.4)))
    weight, offset = fitted(np.stack([detector, verifier], axis=1), rng.random(4000) < chance)
    assert weight == pytest.approx(0.7, abs=0.08)
    assert offset == pytest.approx(-0.4, abs=0.15)
