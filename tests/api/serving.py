"""A real server for tests, in a thread or as a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from nijigen import studio
from nijigen.api.app import create_app
from nijigen.api.config import Config
from nijigen.api.server import listening_socket, serve

SOURCE = Path(__file__).parents[2] / "src"
PATIENCE = 120.0
"""Seconds after which something will not come any more. A busy machine takes its time, and where
all is well nobody waits so long."""


@contextlib.contextmanager
def serving(config: Config) -> Iterator[httpx.Client]:
    """Serve in a thread on a free port; the server is ended with the block."""
    import tempfile

    app = create_app(config)
    studio.mount(app)
    bound = listening_socket(config.host, 0)
    started = threading.Event()
    ends: list[object] = []
    before = tempfile.tempdir

    def run() -> None:
        serve(app, config, bound, browser=False, say=lambda url: started.set(), ends=ends.append)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert started.wait(PATIENCE)
        host, port = bound.getsockname()[:2]
        with httpx.Client(base_url=f"http://{host}:{port}", timeout=PATIENCE) as client:
            yield client
    finally:
        ends[0]()  # type: ignore[operator]
        thread.join(PATIENCE)
        tempfile.tempdir = before
        assert not thread.is_alive()


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


def plug_in(folder: Path) -> Path:
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


def begun(plug_ins: Path, shade: int) -> None:
    """Wait until the slow operation is at work on a shade that nobody else asks for."""
    eventually((plug_ins / f"begun-{shade}").exists)


def enough(plug_ins: Path, shade: int) -> None:
    """Let the slow operation wait no longer where it makes this shade."""
    (plug_ins / f"enough-{shade}").touch()


class Process:
    """``nijigen studio`` as a process that can be killed."""

    def __init__(self, data: Path, plug_ins: Path) -> None:
        path = os.pathsep.join([str(SOURCE), str(plug_ins)])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nijigen", "studio", "--no-browser", "--port", "0"]
            + ["--data", str(data)],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(PATIENCE)
            assert self.process.stderr is not None
            raise AssertionError(self.process.stderr.read())
        self.client = httpx.Client(base_url=line.split()[-1], timeout=PATIENCE)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self._over()

    def end(self) -> int:
        """End it as Ctrl-C does, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self._over()

    def _over(self) -> int:
        code = self.process.wait(PATIENCE)
        self.client.close()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        return code


def eventually(come: Callable[[], object]) -> None:
    """Wait for something that another thread or process is about to do."""
    end = time.monotonic() + PATIENCE
    while not come():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def until(client: httpx.Client, id: str) -> dict[str, object]:
    """Wait until a job has ended."""
    job: dict[str, object] = {}

    def ended() -> bool:
        job.update(client.get(f"/api/jobs/{id}").json())
        return job["state"] not in ("queued", "running")

    eventually(ended)
    return job
