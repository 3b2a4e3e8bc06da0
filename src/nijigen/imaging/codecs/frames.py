"""Frames, metadata and durations of images opened by Pillow, for WebP and AVIF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from PIL import ImageFile

from nijigen.core.animation import Milliseconds
from nijigen.imaging.codecs import exif
from nijigen.imaging.codecs.canvas import without_idle_alpha
from nijigen.imaging.codecs.content import Array, Content
from nijigen.imaging.codecs.icc import Profile
from nijigen.imaging.codecs.modes import straight


def header(image: ImageFile.ImageFile, loop: int) -> Content:
    """Return the metadata."""
    found = exif.parse(image.info.get("exif", b""))
    return Content(
        [],
        loop=loop,
        text=found.text,
        dpi=found.dpi,
        icc=image.info.get("icc_profile") or None,
        orientation=found.orientation,
        history=found.history,
    )


def composited(
    image: ImageFile.ImageFile, profile: Profile | None, count: int
) -> Iterator[tuple[Array, int]]:
    """Yield the first frames, composited by Pillow, and their milliseconds."""
    for index in range(count):
        image.seek(index)
        image.load()
        yield straight(image, profile), image.info["duration"] or 100


def rounded(durations: Sequence[Milliseconds]) -> list[int]:
    """Round durations to milliseconds so that their sum is kept."""
    ends = [0, *(round(end) for end in accumulate(durations))]
    return [max(1, end - start) for start, end in pairwise(ends)]


def read_frames(image: ImageFile.ImageFile, content: Content, *, first: bool) -> Content:
    """Add the frames to the metadata, or only the first."""
    count: int = getattr(image, "n_frames", 1)
    durations: list[int] = []

    def shown() -> Iterator[Array]:
        for pixels, duration in composited(image, content.profile, 1 if first else count):
            durations.append(duration)
            yield pixels

    content.frames = without_idle_alpha(shown()) if count > 1 else list(shown())
    content.durations = durations if len(durations) > 1 else ()
    return content
