"""The settings of a library, kept in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from nijigen.core.errors import InputError
from nijigen.core.private import write_file
from nijigen.library.workers.local import Local
from nijigen.library.workers.workers import Workers

FILE = "settings.json"
VectorStoreName = Literal["auto", "exact", "usearch", "milvus"]
WorkersName = Literal["local", "ray"]
HINT = "correct it, or remove the file for the defaults"


@dataclass(frozen=True)
class Settings:
    """How a library works."""

    vectors: VectorStoreName = "auto"
    """Where vectors are searched; ``auto`` is by the number of pictures."""
    address: str = ""
    """Of the Milvus server, or a file for Milvus Lite."""
    workers: WorkersName = "local"
    """Whose processes compute signatures."""
    cluster: str = ""
    """Address of the Ray cluster; empty for one on this machine."""

    def open_workers(self) -> Workers:
        """Return the processes that compute signatures.

        Raises:
            InputError: The extra is not installed, or the cluster does not answer.
        """
        if self.workers == "ray":
            from nijigen.library.workers.ray import Ray

            return Ray(self.cluster)
        return Local()


def read_settings(folder: Path) -> Settings:
    """Return the settings of a library.

    Raises:
        InputError: The file is damaged.
    """
    path = folder / FILE
    try:
        found = json.loads(path.read_bytes())
        names = {field.name for field in fields(Settings)}
        made = Settings(**{name: value for name, value in found.items() if name in names})
        if made.vectors not in get_args(VectorStoreName):
            raise ValueError(f"unknown store {made.vectors!r}")
        if made.workers not in get_args(WorkersName):
            raise ValueError(f"unknown workers {made.workers!r}")
        if not isinstance(made.address, str) or not isinstance(made.cluster, str):
            raise TypeError("an address is no text")
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{path} cannot be read: {error}", HINT) from None
    return made


def write_settings(folder: Path, settings: Settings) -> None:
    """Keep settings.

    Raises:
        OutputError: They cannot be written; the old ones stay.
    """
    write_file(folder / FILE, json.dumps(asdict(settings), indent=2).encode() + b"\n")
