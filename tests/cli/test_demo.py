"""The demo: its page, its table, and what happens with bad pictures."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nijigen import Animation, Artwork, Picture
from nijigen.cli.demo import Demo, make_demo
from nijigen.cli.main import main
from nijigen.core.errors import BadPicture, InputError
from nijigen.core.history import Step
from nijigen.imaging.files import read_history
from pictures import animation, drawing

NAME = "a <b> & #1.png"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of several kinds, a broken one among them."""
    folder = tmp_path_factory.mktemp("pictures")
    animation().save(folder / "moving.gif")
    drawing(24, 20).save(folder / NAME)
    drawing(24, 20, channels=4).save(folder / "clear.png")
    drawing(20, 24).save(folder / "photo.jpg")
    (folder / "broken.png").write_bytes((folder / NAME).read_bytes()[:60])
    return folder


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def made(folder: Path, told: list[str], tmp_path_factory: pytest.TempPathFactory) -> Demo:
    names = ["moving.gif", "broken.png", NAME, "clear.png", "photo.jpg", NAME]
    target = tmp_path_factory.mktemp("demo") / "new"
    return make_demo([folder / name for name in names], target, echo=told.append)


def last_step(file: Path) -> Step:
    history = read_history(file)
    assert history is not None
    return history.steps[-1]


class _Page(HTMLParser):
    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]


def test_every_picture_is_enlarged_and_a_still_one_screened(made: Demo) -> None:
    images = [img["src"] for img in _Page(made.page).all("img", draggable="false")]
    assert len(images) == 2 * 5
    pairs = [
        [Picture.open(made.page.parent / image).size for image in pair]
        for pair in zip(images[1::2], images[::2], strict=True)
    ]
    assert pairs == [
        [(48, 40), (96, 80)],
        [(24, 20), (48, 40)],
        [(24, 20), (48, 40)],
        [(20, 24), (40, 48)],
        [(48, 40), (48, 40)],
    ]
    screened = made.page.parent / images[-2]
    assert "halftone" in screened.name
    assert last_step(screened).operation == "effects.halftone"


def test_animations_stay_animations_and_alpha_stays(made: Demo) -> None:
    moving = Animation.open(next(made.page.parent.glob("pictures/*moving-waifu2x.png")))
    assert (len(moving.frames), moving.durations) == (3, (40, 50, 60))
    clear = Picture.open(next(made.page.parent.glob("pictures/*clear-waifu2x.png")))
    assert clear.channels == 4


def test_jpeg_is_cleaned(made: Demo) -> None:
    photo = next(made.page.parent.glob("pictures/*photo-waifu2x.png"))
    assert last_step(photo).settings["denoise"] == "2"


def test_broken_picture_is_reported_in_one_line(made: Demo, told: list[str]) -> None:
    assert [type(error) for error in made.errors] == [BadPicture]
    assert "broken.png" in told[0]
    assert "\n" not in told[0]


def test_table_names_every_picture(told: list[str]) -> None:
    table = told[-1]
    for part in (NAME, "clear.png", "24×20 → 48×40", "3 frames", "output MP/s", "effects.halftone"):
        assert part in table


def test_page_needs_nothing_but_its_folder(made: Demo) -> None:
    page = _Page(made.page)
    text = made.page.read_text(encoding="utf-8")
    assert "://" not in text
    assert 'curl -H "Authorization: Bearer $(cat ' in text
    assert not re.search(r"<!--\w+-->", text)
    assert not page.all("link")
    assert not [script for script in page.all("script") if "src" in script]
    for image in page.all("img"):
        assert re.fullmatch(r"(pictures|characters|colors|faces)/[\w.-]+", image["src"])
        assert (made.page.parent / image["src"]).is_file()


def test_sliders_have_names_and_file_names_are_escaped(made: Demo) -> None:
    page = _Page(made.page)
    sliders = page.all("div", role="slider", tabindex="0")
    assert [slider["aria-label"] for slider in sliders] == [
        "moving.gif: before and enlarged",
        f"{NAME}: before and enlarged",
        "clear.png: before and enlarged",
        "photo.jpg: before and enlarged",
        f"{NAME}: before and halftone",
    ]
    assert all("aria-valuenow" in slider for slider in sliders)
    assert not page.all("b")


def test_characters_are_drawn_in_every_way_and_say_how(made: Demo) -> None:
    page, folder = _Page(made.page), made.page.parent
    links = [link["href"] for link in page.all("a")]
    files = [link for link in links if link.startswith("characters/")]
    assert {path.suffix for path in map(Path, files)} == {".png", ".svg", ".psd"}
    for file in files:
        step = last_step(folder / file)
        assert step.operation == "generate.character"
        words = ["nijigen", "generate", "character", "--seed", str(step.settings["seed"])]
        assert f"{' '.join(words)} " in page.text
        assert Path(file).name in page.text
    assert len(Artwork.open(folder / "characters" / "girl.psd").layers) > 3
    moving = Animation.open(folder / "characters" / "turn.png")
    assert len(moving.frames) == 16
    shown = {image["src"] for image in page.all("img")}
    assert {file for file in files if not file.endswith(".psd")} <= shown


def test_line_art_is_colored_with_the_hints_that_are_shown(made: Demo) -> None:
    page, folder = _Page(made.page), made.page.parent / "colors"
    files = [link["href"] for link in page.all("a") if link["href"].startswith("colors/")]
    assert all((made.page.parent / file).is_file() for file in files)
    hints = json.loads((folder / "hints.json").read_text())
    width, height = (side / 100 for side in Picture.open(folder / "lines.png").size)
    layers = {layer.name: layer for _, layer in Artwork.open(folder / "painted.psd").leaves()}
    assert {"flat", "shadow", "line"} <= set(layers)
    flat = layers["flat"]
    for point in hints["points"]:
        x, y = int(point["x"] * width) - flat.left, int(point["y"] * height) - flat.top
        red, green, blue = flat.pixels.pixels[y, x, :3]
        assert f"#{red:02x}{green:02x}{blue:02x}" == point["color"]
    assert "nijigen color paint lines.png --hints hints.json" in page.text


def test_faces_are_found_on_the_sheet_and_drawn_over_it(made: Demo) -> None:
    page, folder = _Page(made.page), made.page.parent
    found = [link["href"] for link in page.all("a") if link["href"].startswith("faces/")]
    assert found[0] == "faces/01-sheet.png"
    step = last_step(folder / found[0])
    assert step.operation == "faces.overlay"
    # Of the sixteen on the sheet, most.
    assert len(json.loads(step.settings["given"])["faces"]) >= 12
    assert "nijigen faces overlay" in page.text
    drawn, sheet = Picture.open(folder / found[0]), Picture.open(folder / "characters/sheet.png")
    assert (drawn.pixels != sheet.pixels).any()


def test_nothing_readable_is_an_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no picture"):
        make_demo([folder / "broken.png"], tmp_path / "demo", echo=lambda line: None)
    assert not (tmp_path / "demo").exists()


def test_command_goes_on_and_ends_with_the_code_of_the_error(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(folder / NAME), str(tmp_path / "missing.png"), "-o", str(tmp_path / "demo")]
    assert main(["demo", *words]) == 3
    told = capsys.readouterr()
    assert "missing.png" in told.err
    assert "Traceback" not in told.err + told.out
    assert str(tmp_path / "demo" / "index.html") in told.out
    assert (tmp_path / "demo" / "index.html").is_file()


_DRIVER = """<script>
addEventListener("load", () => {
  const slider = document.querySelector("[role=slider]"), said = [];
  const say = () => said.push(slider.getAttribute("aria-valuenow"));
  for (const key of ["ArrowRight", "PageDown", "End", "ArrowLeft", "Home"]) {
    slider.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    say();
  }
  const picture = slider.parentElement, box = picture.getBoundingClientRect();
  picture.setPointerCapture = () => {};
  for (const [type, share] of [["down", .25], ["move", .75], ["up", .75], ["move", .1]]) {
    const clientX = box.left + box.width * share;
    picture.dispatchEvent(new PointerEvent("pointer" + type, { clientX, bubbles: true }));
    say();
  }
  document.title = said.join(" ");
});
</script></body>"""


def test_sliders_move_by_keys_and_pointer(made: Demo, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium here to open the page in")
    page = tmp_path / "driven.html"
    text = made.page.read_text(encoding="utf-8")
    page.write_text(text.replace("</body>", _DRIVER), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'user'}"]
    shown = subprocess.run(
        [chromium, *flags, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert "<title>52 42 100 98 0 25 75 75 75</title>" in shown.stdout
