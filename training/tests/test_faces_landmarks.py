"""Landmarks: what is shown and what is asked for agree, and what is unknown is not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from nijigen.core.extras import install_module
from nijigen.core.landmarks import LANDMARKS
from nijigen.core.picture import Picture
from nijigen.faces.engines import animeface
from nijigen.generate import Sample, sample
from nijigen_training.data import characters
from nijigen_training.data.root import data_root
from nijigen_training.device import Device
from nijigen_training.export import to_onnx
from nijigen_training.faces.landmarks import drawn, layered, lesson, points, teacher, truth
from nijigen_training.faces.landmarks.lesson import Lesson, shown
from nijigen_training.faces.landmarks.loss import losses, wanted
from nijigen_training.faces.landmarks.task import Task
from nijigen_training.recipe import load_recipe

SIDE = 128


@pytest.fixture(scope="module")
def task() -> Task:
    return Task(load_recipe("faces/landmarks"))


@pytest.fixture(scope="module")
def face() -> Sample:
    return sample(7, given={"yaw": 0, "pitch": 0, "roll": 0, "open_left": 1.0, "open_right": 1.0})


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A pool of three characters, and no other data; forgotten with the test."""
    monkeypatch.setenv("NIJIGEN_TRAINING_CACHE", str(tmp_path))
    monkeypatch.setenv("NIJIGEN_DATA", str(tmp_path))
    (tmp_path / "scenes").mkdir()
    monkeypatch.setattr(characters, "BLOCK", 3)
    characters.pool.cache_clear()
    monkeypatch.setattr(drawn, "background_files", lambda _: ())
    characters.draw_block(0)
    yield
    characters.pool.cache_clear()


def at(name: str) -> int:
    return LANDMARKS.index(name)


def test_mirror_is_its_own_inverse() -> None:
    mirror = np.array(points.MIRROR)
    assert (mirror[mirror] == np.arange(points.COUNT)).all()


def test_mirrored_faces_keep_the_order_of_points(face: Sample) -> None:
    turned = face.landmarks * (-1, 1) + (255, 0)
    turned = turned[list(points.MIRROR)]
    for found in (face.landmarks, turned):
        x = found[:, 0]
        # At the temples a contour bends inwards again.
        assert (np.diff(x[2:15]) > 0).all()
        assert x[at("eye_left_upper_4")] < x[at("eye_left_upper_0")] < x[at("nose_tip")]
        assert x[at("nose_tip")] < x[at("eye_right_upper_0")] < x[at("eye_right_upper_4")]
        assert x[at("iris_left_1")] < x[at("iris_left")] < x[at("iris_left_2")]
        assert x[at("iris_right_1")] < x[at("iris_right")] < x[at("iris_right_2")]
        assert x[at("mouth_upper_0")] < x[at("mouth_upper_4")]
        assert x[at("mouth_lower_0")] < x[at("mouth_lower_2")]
        assert x[at("brow_left_4")] < x[at("brow_left_0")] < x[at("brow_right_0")]


def test_centers_are_the_middles_of_eyes(face: Sample) -> None:
    middles = points.centers(face.landmarks[None])[0]
    for number, side in enumerate(("left", "right")):
        lids = face.landmarks[[n for n, name in enumerate(LANDMARKS) if f"eye_{side}_" in name]]
        middle = (lids.min(axis=0) + lids.max(axis=0)) / 2
        size = lids.max(axis=0) - lids.min(axis=0)
        assert (np.abs(middles[number] - middle) < 0.08 * size).all()


def test_points_move_with_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bright dot on each point is found where the example says the point is."""
    monkeypatch.setattr(lesson, "CLEAN", 1.1)
    for seed in range(12):
        rng = np.random.default_rng(seed)
        place = int(rng.integers(points.COUNT))
        pixels = np.zeros((300, 260, 3), np.uint8)
        one = Lesson(pixels, (80, 100, 190, 210))
        spot = rng.uniform((100, 120), (170, 190)).astype(np.float32)
        one.points[place], one.weights[place] = spot, 1
        one.centers[0], one.center_weights[0] = spot, 1
        cv2.circle(pixels, (round(float(spot[0])), round(float(spot[1]))), 4, (255, 255, 255), -1)
        monkeypatch.setattr(lesson, "covered", lambda *_: (0, 0, 1, 1))
        example = shown(one, rng, gray=0.0)
        assert example["picture"].shape == (SIDE, SIDE, 3)
        (asked,) = np.flatnonzero(example["weights"])
        assert asked in (place, points.MIRROR[place])
        bright = example["picture"][:, :, 0].astype(np.float64)
        total = bright.sum()
        x = float((bright.sum(axis=0) * np.arange(SIDE)).sum() / total)
        y = float((bright.sum(axis=1) * np.arange(SIDE)).sum() / total)
        assert example["points"][asked] * SIDE == pytest.approx((x, y), abs=1.2)
        (center,) = np.flatnonzero(example["center_weights"])
        assert center == (0 if asked == place else 1) or points.MIRROR[place] == place
        assert example["centers"][center] == pytest.approx(example["points"][asked])


def test_states_turn_with_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Lesson(np.zeros((200, 200, 3), np.uint8), (50, 50, 150, 150))
    one.points[at("eye_left_upper_2")] = (80, 100)
    one.points[at("eye_right_upper_2")] = (120, 100)
    one.weights[:] = 1
    one.states[:] = (0.5, 0.25, 0, 1, 0, 0.5)
    one.state_weights[:] = 1
    for seed in range(8):
        example = shown(one, np.random.default_rng(seed), gray=0.0)
        left = example["points"][at("eye_left_upper_2")]
        right = example["points"][at("eye_right_upper_2")]
        across, down = right - left
        roll = np.rad2deg(np.arctan2(down, across)) / points.POSE[2]
        states = example["states"]
        assert across > 0
        assert states[2] == pytest.approx(roll, abs=0.02)
        flipped = states[0] < 0
        assert tuple(states[[3, 4]]) == ((0, 1) if flipped else (1, 0))
        assert states[1] == 0.25


def test_what_is_covered_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Lesson(np.zeros((200, 200, 3), np.uint8), (50, 50, 150, 150))
    one.points[:], one.weights[:], one.seen[:], one.seen_weight = 100, 1, 1, 1.0
    hidden = 0
    for seed in range(40):
        example = shown(one, np.random.default_rng(seed), gray=0.0)
        hidden += int(example["seen"][0] == 0)
    assert 1 <= hidden <= 12


def test_wanted_heat_has_its_mean_at_the_point(task: Task) -> None:
    true = torch.tensor([[[0.3, 0.62], [0.5, 0.5], [0.71, 0.2]]])
    grid = task.network().grid
    assert torch.allclose(wanted(true) @ grid, true, atol=2e-3)


def test_loss_asks_only_what_is_known(task: Task) -> None:
    batch = {
        "points": torch.rand(2, 64, 2),
        "weights": torch.zeros(2, 64),
        "centers": torch.rand(2, 5, 2),
        "center_weights": torch.zeros(2, 5),
        "seen": torch.ones(2, 64),
        "seen_weight": torch.zeros(2, 1),
        "states": torch.rand(2, 6),
        "state_weights": torch.zeros(2, 6),
    }
    output = (torch.rand(2, 64, 2), torch.randn(2, 64), torch.rand(2, 6), torch.rand(2, 64, 256))
    weights = task.recipe.loss
    assert losses(output, batch, weights)["loss"] == 0
    batch["center_weights"][:, 0] = 1
    parts = losses(output, batch, weights)
    assert parts["loss"] == weights["centers"] * parts["centers"] > 0
    right = batch | {"centers": torch.zeros(2, 5, 2)}
    right["centers"][:, 0] = output[0][:, list(points.CENTERS["eye_left"])].mean(1)
    assert losses(output, right, weights)["loss"] == pytest.approx(0, abs=1e-5)


def test_rims_of_an_ellipse() -> None:
    mask = np.zeros((60, 100), np.uint8)
    cv2.ellipse(mask, (50, 30), (30, 16), 0, 0, 360, 1, -1)
    upper, lower = layered.rims(mask > 0, 1)
    assert upper[[0, 2, 4]] == pytest.approx(
        np.array([(20.5, 30.5), (50.5, 14), (80.5, 30.5)]), abs=1
    )
    assert lower[1] == pytest.approx((50.5, 47), abs=1)
    assert layered.rims(mask > 0, -1)[0] == pytest.approx(upper[::-1])


def test_drawn_lessons_know_everything(pool: None, task: Task) -> None:
    one = drawn.drawn_lesson(np.random.default_rng(3))
    assert one.weights.all()
    assert one.state_weights.all()
    left, top, right, bottom = one.box
    assert (one.points[:, 0] > left).all()
    assert (one.points[:, 0] < right).all()
    assert (one.points[:, 1] > top).all()
    assert (one.points[:, 1] < bottom).all()


@pytest.mark.parametrize(("mouth", "low", "high"), [("neutral", 0, 0.1), ("laugh", 0.7, 1.0)])
def test_openness_of_the_mouth(mouth: str, low: float, high: float) -> None:
    face = sample(11, size=128, given={"mouth": mouth, "yaw": 0, "pitch": 0})
    assert low <= drawn.mouth_open(face.landmarks) <= high


def test_learns_a_few_faces(pool: None, device: Device) -> None:
    torch.manual_seed(1)
    recipe = load_recipe("faces/landmarks")
    task = Task(recipe.model_copy(update={"net": {"widths": [8, 12, 16, 24], "deep": 1}}))
    network = task.network()
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3)
    examples = []
    for number in range(8):
        rng = np.random.default_rng(number)
        examples.append(shown(drawn.drawn_lesson(rng), rng, 0.2))
    batch = {key: torch.from_numpy(np.stack([one[key] for one in examples])) for key in examples[0]}
    batch["picture"] = batch["picture"].permute(0, 3, 1, 2).float() / 255
    history = []
    for _ in range(25):
        optimizer.zero_grad()
        parts = task.loss(network, batch)
        parts["loss"].backward()
        optimizer.step()
        history.append(parts["points"].item())
    assert history[-1] < 0.5 * history[0]


@pytest.mark.slow
def test_exported_row(task: Task, device: Device) -> None:
    torch.manual_seed(2)
    network = task.network().eval()
    made = to_onnx(task, network)
    assert made.difference < 1e-3
    assert len(made.data) < 2.5e6
    given = task.example_input()
    row = task.exported(network)(given)
    assert row.shape == (2, 64 * 3 + 6)
    places, seen, states, _ = network(given)
    table = row[:, :192].reshape(2, 64, 3)
    assert torch.allclose(table[..., :2], places)
    assert torch.allclose(table[..., 2], seen.sigmoid())
    assert torch.allclose(row[:, 192:], states)


def test_teacher_agrees_with_itself_on_the_mirror_image() -> None:
    pytest.importorskip("animeface", reason=install_module("animeface"))
    pixels = np.array(Picture.open(animeface.KNOWN).rgb().pixels)
    found = animeface.raw(pixels)
    left, top, width, height = found[0]["face_box"]
    more = (animeface.SCALE - 1) / 2
    box = (
        left - more * width, top - more * height,
        left + (1 + more) * width, top + (1 + more) * height,
    )  # fmt: skip
    answer = teacher.asked(pixels, box)
    assert answer["spread"] < teacher.AGREED
    turned = teacher.asked(
        np.ascontiguousarray(pixels[:, ::-1]),
        (pixels.shape[1] - box[2], box[1], pixels.shape[1] - box[0], box[3]),
    )
    assert turned["left"][0] == pytest.approx(1 - answer["right"][0], abs=0.05)
    assert answer["left"][0] < answer["nose"][0] < answer["right"][0]
    assert answer["left"][1] < answer["mouth"][1] < answer["chin"][1]


@pytest.mark.slow
def test_held_out_truth() -> None:
    try:
        root = data_root()
    except Exception:
        root = Path("absent")
    if not (root / "sprites/ks/landmarks_checked.json").is_file():
        pytest.skip("the sprites of the shared data are not here")
    found = truth._checked()
    assert len(found) == 59
    for one in found:
        left, top, right, bottom = one.box
        eyes, mouth = one.centers[:2], one.centers[2]
        assert eyes[0, 0] < mouth[0] < eyes[1, 0]
        assert mouth[1] > eyes[:, 1].max()
        assert (one.centers[:3] > (left, top)).all()
        assert (one.centers[:3] < (right, bottom)).all()
    same = np.stack([np.zeros((64, 2), np.float32)] * len(found))
    for number, one in enumerate(found):
        for center, places in enumerate(list(points.CENTERS.values())[:3]):
            same[number, list(places)] = one.centers[center]
    assert truth.errors(same, tuple(found)).max() < 1e-4
