"""Inputs of every kind over HTTP: left out, several, texts, files and folders; notes; ZIPs."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from nijigen import Picture
from nijigen.api.config import Config
from nijigen.api.responses import about_file
from nijigen.core.file_set import FileSet
from nijigen.imaging.files import decode, encode
from nijigen.jobs.batches.file_sets import as_zip
from pictures import animation, drawing

NOTHING: dict[str, Any] = {
    **{"reference": None, "others": [], "words": None, "lines": [], "table": None},
    **{"place": None, "near": None, "index": ""},
}
GATHER = "/api/operations/tests.gather"


def png(width: int = 8, height: int = 6, **more: Any) -> bytes:
    return encode(drawing(width, height, **more), "png")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    (folder / "in").mkdir()
    (folder / "in" / "a.png").write_bytes(png(5, 4))
    (folder / "in" / "notes.txt").write_text("hello")
    return folder


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Config:
    return Config(data=tmp_path_factory.mktemp("data"), port=0, roots={"shelf": root})


def told(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def kept(client: httpx.Client, content: bytes, name: str = "a.png") -> str:
    answer = client.post("/api/pictures", files={"file": (name, content)})
    return str(answer.json()["id"])


def test_optional_inputs_may_be_left_out(client: httpx.Client) -> None:
    form = client.post(GATHER, files={"picture": ("a.png", png())})
    assert told(form) == {"picture": [8, 6], **NOTHING}
    asked = client.post(GATHER, json={"inputs": {"picture": kept(client, png())}})
    assert told(asked) == {"picture": [8, 6], **NOTHING}


def test_several_parts_of_one_name(client: httpx.Client) -> None:
    id = kept(client, png(7, 3))
    files = [
        ("picture", ("a.png", png())),
        ("others", ("b.png", png(2, 2))),
        ("others", (None, id)),
        ("others", (None, "shelf:in/a.png")),
        ("lines", (None, "one")),
        ("lines", (None, "two")),
        ("words", (None, "a word")),
        ("table", ("table.csv", b"1,2")),
        ("place", (None, "shelf:in")),
    ]
    assert told(client.post(GATHER, files=files)) == {
        **NOTHING,
        "picture": [8, 6],
        "others": [[2, 2], [7, 3], [5, 4]],
        "lines": ["one", "two"],
        "words": "a word",
        "table": ["table.csv", 3],
        "place": ["a.png", "notes.txt"],
    }


def test_lists_in_json(client: httpx.Client) -> None:
    first, second = kept(client, png()), kept(client, png(7, 3))
    inputs = {
        "picture": "shelf:in/a.png",
        "reference": first,
        "others": [first, second],
        "lines": ["one"],
        "table": "shelf:in/notes.txt",
        "place": "shelf:",
    }
    assert told(client.post(GATHER, json={"inputs": inputs})) == {
        **NOTHING,
        "picture": [5, 4],
        "reference": [8, 6],
        "others": [[8, 6], [7, 3]],
        "lines": ["one"],
        "table": ["notes.txt", 5],
        "place": ["in"],
    }


def test_a_stored_picture_is_a_file_under_its_name(client: httpx.Client) -> None:
    id = kept(client, png(), "of the store.png")
    inputs = {"picture": id, "table": id}
    answer = client.post(GATHER, json={"inputs": inputs})
    assert told(answer)["table"] == ["of the store.png", len(png())]


@pytest.mark.parametrize(
    ("inputs", "word"),
    [
        ({}, "needs picture"),
        ({"picture": []}, "needs picture"),
        ({"picture": ["shelf:in/a.png", "shelf:in/a.png"]}, "takes one picture"),
        ({"picture": "shelf:in/a.png", "other": "x"}, "no input 'other'"),
        ({"picture": "shelf:in/a.png", "words": ["a", "b"]}, "takes one words"),
    ],
)
def test_wrong_numbers(client: httpx.Client, inputs: dict[str, Any], word: str) -> None:
    answer = client.post(GATHER, json={"inputs": inputs})
    assert (answer.status_code, word in answer.text) == (422, True), answer.text


def test_uploads_where_none_belong(client: httpx.Client) -> None:
    picture = ("picture", ("a.png", png()))
    for part, status, word in (
        (("place", ("a.txt", b"x")), 422, "cannot be uploaded"),
        (("words", ("a.txt", b"\xff\xfe\xff")), 422, "not UTF-8 text"),
        (("near", ("a.txt", b"x")), 422, "no input"),
        (("picture", ("b.png", png())), 422, "takes one picture"),
        (("index", (None, "a")), 200, ""),
    ):
        answer = client.post(GATHER, files=[picture, part])
        assert (answer.status_code, word in answer.text) == (status, True), answer.text
    read = client.post(GATHER, files=[picture, ("words", ("a.txt", "文".encode()))])
    assert told(read)["words"] == "文"


def test_a_book_is_uploaded_or_named(client: httpx.Client) -> None:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.png", png(9 + number, 7))
    url = "/api/operations/formats.pack"
    sent = ("pages", ("book.cbz", book.getvalue()))
    made = client.post(url, files=[sent, ("format", (None, "pdf"))])
    assert (made.status_code, made.content[:5]) == (200, b"%PDF-"), made.text
    assert made.content.count(b"/Type /Page /") == 3
    # A folder cannot be sent; as before, it is named, and so is a file.
    for named in ("shelf:in", "shelf:in/a.png"):
        made = client.post(url, json={"inputs": {"pages": named}})
        assert (made.status_code, made.content[:2]) == (200, b"PK"), made.text
    kept_one = client.post(url, json={"inputs": {"pages": kept(client, png())}})
    assert (kept_one.status_code, kept_one.content[:2]) == (200, b"PK"), kept_one.text
    damaged = client.post(url, files={"pages": ("book.cbz", book.getvalue()[:90])})
    assert (damaged.status_code, "cut off" in damaged.text) == (422, True), damaged.text


def test_notes_stand_in_a_header(client: httpx.Client) -> None:
    answer = client.post(GATHER, files={"picture": ("a.png", png())})
    notes = json.loads(answer.headers["Nijigen-Notes"])
    assert notes == [{"kind": "assumed", "text": "that this is a test, ☆ and all"}]
    moving = encode(animation(), "gif")
    answer = client.post(
        GATHER, files=[("picture", ("a.png", png())), ("reference", ("a.gif", moving))]
    )
    assert "frames" in [note["kind"] for note in json.loads(answer.headers["Nijigen-Notes"])]
    lossy = client.post(
        "/api/operations/tests.slow?format=jpeg",
        files={"picture": ("a.png", png(channels=4))},
        data={"seconds": "0"},
    )
    assert "alpha" in [note["kind"] for note in json.loads(lossy.headers["Nijigen-Notes"])]
    whole = client.post(
        "/api/operations/tests.slow",
        files={"picture": ("a.png", png(channels=4))},
        data={"seconds": "0"},
    )
    assert "alpha" not in whole.headers.get("Nijigen-Notes", "")
    silent = client.post("/api/operations/tests.measure", files={"picture": ("a.png", png())})
    assert "Nijigen-Notes" not in silent.headers


def test_a_comic_book_is_no_json() -> None:
    assert about_file(None, "chapter.cbz")["Content-Type"] == "application/vnd.comicbook+zip"


def test_several_files_are_a_zip(client: httpx.Client) -> None:
    sent = {"picture": ("face.png", png(channels=4))}
    answer = client.post("/api/operations/tests.cut", files=sent)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="face-cut.zip"' in answer.headers["content-disposition"]
    assert client.post("/api/operations/tests.cut", files=sent).content == answer.content
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["halves/above.png", "halves/below.jpg", "cut.json"]
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
        above = decode(archive.read("halves/above.png"))
        assert isinstance(above, Picture)
        assert above.size == (8, 3)
        assert json.loads(archive.read("cut.json")) == {"middle": 3}
    assert [n["kind"] for n in json.loads(answer.headers["Nijigen-Notes"])] == ["alpha"]


def test_the_same_files_are_the_same_bytes() -> None:
    files = {"b.png": drawing(), "a.json": {"x": 1}, "c.txt": "text"}
    assert as_zip(FileSet(files)) == as_zip(FileSet(dict(files)))


def test_a_preview_crops_what_has_the_size_of_the_source(client: httpx.Client) -> None:
    def shade(value: int, width: int = 64) -> str:
        pixels = np.full((64, width, 3), value, np.uint8)
        return kept(client, encode(Picture(pixels), "png"))

    def preview(inputs: dict[str, Any]) -> int:
        asked = {"operation": "tests.paste", "inputs": inputs, "box": [20, 20, 30, 30]}
        answer = client.post("/api/previews", json=asked)
        assert answer.status_code == 200, answer.text
        made = decode(answer.content)
        assert isinstance(made, Picture)
        assert made.size == (10, 10)
        return int(made.pixels[0, 0, 0])

    dark, light, wide = shade(10), shade(30), shade(90, 80)
    assert preview({"picture": dark}) == 10
    assert preview({"picture": dark, "others": [light]}) == 20
    # Not cropped, so not of the size of the crop.
    assert preview({"picture": dark, "others": [wide, light]}) == 20


def test_the_catalogue_tells_of_inputs(client: httpx.Client) -> None:
    entry = client.get(GATHER).json()
    told = {one["name"]: one for one in entry["inputs"]}
    assert told["picture"] | {"description": ""} == {
        **{"name": "picture", "type": "Picture", "kind": "picture"},
        **{
            "optional": False,
            "several": False,
            "media": "",
            "description": "",
            "choices": None,
            "empty": False,
            "prefixes": [],
        },
    }
    assert [told["others"][key] for key in ("kind", "optional", "several")] == [
        "picture",
        True,
        True,
    ]
    assert [told[name]["kind"] for name in ("words", "table", "place")] == [
        "text",
        "file",
        "folder",
    ]
    assert entry["access"] == "read"
    assert client.get("/api/operations/tests.cut").json()["returns"] == "Files"


def test_described_as_command_line_and_python(client: httpx.Client) -> None:
    asked = {
        "operation": "tests.gather",
        "files": {
            "picture": "a.png",
            "others": ["b.png", "shelf:in/c.gif"],
            "words": "it's",
            "table": "t.csv",
        },
        "settings": {"index": "x"},
    }
    said = client.post("/api/describe", json=asked).json()
    assert said["cli"] == (
        "nijigen tests gather a.png --others b.png --others c.gif --words 'it'\"'\"'s' "
        "--table t.csv --index x -o a-gather.json"
    )
    assert said["python"].splitlines() == [
        "from pathlib import Path",
        "",
        "from nijigen import Animation, Picture",
        "from slow_plug_in import gather",
        "",
        "picture = Picture.open('a.png')",
        "others = [Picture.open('b.png'), Animation.open('c.gif')]",
        'words = "it\'s"',
        "table = Path('t.csv')",
        "result = gather(picture, others=others, words=words, table=table, index='x')",
        "print(result)",
    ]
