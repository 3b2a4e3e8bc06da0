"""Generate characters.

Besides the operations, ``sample`` and ``stream`` return drawn characters with exact ground truth
for training.
"""

from typing import TYPE_CHECKING, Any

from nijigen.core.landmarks import LANDMARKS

if TYPE_CHECKING:
    from nijigen.generate._character.truth.sample import REGIONS, Sample, sample
    from nijigen.generate._character.truth.stream import stream

__all__ = ["LANDMARKS", "REGIONS", "Sample", "sample", "stream"]


def __getattr__(name: str) -> Any:
    # Loaded on first use: the command line must not wait for the rasterizer.
    import importlib

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = "stream" if name == "stream" else "sample"
    return getattr(importlib.import_module(f"{__name__}._character.truth.{room}"), name)
