"""The figures on the cards are what the networks do."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from extras import needs_weights
from nijigen.models.card import card_names, load_card

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", card_names())
def test_every_card_has_measured_figures(name: str) -> None:
    metrics = load_card(name).metrics
    assert metrics
    assert all(name in metric.command for metric in metrics.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", card_names())
def test_figures_are_measured_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script that the card names gives the card's figures by ``measure(name)``."""
    needs_weights(name)
    metrics = load_card(name).metrics
    (script,) = {metric.command.split()[1] for metric in metrics.values()}
    spec = importlib.util.spec_from_file_location("measuring", REPOSITORY / script)
    assert spec is not None
    assert spec.loader is not None
    measuring = importlib.util.module_from_spec(spec)
    # Its dataclasses look their module up there.
    monkeypatch.setitem(sys.modules, "measuring", measuring)
    spec.loader.exec_module(measuring)
    # 0.05 dB of what enlarges; half a point of hundred of what is a share.
    measured = measuring.measure(name)
    assert measured.keys() == metrics.keys()
    for metric, entry in metrics.items():
        tolerance = 0.05 if entry.unit == "dB" else 0.005 * max(1.0, abs(entry.value))
        assert measured[metric] == pytest.approx(entry.value, abs=tolerance), metric
