"""A real server on a free port, and a real browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extras import needs
from nijigen.api.access import links
from nijigen.api.access.token import Token
from pictures import drawing
from studio.desk_steps import drawn
from studio.steps import PATIENCE

SOURCE = Path(__file__).parents[2] / "src"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Refusals that tests provoke: an older preview given up for a newer one, a setting out of place,
# a site that does not answer, no space.
# The browser notes every such answer in the console; the page shows what it means.
EXPECTED = (
    "409 (Conflict)",
    "415 (Unsupported",
    "422 (Unprocessable",
    "502 (Bad Gateway)",
    "503 (Service",
    "507 (Insufficient Storage)",
)
# A job or its look may be gone between the event that told of it and the asking; a file may not.
GONE = re.compile(r"404 \(Not Found\) \S+/api/jobs/")


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the studio of all tests has its folders."""
    return tmp_path_factory.mktemp("studio-data")


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[str]:
    """The address of a studio with empty folders of its own, among them a home with a library."""
    command = [sys.executable, "-m", "nijigen", "studio", "--no-browser", "--port", "0"]
    names = ("HOME", "RECIPES", "MODELS", "CACHE")
    own = {f"NIJIGEN_{name}": str(data / name.lower()) for name in names}
    environment = {**os.environ, **own, "PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1"}
    with (
        (data / "server.log").open("w") as log,
        subprocess.Popen(
            [*command, "--data", str(data / "store")],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        ) as process,
    ):
        assert process.stdout
        address = ""
        for line in process.stdout:
            if "http://" in line:
                address = "http://" + line.partition("http://")[2].partition("/")[0]
                break
        assert address, (data / "server.log").read_text()
        yield address
        process.terminate()
        process.wait(120)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Debian's Chromium, or another that is installed."""
    needs("playwright")
    from playwright import sync_api as api

    path = os.environ.get("NIJIGEN_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not path:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    with api.sync_playwright() as playwright:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments, timeout=120_000)
        yield browser
        browser.close()


@pytest.fixture
def link(server: str, data: Path) -> Callable[[], str]:
    """Return new one-time links to the studio."""
    token = Token.read(data / "store" / "token")
    return lambda: links.link(f"{server}/", token)


@pytest.fixture
def page(browser: Any, server: str, link: Callable[[], str]) -> Iterator[Any]:
    """A fresh visitor's page, who has opened a link; whatever the console complains about fails."""
    context = browser.new_context(
        base_url=server,
        viewport={"width": 1440, "height": 900},
        locale="en-US",
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    code = link().partition(links.FRAGMENT)[2]
    assert context.request.post("/api/session", data={"code": code}).status == 204
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    said: list[str] = []

    def note(message: Any) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{message.text} {message.location.get('url', '')}")

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    said = [text for text in said if not GONE.search(text)]
    assert [text for text in said if not any(known in text for known in EXPECTED)] == []


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three small drawings; the last has alpha."""
    folder = tmp_path_factory.mktemp("drawings")
    made = []
    for index, (width, height, channels) in enumerate([(96, 72, 3), (64, 90, 3), (80, 80, 4)]):
        made.append(folder / f"drawing{index + 1}.png")
        drawing(width, height, channels).save(made[-1])
    return made


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A drawing with three rooms, as a scanner gives it."""
    return drawn(tmp_path / "scan.png")
