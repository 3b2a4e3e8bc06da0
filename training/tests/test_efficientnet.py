"""The network that was trained on photographs."""

from __future__ import annotations

import pytest
import torch

from nijigen.core.errors import NotFound
from nijigen_training import efficientnet
from nijigen_training.efficientnet import STAGES, EfficientNet


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
