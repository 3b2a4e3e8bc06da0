"""A plug-in for tests of servers: operations and commands that a third party would write.

One process imports it once, so all tests of a session share one folder: the fixture ``plug_ins``.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

PLUG_IN = '''
"""Operations of a plug-in, as a third party would write it; one takes its time."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from nijigen.core.command import Change, Plan, command
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.core.values import FilePath, FolderPath, PathInText

HERE = Path(__file__).parent


@operation(alpha="own", version=1)
def slow(
    picture: Picture,
    *,
    seconds: Annotated[float, Setting(ge=0, le=600)] = 1.0,
    shade: Annotated[int, Setting(ge=0, le=255)] = 0,
    fails: bool = False,
    run: Run = SILENT,
) -> Picture:
    """Wait, and turn the picture to one shade; files beside this one tell tests how far it is.

    Args:
        picture: Any size.
        seconds: How long it takes.
        shade: What the first pixel becomes.
        fails: End with a fault.
    """
    (HERE / f"begun-{shade}").touch()
    for part in range(100):
        run.progress(part / 100)
        run.show(lambda: picture)
        if not (HERE / f"enough-{shade}").exists():
            time.sleep(seconds / 100)
    if fails:
        raise RuntimeError("a secret of the inside")
    pixels = picture.pixels.copy()
    pixels[0, 0] = shade
    return picture.with_pixels(pixels)


@operation(alpha="own", version=1)
def measure(picture: Picture, *, points: list[int] = []) -> dict[str, object]:
    """Say how large the picture is.

    Args:
        picture: Any size.
        points: Given back.
    """
    return {"width": picture.width, "height": picture.height, "points": points}


@operation(alpha="own", version=1)
def gather(
    picture: Picture,
    reference: Picture | None = None,
    others: Sequence[Picture] = (),
    words: Annotated[str, PathInText(("dump:",))] | None = None,
    lines: Sequence[str] = (),
    table: FilePath | None = None,
    place: FolderPath | None = None,
    *,
    near: FilePath | None = None,
    index: Annotated[str, PathInText(("dump:",))] = "",
    run: Run = SILENT,
) -> dict[str, object]:
    """Say what has flowed in.

    Args:
        picture: Any size.
        reference: Another.
        others: More of them.
        words: A text, in which a path may stand.
        lines: Several texts.
        table: A file.
        place: A folder.
        near: A file that is a setting.
        index: A text that is a setting, in which a path may stand.
    """
    run.note("assumed", "that this is a test, ☆ and all")
    return {
        "picture": picture.size,
        "reference": reference and reference.size,
        "others": [other.size for other in others],
        "words": words,
        "lines": list(lines),
        "table": table and [table.name, table.stat().st_size],
        "place": place and sorted(path.name for path in place.iterdir()),
        "near": near and str(near),
        "index": index,
    }


@operation(alpha="own", version=1)
def paste(picture: Picture, others: Sequence[Picture] = ()) -> Picture:
    """Put the mean of all pictures in the place of the first.

    Args:
        picture: Any size.
        others: Those that are not of its size are left out.
    """
    alike = [picture, *(other for other in others if other.size == picture.size)]
    total = sum(other.rgb().pixels.astype(int) for other in alike)
    return picture.with_pixels((total // len(alike)).astype("uint8"))


@operation(alpha="own", version=1)
def cut(picture: Picture) -> FileSet:
    """Cut a picture in two.

    Args:
        picture: Two pixels high at least.
    """
    middle = picture.height // 2
    above = picture.with_pixels(picture.pixels[:middle])
    below = picture.with_pixels(picture.pixels[middle:])
    data = {"middle": middle}
    return FileSet({"halves/above.png": above, "halves/below.jpg": below, "cut.json": data})


@operation(alpha="own", version=1)
def deaf(picture: Picture, *, dies: bool = False) -> Picture:
    """Never report, so that no request to stop is heard.

    Args:
        picture: Any size.
        dies: End the whole process, as a fault in a native library does.
    """
    (HERE / "begun-deaf").touch()
    if dies:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(600)
    return picture


@operation(alpha="own", version=1, access="network")
def fetched(picture: Picture) -> Picture:
    """Act as if other machines were asked.

    Args:
        picture: Any size.
    """
    return picture


@command(access="change", lock=lambda: HERE)
def write(
    words: str,
    pictures: Sequence[Picture] = (),
    table: FilePath | None = None,
    *,
    name: str = "words",
    near: FilePath | None = None,
    index: Annotated[str, PathInText(("dump:",))] = "",
    seconds: Annotated[float, Setting(ge=0, le=600)] = 0.0,
) -> Plan:
    """Write words into a file.

    Args:
        words: They become a line.
        pictures: Their number becomes a line, too.
        table: A file.
        name: Of the file.
        near: A file that is a setting.
        index: A text, in which a path may stand.
        seconds: How long it takes.
    """
    path = HERE / f"{name}.txt"
    text = f"{words}\\n{len(pictures)}\\n"

    def change(run: Run) -> None:
        for part in range(100):
            run.progress(part / 100)
            time.sleep(seconds / 100)
        run.note("assumed", "that words are text")
        path.write_text(text)

    if path.exists() and path.read_text() == text:
        return Plan(result=lambda: {"name": path.name, "near": near and str(near)})
    result = {"name": path.name, "near": near and str(near), "index": index}
    return Plan([Change(f"write {path.name}", change)], lambda: result)


@command(access="network")
def fetch(name: str | None = None) -> Plan:
    """Act as if something were fetched.

    Args:
        name: Of it.
    """
    return Plan([Change(f"fetch {name or 'all'}", lambda run: None)])


@command(access="read")
def count() -> Plan:
    """Count the files beside this one."""
    return Plan(result=lambda: len(list(HERE.iterdir())))
'''


OPERATIONS = ("slow", "measure", "gather", "paste", "cut", "deaf", "fetched")
COMMANDS = ("write", "fetch", "count")


def install(folder: Path) -> Path:
    """Install the slow operation into a folder that can be put on the path."""
    (folder / "slow_plug_in.py").write_text(textwrap.dedent(PLUG_IN), "utf-8")
    info = folder / "slow_plug_in-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-plug-in\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "\n".join(
            [
                "[nijigen.operations]",
                *(f"tests.{name} = slow_plug_in:{name}" for name in OPERATIONS),
            ]
            + ["[nijigen.commands]", *(f"tests.{name} = slow_plug_in:{name}" for name in COMMANDS)]
        )
    )
    return folder
