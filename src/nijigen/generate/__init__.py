"""Make characters and faces.

Beside the operations: ``sample`` and ``stream`` give drawn characters with their exact truth for
training.
"""

from typing import TYPE_CHECKING, Any

from nijigen.core.landmarks import LANDMARKS

if TYPE_CHECKING:
    from nijigen.generate._character.stream import stream
    from nijigen.generate._character.truth import REGIONS, Sample, sample

__all__ = ["LANDMARKS", "REGIONS", "Sample", "sample", "stream"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line must not wait for a rasterizer.
    import importlib

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = "stream" if name == "stream" else "truth"
    return getattr(importlib.import_module(f"{__name__}._character.{room}"), name)
