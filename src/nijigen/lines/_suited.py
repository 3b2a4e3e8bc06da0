"""Suited: whether a picture is line art, as operations on lines expect it."""

from __future__ import annotations

from nijigen.core.picture import Picture
from nijigen.core.run import Run


def note_areas(picture: Picture, run: Run) -> None:
    """Note that a picture has colors or tones, which an operation on lines takes for lines."""
    from nijigen.imaging.line_art.filled import filled

    if not filled(picture).is_line_art:
        run.note(
            "assumed",
            "the picture has colors or tones, whose edges were taken for lines: "
            "use lines.extract first to get its line art",
        )
