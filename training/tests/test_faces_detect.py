"""The detector: its network, loss, decoding, examples and measure."""

import numpy as np
import pytest
import torch

from nijigen.core.errors import NotFound
from nijigen_training.export import to_onnx
from nijigen_training.faces.detect import evaluate as measure
from nijigen_training.faces.detect.calibrate import fitted
from nijigen_training.faces.detect.loss import assigned, complete_overlap, detection_loss
from nijigen_training.faces.detect.net import Exported, boxes, centers
from nijigen_training.recipe import load_recipe
from nijigen_training.task import load_task


@pytest.fixture(scope="module")
def task():
    return load_task(load_recipe("faces/detect"))


@pytest.fixture(scope="module")
def network(task):
    torch.manual_seed(0)
    return task.network().eval()


def test_the_network_answers_for_every_cell(network):
    with torch.no_grad():
        answer = network(torch.rand(2, 3, 64, 96))
    cells = 8 * 12 + 4 * 6 + 2 * 3
    assert answer.shape == (2, cells, 10)
    assert (answer[..., 1:5] > 0).all()
    points, strides = centers(64, 96)
    assert points[0].tolist() == [4, 4]
    assert points[1].tolist() == [12, 4]
    assert points[96].tolist() == [8, 8]
    assert points[-1].tolist() == [80, 48]
    assert strides.tolist() == [8] * 96 + [16] * 24 + [32] * 6


def test_the_model_stays_under_three_megabytes(task, network):
    assert task.recipe.export.weights == "float16"
    assert 2 * sum(weight.numel() for weight in network.parameters()) < 2_900_000


def test_what_is_frozen_does_not_change(task):
    network = task.network().train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network(torch.rand(2, 3, 64, 64)).mean().backward()
    torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.1).step()
    same = {name for name, value in network.state_dict().items() if value.equal(before[name])}
    layers = network.features.layers
    last = network.features.lasts[task.recipe.net["frozen"] - 1]
    for number in range(len(layers)):
        names = {name for name in before if name.startswith(f"features.layers.{number}.")}
        assert names
        assert (names <= same) == (number <= last), number


@pytest.mark.slow
def test_onnx_runtime_agrees(task, network):
    made = to_onnx(task, network)
    assert len(made.data) < 3_000_000
    assert made.difference < 1e-3


def test_a_perfect_answer_costs_nothing_and_a_wrong_one_much():
    points, _ = centers(64, 64)
    face = torch.tensor([16.0, 16.0, 48.0, 48.0])
    labels = torch.zeros(1, 4, 5)
    labels[0, 0] = torch.tensor([16.0, 16.0, 48.0, 48.0, 1.0])
    distances = torch.cat([points - face[:2], face[2:] - points], dim=1)
    inside = (distances > 0).all(dim=1)
    sure = torch.where(inside, 12.0, -12.0)
    answer = torch.cat([sure[:, None], distances, sure[:, None], distances], dim=1)[None]
    # Only as many cells as are asked for may be sure: the nine first of 21 are.
    _, quality, weight, _ = assigned(
        answer[..., 0], boxes(answer[..., 1:5], points), labels, points, centers(64, 64)[1]
    )
    assert int((weight > 0).sum()) == 9
    assert quality.max() == pytest.approx(1, abs=1e-3)
    chosen = torch.where(weight > 0, 12.0, -12.0)[..., None]
    good = torch.cat([chosen, answer[..., 1:5], chosen, answer[..., 1:5]], dim=2)
    assert detection_loss(good, (labels, labels), (64, 64))["loss"] < 0.05
    bad = torch.cat([-chosen, answer[..., 1:5], -chosen, answer[..., 1:5]], dim=2)
    assert detection_loss(bad, (labels, labels), (64, 64))["loss"] > 1


def test_nothing_is_asked_where_nobody_knows():
    points, strides = centers(64, 64)
    answer = torch.zeros(1, len(points), 10, requires_grad=True)
    everywhere = torch.tensor([[[-1e6, -1e6, 1e6, 1e6, 0.0]]])
    loss = detection_loss(answer + 1.0, (everywhere, everywhere), (64, 64))["loss"]
    loss.backward()
    assert loss.item() == 0
    assert answer.grad.abs().sum() == 0
    *_, unknown = assigned(
        answer[..., 0].detach(),
        torch.zeros(1, len(points), 4),
        torch.tensor([[[0.0, 0.0, 32.0, 64.0, 0.0]]]),
        points,
        strides,
    )
    assert torch.equal(unknown[0], points[:, 0] < 32)


def test_even_the_tiniest_face_has_a_cell():
    points, strides = centers(64, 64)
    labels = torch.tensor([[[29.0, 29.0, 35.0, 35.0, 1.0]]])
    found = boxes(torch.full((1, len(points), 4), 16.0), points)
    _, _, weight, _ = assigned(torch.zeros(1, len(points)), found, labels, points, strides)
    assert int((weight > 0).sum()) >= 1


def test_complete_overlap_is_one_only_for_equal_boxes():
    box = torch.tensor([[0.0, 0.0, 10.0, 10.0], [0.0, 0.0, 10.0, 10.0], [0.0, 0.0, 10.0, 10.0]])
    other = torch.tensor([[0.0, 0.0, 10.0, 10.0], [5.0, 0.0, 15.0, 10.0], [90.0, 0.0, 95.0, 20.0]])
    same, shifted, far = complete_overlap(box, other).tolist()
    assert same == pytest.approx(1, abs=1e-5)
    assert 0.2 < shifted < 1 / 3
    assert far < 0


def test_decoding_gives_back_the_boxes_of_the_network(network):
    picture = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
    ready, scale = measure.prepared(picture)
    assert ready.shape == (64, 96, 3)
    assert scale == 1
    with torch.no_grad():
        answer = Exported(network)(torch.from_numpy(ready).permute(2, 0, 1)[None].float() / 255)
    answer = answer[0].numpy().copy()
    answer[:, [0, 5]] = 0
    answer[13, 0], answer[-1, 5] = 0.9, 0.8
    faces, heads = measure.decoded(answer, 64, 96, 0.5)
    left, top, right, bottom = answer[13, 1:5]
    assert faces[0] == pytest.approx(
        [2 * (12 - left), 2 * (12 - top), 2 * (12 + right), 2 * (12 + bottom), 0.9], rel=1e-5
    )
    assert len(heads) == 1
    assert (heads[0, 0] + heads[0, 2]) / 2 == pytest.approx(
        2 * (80 + (answer[-1, 8] - answer[-1, 6]) / 2), rel=1e-4
    )


def test_the_measure_counts_each_face_once():
    truth = [np.array([[0, 0, 10, 10], [20, 20, 30, 30]], np.float32)]
    answer = np.array(
        [[0, 0, 10, 10, 0.9], [1, 1, 11, 11, 0.8], [20, 20, 30, 31, 0.7], [50, 50, 60, 60, 0.2]],
        np.float32,
    )
    assert measure.matches(answer, truth[0]).tolist() == [True, False, True, False]
    curve = measure.scored([measure.suppressed(answer)], truth)
    assert (curve.f1, curve.precision, curve.recall) == (1, 1, 1)
    assert curve.threshold == pytest.approx(0.7)
    assert measure.recall([answer], truth, 0.75) == 0.5
    assert measure.scored([answer[:0]], truth).f1 == 0


def test_examples_follow_their_number_and_fit_together(task):
    from nijigen_training.data import characters
    from nijigen_training.data.root import data_root

    try:
        data_root(), characters.pool()
    except NotFound as error:
        pytest.skip(str(error))
    size = task.recipe.data["size"]
    shapes = set()
    for index in range(24):
        one = task.example(index)
        assert one["picture"].dtype == np.uint8
        assert one["picture"].shape == (size, size, 3)
        real = one["faces"][one["faces"][:, 4] > 0]
        assert (real[:, :4] >= 0).all()
        assert (real[:, :4] <= size).all()
        assert (real[:, 2:4] > real[:, :2]).all()
        shapes.add(tuple((name, array.shape) for name, array in one.items()))
    assert len(shapes) == 1
    again = task.example(23)
    assert all(np.array_equal(one[name], again[name]) for name in one)


def test_calibration_makes_a_confidence_the_share_that_is_right():
    rng = np.random.default_rng(0)
    chance = rng.uniform(0.02, 0.98, 20_000)
    right = rng.uniform(size=len(chance)) < chance
    # A network that is three times too sure of itself, and shifted.
    told = 1 / (1 + np.exp(-(3 * np.log(chance / (1 - chance)) - 1)))
    slope, offset = fitted(told.astype(np.float32), right)
    assert slope == pytest.approx(1 / 3, rel=0.05)
    assert offset == pytest.approx(1 / 3, abs=0.08)
    assert fitted(np.array([0.3], np.float32), [True]) == (1.0, 0.0)
    apart = fitted(np.array([0.2, 0.3, 0.8], np.float32), [False, False, True])
    assert np.isfinite(apart).all()
    assert apart[0] > 0
