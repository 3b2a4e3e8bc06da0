"""Make characters and faces.

Beside the operations: ``sample`` and ``stream`` give drawn characters with their exact truth for
training, ``character_svg`` the drawing as editable vectors, ``character_artwork`` as layers,
``contact_sheet`` many on one page;
``turntable`` and ``talking`` move it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nijigen.generate._character.layers import character_artwork
    from nijigen.generate._character.motion import talking, turntable
    from nijigen.generate._character.sheet import contact_sheet
    from nijigen.generate._character.svg import character_svg
    from nijigen.generate._character.truth import LANDMARKS, REGIONS, Sample, sample, stream

__all__ = [
    "LANDMARKS",
    "REGIONS",
    "Sample",
    "character_artwork",
    "character_svg",
    "contact_sheet",
    "sample",
    "stream",
    "talking",
    "turntable",
]

_ROOMS = {
    "contact_sheet": "sheet",
    "character_artwork": "layers",
    "character_svg": "svg",
    "LANDMARKS": "truth",
    "REGIONS": "truth",
    "Sample": "truth",
    "sample": "truth",
    "stream": "truth",
    "talking": "motion",
    "turntable": "motion",
}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line must not wait for a rasterizer.
    import importlib

    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}._character.{_ROOMS[name]}"), name)
