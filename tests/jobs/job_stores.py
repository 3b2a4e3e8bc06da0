"""Stores in a temporary folder, for tests."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from nijigen.imaging.files import decode, encode
from nijigen.jobs.given import Finder
from nijigen.jobs.roots import Roots
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.kept import Facts
from nijigen.jobs.stores.pictures import PictureStore
from nijigen.jobs.stores.recovery.opening import open_database
from nijigen.jobs.stores.store import JobStore
from pictures import drawing


class Stores:
    """A database with both of its stores."""

    def __init__(self, folder: Path, quota: int = 1 << 30, **days: float) -> None:
        self.folder = DataFolder(folder)
        self.folder.prepare()
        self.database = open_database(self.folder)
        self.pictures = PictureStore(self.folder, self.database, quota=quota, **days)
        self.jobs = JobStore(self.database, self.pictures)
        self.finder = Finder(self.pictures, Roots())

    def add(self, shade: int = 0) -> str:
        """Add a drawing and return its id."""
        return self.pictures.add(io.BytesIO(file(shade)), f"{shade}.png")[0].id

    def make(self, shade: int, name: str = "made.png") -> str:
        """Run a job whose result is a drawing, and return the id of the drawing."""
        job = self.jobs.add("tests.draw", {}, {})
        claim = self.jobs.claim()
        assert claim is not None
        assert claim.id == job.id
        content = file(shade)
        path = self.pictures.scratch / "made"
        path.write_bytes(content)
        id = hashlib.sha256(content).hexdigest()
        with self.pictures.holding():
            facts = Facts.of(decode(content), "png", len(content))
            sidecar = self.pictures.keep(path, id, name, facts, "result")
            with self.database.transaction() as connection:
                assert self.jobs.finish(connection, claim, picture=id, name=name)
                self.pictures.insert(connection, sidecar)
        return id

    def age(self, id: str, days: float) -> None:
        """Let a picture be unused for some days."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE pictures SET used = used - ? WHERE id = ?", (days * 86400, id)
            )

    def files(self) -> set[str]:
        """Return the names of all picture files."""
        return {path.name for path in self.folder.pictures.glob("*/*") if not path.suffix}


def file(shade: int) -> bytes:
    """Return a PNG that is like no other."""
    picture = drawing()
    pixels = picture.pixels.copy()
    pixels[0, 0, 0] = shade
    return encode(picture.with_pixels(pixels), "png")
