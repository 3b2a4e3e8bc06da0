"""Previews: run an operation on a crop; only the newest request of each client runs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from nijigen.core.errors import InputError
from nijigen.core.picture import Picture
from nijigen.core.ports import Port
from nijigen.core.run import Run
from nijigen.imaging.files import encode_draft
from nijigen.imaging.resize import resize
from nijigen.jobs.given import AllGiven, Check, Given, GivenFile, read_one, several
from nijigen.jobs.perform import AnyOperation, flowing, returns_picture, seen

MARGIN = 16
"""Context pixels around the box, so that its edges look like in the full result."""
MOST_PIXELS = 4 << 20
SIDE = 640
"""Longer side in pixels of what operations see of which a preview shows the whole picture."""
REMEMBERED = 256 << 20
"""Size limit of the cache of decoded pictures, in bytes."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Preview:
    """A PNG, its scale relative to the box, and what the operation chose for the whole picture."""

    content: bytes
    scale: float
    chosen: Mapping[str, Any]


class Previews:
    """Renders previews in two threads of its own.

    Args:
        check: Checks the pictures among inputs before they are decoded.
    """

    def __init__(self, check: Check) -> None:
        self._check = check
        self.pool = ThreadPoolExecutor(2, "nijigen-previews")
        self._lock = threading.Lock()
        self._newest: dict[str, tuple[int, Run]] = {}
        self._decoded: OrderedDict[tuple[str, int, int], Picture] = OrderedDict()

    def begin(self, client: str, turn: int = 0) -> Run:
        """Return the run of a new preview, and cancel the client's previous one.

        If requests arrive out of order, the one with the higher turn is newer.
        """
        run = Run(draft=True)
        with self._lock:
            last, other = self._newest.get(client, (turn, None))
            if turn >= last:
                self._newest[client] = (turn, run)
            else:
                other = run
        if other is not None:
            other.cancel()
        return run

    def end(self, client: str, run: Run) -> None:
        """Remove a finished preview."""
        with self._lock:
            if self._newest.get(client, (0, None))[1] is run:
                del self._newest[client]

    def stop(self) -> None:
        """Cancel all previews."""
        with self._lock:
            for _, run in self._newest.values():
                run.cancel()
        self.pool.shutdown(cancel_futures=True)

    def make(
        self,
        operation: AnyOperation,
        found: AllGiven,
        settings: Mapping[str, Any],
        box: Box | None,
        run: Run,
    ) -> Preview:
        """Make a preview.

        Args:
            operation: An operation from a picture to a picture.
            found: Its inputs; those with the size of the source are cropped alike.
            settings: Its settings, validated.
            box: Part of the source; None for all of it.
            run: The run returned by :meth:`begin`.

        Raises:
            InputError: The operation does not make a picture, or the box is outside the source.
            Cancelled: A newer preview was requested.
        """
        run.check()
        self._check(operation, found)
        source = operation.source_port
        given = several(found.get(source.name, ())) if source else ()
        if source is None or not given or not returns_picture(operation):
            raise InputError(f"{operation.id} cannot be previewed on a crop", "run it as a job")
        ports = [port for port in operation.ports if port.name in found]
        values = {
            port.name: tuple(self._seen(port, one, run) for one in several(found[port.name]))
            for port in ports
        }
        first = values[source.name][0]
        chosen = operation.chosen(first, settings)
        settings = {**settings, **chosen}
        if operation.preview == "whole":
            reduced = {name: tuple(map(_reduced, several(values[name]))) for name in values}
            inputs = {port.name: _given(port, reduced[port.name]) for port in ports}
            result = seen(operation.apply(flowing(operation, inputs), settings, run))
            run.check()
            return Preview(_png(result), result.width / first.width, chosen)
        box = box or (0, 0, *first.size)
        check_box(box, first)
        outer = _widened(box, first)
        crops = {}
        for port in ports:
            alike = _cropped_alike(values[port.name], first.size, outer)
            crops[port.name] = _given(port, alike)
        made = operation.apply(flowing(operation, crops), settings, run)
        result = seen(made)
        run.check()
        inner, scale = _without_margin(result, box, outer)
        return Preview(_png(inner), scale, chosen)

    def _seen(self, port: Port, given: Given, run: Run) -> Any:
        """Return the value of an input; pictures are flattened and cached."""
        if not isinstance(given, GivenFile) or port.path is not None:
            return read_one(port, given, run)
        key = given.state()
        with self._lock:
            if key in self._decoded:
                self._decoded.move_to_end(key)
                return self._decoded[key]
        picture = seen(given.value())
        with self._lock:
            self._decoded[key] = picture
            while (
                len(self._decoded) > 1
                and sum(p.pixels.nbytes for p in self._decoded.values()) > REMEMBERED
            ):
                self._decoded.popitem(last=False)
        return picture


def check_box(box: Box, picture: Picture) -> None:
    """Reject a box that is not inside the picture.

    Raises:
        InputError: It is empty, outside, or too large for a preview.
    """
    left, top, right, bottom = box
    if not (0 <= left < right <= picture.width and 0 <= top < bottom <= picture.height):
        raise InputError(
            f"the box {list(box)} is not inside the picture",
            f"left, top, right, bottom in {picture.width}×{picture.height} pixels",
        )
    if (right - left) * (bottom - top) > MOST_PIXELS:
        raise InputError(
            "the box is too large for a preview", f"at most {MOST_PIXELS / 1e6:.1f} million pixels"
        )


def cropped(picture: Picture, box: Box) -> Picture:
    """Return a part of a picture."""
    left, top, right, bottom = box
    return picture.with_pixels(picture.pixels[top:bottom, left:right])


def _given(port: Port, values: tuple[Any, ...]) -> Any:
    return values if port.several else values[0]


def _png(picture: Picture) -> bytes:
    # The history is that of a part and would be misleading in a file.
    return encode_draft(picture.with_info(history=type(picture.info.history)()))


def _reduced(value: Any) -> Any:
    if not isinstance(value, Picture) or max(value.size) <= SIDE:
        return value
    width, height = (max(1, round(side * SIDE / max(value.size))) for side in value.size)
    return resize(value, (width, height), "bilinear")


def _cropped_alike(values: tuple[Any, ...], size: tuple[int, int], box: Box) -> tuple[Any, ...]:
    """Crop pictures of that size; a reference of another size is needed whole."""
    return tuple(
        cropped(value, box) if isinstance(value, Picture) and value.size == size else value
        for value in values
    )


def _widened(box: Box, picture: Picture) -> Box:
    left, top, right, bottom = box
    return (
        max(0, left - MARGIN),
        max(0, top - MARGIN),
        min(picture.width, right + MARGIN),
        min(picture.height, bottom + MARGIN),
    )


def _without_margin(result: Picture, box: Box, outer: Box) -> tuple[Picture, float]:
    across = result.width / (outer[2] - outer[0])
    down = result.height / (outer[3] - outer[1])
    inner = (
        round((box[0] - outer[0]) * across),
        round((box[1] - outer[1]) * down),
        max(1, round((box[2] - outer[0]) * across)),
        max(1, round((box[3] - outer[1]) * down)),
    )
    if inner[0] >= inner[2] or inner[1] >= inner[3]:
        return result, across
    return cropped(result, inner), across
