"""Names of colors: examples keep their color, labels may be doubted, chances come out."""

from __future__ import annotations

import colorsys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from nijigen.faces import EYE_COLORS, HAIR_COLORS
from nijigen_training.data import faces96
from nijigen_training.data.splits import face_held_out
from nijigen_training.device import Device
from nijigen_training.export import to_onnx
from nijigen_training.faces.colors.data import named, varied
from nijigen_training.faces.colors.task import Task
from nijigen_training.recipe import Recipe, load_recipe

PAINTS = {"red": (208, 40, 36), "green": (50, 150, 70), "blue": (40, 70, 200)}


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return load_recipe("faces/colors")


@pytest.fixture
def task(recipe: Recipe) -> Task:
    return Task(recipe)


def forget() -> None:
    for cached in (faces96._members, faces96._archive, faces96.face_files, faces96.face_labels):
        cached.cache_clear()
    named.cache_clear()


@pytest.fixture
def faces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Sixty faces of one color each, hair as eyes, and ten that have no label."""
    root = tmp_path / "faces96"
    root.mkdir()
    lines = ["file,eye,hair"]
    with zipfile.ZipFile(root / "faces96-0.zip", "w") as archive:
        for number in range(70):
            name = list(PAINTS)[number % len(PAINTS)]
            paint = np.full((96, 96, 3), PAINTS[name], np.uint8)
            quality = (cv2.IMWRITE_WEBP_QUALITY, 100)
            _, data = cv2.imencode(".webp", paint[:, :, ::-1], quality)
            archive.writestr(f"{number}.webp", data.tobytes())
            if number < 60:
                lines.append(f"{number}.webp,{name},{name}")
    (root / "labels.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("NIJIGEN_DATA", str(tmp_path))
    forget()
    yield tmp_path
    forget()


def test_names_and_split(faces: Path) -> None:
    train, held_out = named("train"), named("held_out")
    assert len(train) + len(held_out) == 60
    assert held_out
    assert all(face_held_out(row.file) for row in held_out)
    assert not any(face_held_out(row.file) for row in train)
    for row in train:
        name = list(PAINTS)[int(Path(row.file).stem) % len(PAINTS)]
        assert (HAIR_COLORS[row.hair], EYE_COLORS[row.eyes]) == (name, name)


@pytest.mark.parametrize("name", PAINTS)
def test_varied_pictures_keep_their_hue(name: str) -> None:
    paint = np.full((96, 96, 3), PAINTS[name], np.uint8)
    hue = colorsys.rgb_to_hsv(*(v / 255 for v in PAINTS[name]))[0]
    for seed in range(30):
        result = varied(paint, np.random.default_rng(seed))
        assert result.shape == (96, 96, 3)
        median = np.median(result.reshape(-1, 3), axis=0) / 255
        turn = abs(colorsys.rgb_to_hsv(*median)[0] - hue) % 1
        assert min(turn, 1 - turn) < 12 / 360


def test_examples_depend_on_their_number_alone(faces: Path, task: Task, recipe: Recipe) -> None:
    first, again = task.example(5), Task(recipe).example(5)
    assert all(np.array_equal(first[key], again[key]) for key in first)
    assert not np.array_equal(first["picture"], task.example(6)["picture"])


def test_loss_is_cross_entropy_where_labels_are_trusted(recipe: Recipe) -> None:
    trusting = recipe.model_copy(update={"loss": {"trust": 1.0, "smoothing": 0.0}})
    scores, labels = torch.randn(6, 12), torch.randint(12, (6, 1))
    expected = torch.nn.functional.cross_entropy(scores, labels.flatten())
    assert torch.allclose(Task(trusting)._doubting(scores, labels), expected, atol=1e-6)


def test_a_label_against_firm_belief_pulls_less(recipe: Recipe) -> None:
    labels = torch.tensor([[0]])
    pulls = []
    for trust in (1.0, 0.7):
        scores = torch.zeros(1, 12)
        scores[0, 3] = 8.0
        scores.requires_grad_()
        doubting = recipe.model_copy(update={"loss": {"trust": trust, "smoothing": 0.0}})
        Task(doubting)._doubting(scores, labels).backward()
        assert scores.grad is not None
        pulls.append(float(scores.grad[0, 0].abs()))
    assert pulls[1] == pytest.approx(0.7 * pulls[0], rel=0.01)


def test_learns_plain_colors(faces: Path, recipe: Recipe, device: Device) -> None:
    torch.manual_seed(1)
    net = {"widths": [8, 12, 16, 16], "dropout": 0.0}
    task = Task(recipe.model_copy(update={"net": net}))
    network = task.network()
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3)
    examples = [task.example(number) for number in range(24)]
    batch = {key: torch.from_numpy(np.stack([one[key] for one in examples])) for key in examples[0]}
    batch["picture"] = batch["picture"].permute(0, 3, 1, 2).float() / 255
    for _ in range(14):
        optimizer.zero_grad()
        task.loss(network, batch)["loss"].backward()
        optimizer.step()
    # Running means of 14 steps are not those of the batch yet.
    with torch.no_grad():
        hair, eyes = network(batch["picture"])
    assert (hair.argmax(1) == batch["hair"][:, 0]).float().mean() > 0.9
    assert (eyes.argmax(1) == batch["eyes"][:, 0]).float().mean() > 0.9


def test_evaluate_counts_what_is_right(faces: Path, task: Task) -> None:
    class Reds(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.anything = torch.nn.Parameter(torch.zeros(1))

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            red = torch.nn.functional.one_hot
            hair = red(torch.full((len(x),), HAIR_COLORS.index("red")), len(HAIR_COLORS))
            return hair, torch.zeros(len(x), len(EYE_COLORS))

    rows = named("held_out")
    share = np.mean([HAIR_COLORS[row.hair] == "red" for row in rows])
    figures = task.evaluate(Reds())
    assert figures["hair_accuracy"] == pytest.approx(share)
    assert figures["eye_accuracy"] == 0  # Number 0 is aqua.
    assert figures["accuracy"] == pytest.approx(share / 2)


def test_a_packed_folder_gives_the_same_examples(
    faces: Path, task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [task.example(number) for number in range(5)]
    packed = tmp_path / "packed"
    packed.mkdir()
    task.pack(packed)
    monkeypatch.setenv("NIJIGEN_DATA", str(packed))
    forget()
    assert len(faces96._members()) == 60
    for number, example in enumerate(before):
        again = task.example(number)
        assert all(np.array_equal(example[key], again[key]) for key in example)


@pytest.mark.slow
def test_exported_chances(faces: Path, task: Task, device: Device) -> None:
    torch.manual_seed(2)
    network = task.network().eval()
    made = to_onnx(task, network)
    assert made.difference < 1e-3
    assert len(made.data) < 1e6
    chances = task.exported(network)(task.example_input())
    assert chances.shape == (2, len(HAIR_COLORS) + len(EYE_COLORS))
    hair, eyes = chances[:, : len(HAIR_COLORS)], chances[:, len(HAIR_COLORS) :]
    assert torch.allclose(hair.sum(1), torch.ones(2))
    assert torch.allclose(eyes.sum(1), torch.ones(2))
