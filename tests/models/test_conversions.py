"""Networks that we convert answer as those do who run them as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from extras import needs_weights
from nijigen.models import store
from nijigen.models.card import all_cards, load_card

CONVERTED = [
    (card.name, key)
    for card in all_cards()
    if card.format in ("tflite", "tfjs")
    for key in card.files
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key"), CONVERTED)
def test_answers_are_those_of_the_peer(
    name: str, key: str, shared: Any, load_script: Callable[[str], Any]
) -> None:
    """Needs LiteRT or TensorFlow.js in Node: what is missing, the reason of the skip says."""
    needs_weights(name)
    script = load_script("benchmarks/conversions.py")
    files = store.files(name, key)
    members = [file.member for file in load_card(name).net(key).sources]
    try:
        found = script.compare({member: files[member].read_bytes() for member in members})
    except script.PeerMissingError as error:
        pytest.skip(str(error))
    assert found
    for entry in found:
        # Their own two implementations are sometimes further apart.
        assert entry.relative < 1e-4 or entry.absolute < 2 * entry.among_peers, entry
