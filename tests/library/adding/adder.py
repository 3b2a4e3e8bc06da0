"""Add a folder to a library in a process that tests kill: prints each file that was added."""

from __future__ import annotations

import sys
from pathlib import Path

from nijigen.library import Library

with Library(Path(sys.argv[1]), writing=True) as library:
    library.add([Path(sys.argv[2])], listener=lambda paths: print(*paths, sep="\n", flush=True))
