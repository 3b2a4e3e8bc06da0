"""The demo page: enlarged pictures, a halftone, drawn and colored characters, and faces."""

from __future__ import annotations

import contextlib
import html
import importlib.resources
import io
import re
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import click

from nijigen.cli import demo_characters, demo_colors, demo_faces
from nijigen.core import registry
from nijigen.core.animation import Animation
from nijigen.core.errors import InputError, NijigenError, NotFound
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.jobs.say import command_line

Value = Picture | Animation
Echo = Callable[[str], None]

_ENLARGE = "upscale.waifu2x"
_SCREEN = "effects.halftone"


@dataclass(frozen=True)
class Example:
    """One picture before and after one operation."""

    name: str
    operation: str
    settings: Mapping[str, Any]
    before: Value
    after: Value
    seconds: float
    files: tuple[str, str]
    """Before and after, as URLs relative to the page."""

    @property
    def megapixels(self) -> float:
        """Output megapixels, all frames together."""
        width, height = self.after.size
        frames = len(self.after.frames) if isinstance(self.after, Animation) else 1
        return width * height * frames / 1e6


class Demo(NamedTuple):
    """What :func:`make_demo` made.

    Attributes:
        page: The generated page.
        errors: Errors of skipped pictures.
    """

    page: Path
    errors: tuple[NijigenError, ...]


def make_demo(pictures: Sequence[Path], folder: Path, *, echo: Echo, run: Run = SILENT) -> Demo:
    """Enlarge every picture twofold, make a halftone, draw, color and find faces, on one page.

    Args:
        pictures: Files; unreadable ones are reported and skipped, duplicates are used once.
        folder: Where ``index.html`` and the folders ``pictures``, ``characters``, ``colors`` and
            ``faces`` are written.
        echo: Called with each line of output.
        run: Receives progress.

    Raises:
        InputError: None of the pictures could be read.
        ModelError: The weights are missing or corrupt.
        OutputError: The folder cannot be written.
    """
    maker = _Maker(folder)
    errors: list[NijigenError] = []
    unique = list(dict.fromkeys(path.resolve() for path in pictures))
    count = len(unique) + 4
    for number, path in enumerate(unique):
        try:
            maker.enlarge(path, run.part(number / count, (number + 1) / count))
        except (InputError, NotFound) as error:
            errors.append(error)
            # Most error messages already contain the file name.
            label = "" if path.name in error.message else f"{path.name}: "
            echo(f"skipped: {label}{error.message}")
    if not maker.examples:
        raise InputError("there is no picture to show", "pass PNG, JPEG, WebP, AVIF, GIF or TIFF")
    maker.screen(run.part(1 - 4 / count, 1 - 3 / count))
    drawn = demo_characters.draw_characters(folder, run.part(1 - 3 / count, 1 - 2 / count))
    colored = demo_colors.color_lines(folder, run.part(1 - 2 / count, 1 - 1 / count))
    sheet = Picture.open(folder / drawn[0].file)
    faces = demo_faces.find_faces(
        folder, [(drawn[0].file, sheet), *maker.stills()], run.part(1 - 1 / count, 1)
    )
    page = folder / "index.html"
    _write(page, _page(maker.examples, drawn, colored, faces))
    echo(_table(maker.examples))
    return Demo(page, tuple(errors))


@dataclass
class _Maker:
    folder: Path
    examples: list[Example] = field(default_factory=list)

    def enlarge(self, path: Path, run: Run) -> None:
        from nijigen.imaging.files import read
        from nijigen.jobs.perform import seen

        value = read(path)
        value = value if isinstance(value, Animation) else seen(value)
        settings: dict[str, Any] = {"factor": 2}
        if value.info.format == "jpeg":
            # Remove its blocks and halos instead of enlarging them.
            settings["denoise"] = "2"
        self._apply(path.name, value, _ENLARGE, settings, run)

    def stills(self) -> list[tuple[str, Picture]]:
        """Return names and pictures as they were given, without animations."""
        return [
            (example.name, example.before)
            for example in self.examples
            if example.operation == _ENLARGE and isinstance(example.before, Picture)
        ]

    def screen(self, run: Run) -> None:
        """Halftone the first still picture, or else the first; show it after the others."""
        stills = [e for e in self.examples if isinstance(e.after, Picture)]
        chosen = (stills or self.examples)[0]
        settings = {"mode": "cmyk" if _colored(chosen.after) else "mono", "cell": 6, "solid": 25}
        self._apply(chosen.name, chosen.after, _SCREEN, settings, run)

    def _apply(
        self, name: str, value: Value, id: str, settings: Mapping[str, Any], run: Run
    ) -> None:
        start = time.perf_counter()
        result: Value = registry.get(id).apply({"picture": value}, settings, run)
        seconds = time.perf_counter() - start
        word = id.partition(".")[2]
        base = f"{len(self.examples) + 1:02d}-{demo_faces.plain_stem(name)}-{word}"
        files = (f"pictures/{base}-before.png", f"pictures/{base}.png")
        for picture, file in zip((value, result), files, strict=True):
            picture.save(self.folder / file)
        self.examples.append(Example(name, id, settings, value, result, seconds, files))


def _colored(value: Value) -> bool:
    frame = value.frames[0] if isinstance(value, Animation) else value
    return frame.channels > 1


def _size(value: Value) -> str:
    width, height = value.size
    frames = f", {len(value.frames)} frames" if isinstance(value, Animation) else ""
    return f"{width}×{height}{frames}"


def _rows(examples: Sequence[Example]) -> list[tuple[str, ...]]:
    return [
        (
            example.name,
            example.operation,
            f"{_size(example.before)} → {_size(example.after)}",
            f"{example.seconds:.2f}",
            f"{example.megapixels / max(example.seconds, 1e-9):.2f}",
        )
        for example in examples
    ]


_COLUMNS = ("picture", "operation", "size", "seconds", "output MP/s")
_NOTE = "The time of the first picture includes loading the network."


def _table(examples: Sequence[Example]) -> str:
    from rich.console import Console
    from rich.table import Table

    table = Table(*_COLUMNS, caption=_NOTE)
    for column in table.columns[3:]:
        column.justify = "right"
    for row in _rows(examples):
        table.add_row(*row)
    text = io.StringIO()
    Console(file=text, width=110, legacy_windows=False).print(table)
    return text.getvalue().rstrip("\n")


def _page(
    examples: Sequence[Example],
    drawn: list[demo_characters.Drawn],
    colored: tuple[demo_colors.Step, ...],
    faces: list[demo_faces.Found],
) -> str:
    template = importlib.resources.files("nijigen.cli").joinpath("demo.html")
    text = template.read_text(encoding="utf-8")
    parts = {
        "<!--examples-->": "\n".join(map(_figure, examples)),
        "<!--characters-->": demo_characters.section(drawn),
        "<!--colors-->": demo_colors.section(colored),
        "<!--faces-->": demo_faces.section(faces),
        "<!--columns-->": "".join(f"<th scope=col>{name}</th>" for name in _COLUMNS),
        "<!--rows-->": "\n".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in _rows(examples)
        ),
        "<!--note-->": _NOTE,
        "<!--token-->": html.escape(_token_file(), quote=False),
    }
    # In one pass, so that inserted text is not searched for placeholders.
    return re.sub("|".join(map(re.escape, parts)), lambda match: parts[match[0]], text)


def _token_file() -> str:
    """Return where the token of the studio is, as a shell takes it."""
    from nijigen.jobs.stores.folder import STORE, DataFolder

    file = DataFolder(STORE.place).token
    with contextlib.suppress(ValueError):
        return "~/" + shlex.quote(file.relative_to(Path.home()).as_posix())
    return shlex.quote(str(file))


def _figure(example: Example) -> str:
    name = html.escape(example.name)
    width, height = example.after.size
    screened = example.operation == _SCREEN
    title = "halftone" if screened else "enlarged"
    command = html.escape(_command(example))
    before, after = example.files
    return f"""<figure style="--width: {width}; --height: {height}">
<figcaption><h2>{name} <small>{title}, {html.escape(_size(example.after))}</small></h2>
<code>{command}</code></figcaption>
<div class="compare">
<img class="after" src="{after}" alt="{name} {title}" draggable="false">
<img class="before" src="{before}" alt="{name} before" draggable="false">
<span class="label left">before</span><span class="label right">{title}</span>
<div class="handle" role="slider" tabindex="0" aria-label="{name}: before and {title}"
 aria-valuemin="0" aria-valuemax="100" aria-valuenow="50" aria-valuetext="50 % before"></div>
</div>
</figure>"""


def _command(example: Example) -> str:
    """Return the command line that does the same."""
    source = example.name if example.operation == _ENLARGE else "big.png"
    return command_line(registry.get(example.operation), [source], example.settings)


def _write(path: Path, text: str) -> None:
    from nijigen.core.atomic import write_bytes

    write_bytes(path, text.encode())


@click.command
@click.argument("pictures", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    metavar="FOLDER",
    help="Folder for the page and its pictures.",
)
def demo(pictures: tuple[str, ...], output: Path) -> int:
    """Enlarge pictures, make a halftone, draw characters and find faces, on one page.

    PICTURES are files, folders or globs. The page works from disk; before/after sliders compare
    each picture with its source.
    """
    from nijigen.cli.report import Report
    from nijigen.jobs.batches.sources import find_sources

    sources: list[Path] = []
    errors: list[NijigenError] = []
    for name in pictures:
        try:
            sources += [source.path for source in find_sources([name])]
        except NotFound as error:
            # As in any batch, a missing file does not stop the others.
            errors.append(error)
            click.echo(f"skipped: {error.message}", err=True)
    with Report().one_bar() as listener:
        made = make_demo(sources, output, echo=click.echo, run=Run(listener))
    click.echo(f"open {made.page} in a browser")
    errors += made.errors
    return errors[0].exit_code if errors else 0
