"""The server process: what it does before anyone asks."""

from __future__ import annotations

import subprocess
import sys

PAINTED = """
import sys
import numpy as np
from nijigen import Picture, get
from nijigen.api.server import preload

paint = get("color.paint")
page = np.full((96, 96, 3), 255, np.uint8)
page[20:70, 20:22] = page[20:70, 68:70] = page[20:22, 20:70] = page[60:70, 20:70] = 0
if "warm" in sys.argv:
    preload()
known = set(sys.modules)
paint(Picture(page))
print(sum(name.partition(".")[0] in {"cv2", "scipy"} for name in set(sys.modules) - known))
"""


def imported(*how: str) -> int:
    command = [sys.executable, "-c", PAINTED, *how]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_a_warm_server_has_imported_what_painting_takes() -> None:
    assert imported() > 50
    assert imported("warm") == 0
