"""The figures on the cards are what the networks do."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from nijigen.models import store
from nijigen.models.card import card_names, load_card

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "cards.py"


@pytest.mark.parametrize("name", card_names())
def test_every_card_has_measured_figures(name: str) -> None:
    metrics = load_card(name).metrics
    assert metrics
    assert all(name in metric.command for metric in metrics.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", card_names())
def test_figures_are_measured_again(name: str) -> None:
    if not store.installed(name):
        pytest.skip(f"the weights of {name} are not here (extra sr)")
    spec = importlib.util.spec_from_file_location("cards", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    cards = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cards)
    stated = {metric: entry.value for metric, entry in load_card(name).metrics.items()}
    assert cards.measure(name) == pytest.approx(stated, abs=0.05)
