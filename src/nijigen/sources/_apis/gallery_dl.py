"""gallery-dl, run as a program: it is GPL-2, so nothing of it is imported here.

Its option ``-j`` ends with exit code 0 and without a word when a site fails, so posts come from the
postprocessor that writes metadata, after whose run the exit code is true
(findings/gallery-dl-jsonl-silent.sh).
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from nijigen.core.errors import InputError, SiteChanged
from nijigen.core.extras import install_module
from nijigen.core.private import write_file
from nijigen.core.strict import read_json
from nijigen.sources._apis.relay import WORD, Relay
from nijigen.sources._web.client import Client

_NAME = "nijigen"
_PATIENCE = 3600
"""Seconds that the program waits for the relay, which knows better when to give up."""


@dataclass(frozen=True)
class Program:
    """How gallery-dl is asked for the posts of a query.

    Args:
        family: Under which an instance of one's own is configured.
        page: Path of the page for browsers that lists posts, up to the words of the query.
        paths: Pattern of the API's paths.
        options: More of its options.
        window: Stop after so many posts; None for all.
    """

    family: str
    page: str
    paths: str
    options: Mapping[str, Any]
    window: int | None = None

    def posts(self, client: Client, words: str) -> Iterator[Mapping[str, Any]]:
        """Yield posts with the fields of the site, and some of gallery-dl's own.

        Raises:
            InputError: The program is not installed.
            SiteChanged: It does not understand the site's answers.
            SourceError: The site did not respond as expected.
        """
        program = _program()
        with (
            Relay(client, self.paths) as relay,
            tempfile.TemporaryDirectory(prefix="nijigen-") as scratch,
            tempfile.TemporaryFile() as said,
        ):
            config = Path(scratch) / "config.json"
            write_file(config, json.dumps(self._configuration(relay, scratch)).encode())
            address = relay.address + self.page + quote(words, safe="")
            arguments = [*program, "--config-ignore", "--config", str(config), address]
            with subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
            ) as running:
                assert running.stdout is not None
                try:
                    for line in running.stdout:
                        client.run.check()
                        yield _fields(line, client)
                except BaseException:
                    # The reader wants no more, or was asked to stop.
                    running.kill()
                    raise
            if relay.error is not None:
                raise relay.error
            if running.returncode:
                raise _not_understood(client, said)

    def _configuration(self, relay: Relay, scratch: str) -> dict[str, Any]:
        written = {"name": "metadata", "mode": "jsonl", "filename": "-", "event": "prepare,child"}
        last = {} if self.window is None else {"image-range": f"1-{self.window}"}
        extractor = {
            # The only one that is loaded, of 258.
            "modules": [self.family.lower()],
            "base-directory": scratch,
            "download": False,
            "children": False,
            "retries": 0,
            "sleep-request": 0,
            "timeout": _PATIENCE,
            "proxy-env": False,
            "headers": {WORD: relay.word},
            "postprocessors": [written],
            self.family: {_NAME: {"root": relay.address}},
            **last,
            **self.options,
        }
        stream = {"encoding": "utf-8", "errors": "replace", "line_buffering": True}
        return {
            "extractor": extractor,
            "cache": {"file": None},
            "output": {"mode": "null", "stdout": stream, "colors": {}},
        }


def _program() -> list[str]:
    if importlib.util.find_spec("gallery_dl") is None:
        raise InputError("reading this site needs gallery-dl", install_module("gallery_dl"))
    return [sys.executable, "-m", "gallery_dl"]


def _fields(line: bytes, client: Client) -> Mapping[str, Any]:
    try:
        data = read_json(line.decode())
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise _changed(client)
    return data


def _not_understood(client: Client, said: IO[bytes]) -> SiteChanged:
    """Return the error for what the program said last; it knows no key that it could tell."""
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return _changed(client, lines[-1][:200] if lines else "")


def _changed(client: Client, why: str = "") -> SiteChanged:
    return SiteChanged(
        f"gallery-dl does not understand {client.site.name}{': ' if why else ''}{why}",
        "update it: pip install --upgrade gallery-dl",
        site=client.site.name,
    )
