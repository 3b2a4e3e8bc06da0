"""The figures on the cards are what the networks do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from extras import needs_weights
from nijigen.models.card import card_names, load_card


@pytest.mark.parametrize("name", card_names())
def test_every_card_has_measured_figures(name: str) -> None:
    metrics = load_card(name).metrics
    assert metrics
    assert all(name in metric.command for metric in metrics.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", card_names())
def test_figures_are_measured_again(name: str, load_script: Callable[[str], Any]) -> None:
    """The script that the card names gives the card's figures by ``measure(name)``."""
    needs_weights(name)
    metrics = load_card(name).metrics
    (script,) = {metric.command.split()[1] for metric in metrics.values()}
    measuring = load_script(script)
    # 0.05 dB of what enlarges; half a point of hundred of what is a share.
    measured = measuring.measure(name)
    assert measured.keys() == metrics.keys()
    for metric, entry in metrics.items():
        tolerance = 0.05 if entry.unit == "dB" else 0.005 * max(1.0, abs(entry.value))
        assert measured[metric] == pytest.approx(entry.value, abs=tolerance), metric
