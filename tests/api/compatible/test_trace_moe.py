from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "library"))

from collection import clip, scene, write
from served import served

from nijigen import Picture
from nijigen.api.compatible.trace_moe import episode_of
from nijigen.imaging.files import encode
from nijigen.library import Library

SIZE = (320, 180)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("trace")
    clip([(1, 24), (2, 12), (3, 36)]).save(made / "Series - 05.gif")
    with Library(made / "library", writing=True) as library:
        assert library.add([made / "Series - 05.gif", *write(made / "pictures", 1)]).clips == 1
    return made / "library"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with served("trace.moe", folder) as made:
        yield made


def shot(number: int) -> bytes:
    return encode(scene(number, SIZE), "jpeg")


def check(answer: httpx.Response) -> None:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["frameCount"], body["error"]) == (3, "")
    first = body["result"][0]
    assert (first["filename"], first["episode"], first["anilist"]) == ("Series - 05.gif", 5, None)
    assert (first["from"], first["to"]) == (2, 3)
    assert first["from"] <= first["at"] <= first["to"]
    assert 0.9 < first["similarity"] <= 1


def test_a_form_is_answered_with_file_and_time(client: httpx.Client) -> None:
    query = "/search?cutBorders&anilistInfo&anilistID=1"
    check(client.post(query, files={"image": ("shot.jpg", shot(2))}))


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream", ""])
def test_a_raw_body_is_answered_too(client: httpx.Client, kind: str) -> None:
    check(client.post("/search", content=shot(2), headers={"Content-Type": kind}))


def test_letterboxed_and_mirrored_screenshots_are_found(client: httpx.Client) -> None:
    framed = ImageOps.expand(ImageOps.mirror(scene(2, SIZE).pil()), (0, 30), "black")
    data = encode(Picture(np.asarray(framed)), "jpeg")
    first = client.post("/search?cutBorders", content=data).json()["result"][0]
    assert first["from"] == 2


def test_a_result_has_an_image(client: httpx.Client) -> None:
    found = client.post("/search", content=shot(3)).json()["result"][0]["image"]
    # Clients append options.
    for address in (found, found + "?size=l", found + "&size=l"):
        answer = client.get(address)
        assert answer.headers["content-type"] == "image/webp"
        Image.open(answer)
    assert client.get("/image/999").status_code == 404
    assert client.get("/image/none").status_code == 404


def test_me_says_that_there_is_no_limit(client: httpx.Client) -> None:
    me = client.get("/me").json()
    assert set(me) == {"id", "priority", "concurrency", "quota", "quotaUsed"}
    assert me["quota"] > me["quotaUsed"]


@pytest.mark.parametrize(
    ("method", "url", "options", "status"),
    [
        ("GET", "/search", {}, 405),
        ("GET", "/search?url=http://localhost/a.png", {}, 400),
        ("POST", "/search?url=http://localhost/a.png", {}, 400),
        ("POST", "/search", {}, 422),
        ("POST", "/search", {"files": {"image": ("a.jpg", b"")}}, 422),
        ("POST", "/search", {"content": b"no picture"}, 422),
        ("POST", "/search", {"json": {"vector": [0] * 33}}, 400),
        ("GET", "/elsewhere", {}, 404),
    ],
)
def test_what_is_wrong_is_answered_as_the_original_does(
    client: httpx.Client, method: str, url: str, options: dict[str, object], status: int
) -> None:
    answer = client.request(method, url, **options)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]
    # PicImageSearch reads the result first.
    assert answer.json()["result"] == []


def test_the_token_may_come_as_the_key_of_trace_moe(folder: Path) -> None:
    with served("trace.moe", folder, token="a-token-of-twenty-letters") as client:
        assert client.get("/me").status_code == 401
        right = {"x-trace-key": "a-token-of-twenty-letters"}
        assert client.get("/me", headers=right).status_code == 200


def test_as_picimagesearch_asks(client: httpx.Client) -> None:
    """PicImageSearch 3.12.11 sends this form, then asks for the title of each result."""
    port = client.base_url.port
    data = shot(2)
    boundary = "8c9d1d1b21a5cb0bd0ff4fd0d1be4a40"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="upload"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        + data
        + f"\r\n--{boundary}--\r\n".encode()
    )
    headers = {
        "Host": f"127.0.0.1:{port}",
        "Accept": "*/*",
        "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    answer = client.post("/search?cutBorders=true", content=body, headers=headers)
    check(answer)
    for item in answer.json()["result"]:
        assert {
            "anilist",
            "filename",
            "episode",
            "from",
            "to",
            "similarity",
            "video",
            "image",
        } <= set(item)
    titles = client.post("/anilist", json={"query": "", "variables": {"id": None}}).json()
    assert titles["data"]["Media"]["title"] == {"native": None, "romaji": None, "english": None}


@pytest.mark.parametrize(
    ("name", "episode"),
    [
        ("[Group] Series - 12 [1080p].mkv", 12),
        ("Series S01E07.mp4", 7),
        ("シリーズ 第03話.mkv", 3),
        ("Series [04][720p].mp4", 4),
        ("Film.mkv", None),
        ("Film 1080p.mkv", None),
    ],
)
def test_episodes_in_names(name: str, episode: int | None) -> None:
    assert episode_of(name) == episode
