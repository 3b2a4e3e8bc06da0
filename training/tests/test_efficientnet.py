"""The network that was trained on photographs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from nijigen.core.errors import NotFound
from nijigen.models import store
from nijigen.models._graphs.efficientnet_lite0 import STAGES
from nijigen.models.session import open_session
from nijigen_training import efficientnet
from nijigen_training.efficientnet import EfficientNet


def test_every_stage_gives_its_features() -> None:
    network = EfficientNet(5).eval()
    found = network(torch.rand(2, 3, 64, 96))
    assert [one.shape[1] for one in found] == [stage[1] for stage in STAGES[:5]]
    assert [one.shape[2:] for one in found] == [(32, 48), (16, 24), (8, 12), (4, 6), (4, 6)]


def test_the_weights_know_what_they_see() -> None:
    network = EfficientNet(7).eval()
    network.load_photographs()
    with torch.no_grad():
        found = network(torch.full((1, 3, 224, 224), 127 / 255))
    # As it was trained, features neither vanish nor grow from stage to stage.
    for one in found:
        assert 0.05 < float(one.std()) < 20
    assert float(network.layers[0][2].running_var.std()) > 0


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(efficientnet, "PACKAGE", "no_such_package")
    with pytest.raises(NotFound, match="not installed"):
        EfficientNet(1).load_photographs()


@pytest.mark.parametrize("size", [(224, 224), (97, 131)])
def test_the_converted_graph_gives_the_same_features(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NIJIGEN_CACHE", str(tmp_path))
    monkeypatch.setenv("NIJIGEN_RUNTIME", "onnxruntime")
    network = EfficientNet(7).eval()
    network.load_photographs()
    pictures = np.random.default_rng(7).random((2, 3, *size), np.float32)
    with torch.no_grad():
        expected = network(torch.from_numpy(pictures))
    found = open_session("efficientnet-lite0").run({"image": pictures})
    for stage, one in enumerate(expected, 1):
        assert np.abs(found[f"stage{stage}"] - one.numpy()).max() < 1e-4
    # What training does without: the layers behind the stages, by hand.
    (path,) = store.files("efficientnet-lite0").values()
    weights = torch.load(path, weights_only=True)
    with torch.no_grad():
        head = nn.functional.conv2d(expected[-1], weights["_conv_head.weight"])
        norm = [
            weights[f"_bn1.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
        ]
        head = nn.functional.relu6(nn.functional.batch_norm(head, *norm, eps=1e-3))
        pooled = head.mean((2, 3))
        logits = nn.functional.linear(pooled, weights["_fc.weight"], weights["_fc.bias"])
    assert np.abs(found["pooled"] - pooled.numpy()).max() < 1e-4
    assert np.abs(found["logits"] - logits.numpy()).max() < 1e-4
