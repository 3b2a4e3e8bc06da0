"""A user with folders of an earlier version."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from nijigen.core.home import MARKER, Store

RECIPES = Store(name="recipes", version=2, earlier="config/recipes", contents="*.toml")


CACHE = Store(name="cache", version=1, earlier="cache", contents="*.onnx", cache=True)


MODELS = Store(name="models", version=1, earlier="data/models")


FILES = {"one.toml": b"1" * 9000, "two.toml": b"", "ö drei.toml": b"3"}


class User:
    """A user's folders, and what an earlier version left in them."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        patch.delenv("NIJIGEN_HOME", raising=False)
        for kind in ("data", "config", "cache"):
            base = folder / kind
            patch.setattr(
                f"platformdirs.user_{kind}_path", lambda name, base=base, **_: base / name
            )
        self.home = folder / "data/nijigen"
        self.old = folder / "config/nijigen/recipes"

    def leave_recipes(self) -> None:
        self.old.mkdir(parents=True)
        for name, data in FILES.items():
            (self.old / name).write_bytes(data)
        (self.old / "notes.txt").write_text("mine")

    def tree(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))


def read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.toml")}


def marker(folder: Path) -> Any:
    return json.loads((folder / MARKER).read_text())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
