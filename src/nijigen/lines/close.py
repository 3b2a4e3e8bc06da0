"""Close: draw lines on where they break off."""

from typing import Annotated, Literal

from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run


@operation(alpha="own", version=1)
def close(
    picture: Picture,
    *,
    gap: Annotated[float | None, Setting(ge=0, le=1000, step=1, unit="px")] = None,
    show: Literal["lines", "marks"] = "lines",
    run: Run = SILENT,
) -> Picture:
    """Draw lines on where they break off, in the way they end.

    Ends that point at each other are joined by a curve; an end that points at another line is drawn
    on to it if that encloses an area. Strokes are as wide and as dark as the lines that they join.

    Args:
        picture: Line art of any size: dark on light, light on dark, or on a transparent ground.
            Above 3000 pixels lines are followed at a reduced size.
        gap: Length of the widest gap that is closed; by default 1/40 of the longer side.
        show: The drawing with its gaps closed; or with each new stroke in red, where it separates
            areas, or blue.

    Returns:
        A picture of the same size. Its metadata lists as ``gaps``, in JSON, the ``points`` of every
        stroke in pixels, its ``width`` (length) and whether it ``separates`` two areas.

    Example:
        >>> import json
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.lines.close import close
        >>> page = np.full((40, 60), 255, np.uint8)
        >>> page[8:32, (8, 51)] = page[(8, 31), 8:52] = 0
        >>> page[8, 27:33] = 255
        >>> made = close(Picture(page), gap=12)
        >>> bool(made.pixels[8, 20:40].max() < 64)
        True
        >>> [gap["separates"] for gap in json.loads(made.info.text["gaps"])]
        [True]
    """
    run.result_size(picture.size)
    from nijigen.imaging.line_art.gaps import default_gap
    from nijigen.imaging.line_art.ink import line_art
    from nijigen.lines._closing import closed, closings_of, marked, written
    from nijigen.lines._linework import Linework
    from nijigen.lines._suited import note_areas

    note_areas(picture, run)
    lines = Linework(line_art(picture, run.part(0, 0.5)))
    gaps = closings_of(lines, default_gap(*picture.size) if gap is None else gap)
    run.note("assumed", f"gaps closed: {len(gaps)}")
    made = marked(picture, gaps) if show == "marks" else closed(picture, lines, gaps)
    return made.with_info(text={**made.info.text, "gaps": written(gaps)})
