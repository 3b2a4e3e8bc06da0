"""Whether a network is the one that its card describes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nijigen.core.errors import ModelError
from nijigen.models._ports import Opened
from nijigen.models.card import ModelCard


def check_fits(card: ModelCard, key: str, opened: Opened, wanted: Sequence[str]) -> None:
    """Compare the ports of a network with those on its card.

    Args:
        card: The card.
        key: Of the network.
        opened: The network.
        wanted: The outputs that were asked for; empty for all.

    Raises:
        ModelError: The card lists others.
    """
    net = card.net(key)
    outputs = {name: net.outputs[name] for name in wanted} if wanted else net.outputs
    for stated, found in ((net.inputs, opened.inputs), (outputs, opened.outputs)):
        there = {port.name: port for port in found}
        for name, port in stated.items():
            if name not in there:
                raise misfit(card.name, key, f"it has {', '.join(there)}, but no {name}")
            lengths = tuple(side if isinstance(side, int) else None for side in port.shape)
            real = there[name].shape
            # A length that either of them leaves open fits.
            if len(real) != len(lengths) or any(
                a is not None and b is not None and a != b
                for a, b in zip(real, lengths, strict=True)
            ):
                raise misfit(card.name, key, f"{name} is {size_of(real)}, not {size_of(lengths)}")


def misfit(model: str, key: str, what: str) -> ModelError:
    """Return the error for a network that is not the one on its card."""
    return ModelError(
        f"the network {key!r} of model {model} does not fit its card: {what}",
        "correct the card, or get the files that it was written for",
    )


def size_of(shape: Iterable[int | None]) -> str:
    """Return a shape as text; ? is any length."""
    return "×".join("?" if length is None else str(length) for length in shape)
