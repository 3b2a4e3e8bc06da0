"""The studio's files, as they are served."""

from __future__ import annotations

import re

import httpx

from nijigen.studio import MEDIA_TYPES, folder, sent


def test_the_page_is_at_the_root(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', answer.text):
        assert client.get(path).status_code == 200, path


def test_every_file_has_its_type_and_is_asked_for_again(client: httpx.Client) -> None:
    paths = [
        path for path in folder().rglob("*") if path.is_file() and path.suffix not in (".md", ".ts")
    ]
    assert paths
    for path in paths:
        address = f"/static/{path.relative_to(folder()).as_posix()}"
        answer = client.get(address)
        assert answer.status_code == 200, address
        script = path.suffix == ".js"
        whole = sent(path.read_text(encoding="utf-8")).encode() if script else path.read_bytes()
        assert answer.content == whole
        assert path.suffix in MEDIA_TYPES, f"{address} has no type of its own"
        assert answer.headers["content-type"].partition(";")[0] == MEDIA_TYPES[path.suffix]
        assert answer.headers["cache-control"] == "no-cache"
        again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        if len(answer.content) > 2000 and path.suffix in (".js", ".css"):
            assert answer.headers["content-encoding"] == "gzip"


def test_scripts_are_sent_without_their_types_line_by_line() -> None:
    script = (
        "/** @file A.\n * More. */\nlet a = 1; // kept\n  /** @type {B} */\nlet b = /* kept */ 2;\n"
    )
    assert sent(script) == "\n\nlet a = 1; // kept\n\nlet b = /* kept */ 2;\n"


def test_folders_are_not_listed(client: httpx.Client) -> None:
    for path in ("/static", "/static/", "/static/js", "/static/js/"):
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 404
        assert answer.json()["title"] == "NotFound"
