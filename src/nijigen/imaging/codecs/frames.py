"""What Pillow opened, with its frames, metadata and times: shared by WebP and AVIF."""

from __future__ import annotations

from PIL import ImageFile

from nijigen.imaging.codecs import exif
from nijigen.imaging.codecs.canvas import without_idle_alpha
from nijigen.imaging.codecs.content import Content
from nijigen.imaging.codecs.modes import straight


def content_of(image: ImageFile.ImageFile, *, first: bool, loop: int) -> Content:
    """Return the frames that Pillow composites, or only the first."""
    count: int = getattr(image, "n_frames", 1)
    found = exif.parse(image.info.get("exif", b""))
    content = Content(
        [],
        loop=loop,
        text=found.text,
        dpi=found.dpi,
        icc=image.info.get("icc_profile") or None,
        orientation=found.orientation,
        history=found.history,
    )
    shown, durations = [], []
    for index in range(1 if first else count):
        image.seek(index)
        image.load()
        shown.append(straight(image, content.icc))
        durations.append(image.info["duration"] or 100)
    content.durations = durations if len(shown) > 1 else ()
    content.frames = without_idle_alpha(shown) if count > 1 else shown
    return content
