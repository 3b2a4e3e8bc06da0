"""Move all files of a library to the trash and back in a process that tests kill."""

from __future__ import annotations

import sys
from pathlib import Path

from nijigen.library import Library
from nijigen.library.upkeep.trashing import Unwanted

with Library(Path(sys.argv[1])) as library:
    # What an earlier process has left in the trash first.
    library.trash.restore(library.trash.files())
    while True:
        files = [Unwanted(place.path, "test") for place in library.below(Path(sys.argv[2]))]
        assert library.trash.put(files) == {}
        print("moved", flush=True)
        assert library.trash.restore(library.trash.files()) == {}
