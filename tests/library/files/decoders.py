"""Stand-ins for a decoder that a file ends, holds up or makes take memory: each by its name."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nijigen.core.clip import Clip, Frame
from nijigen.imaging.clips import video


def open_clip(path: Path) -> Clip:
    if path.stem == "header":
        os._exit(3)
    clip = video.open_clip(path)
    return replace(clip, source=_Source(path.stem, clip.source))


@dataclass(frozen=True)
class _Source:
    fault: str
    source: Any

    def __call__(self, skip: int) -> Iterator[Frame]:
        for number, frame in enumerate(self.source(skip)):
            if number == 20 and self.fault == "ends":
                os._exit(3)
            if number == 20 and self.fault == "sleeps":
                time.sleep(60)
            while number == 20 and self.fault == "computes":
                pass
            if number == 20 and self.fault == "grows":
                np.ones(3 << 30, np.uint8)
            yield frame
