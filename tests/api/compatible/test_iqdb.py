from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "library"))

from collection import clip, scene, write
from served import served

from nijigen import Picture
from nijigen.imaging.files import encode
from nijigen.library import Library

BLACK = Picture(np.zeros((40, 60, 3), np.uint8))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("iqdb")
    paths = write(made / "pictures", 3)
    BLACK.save(made / "pictures" / "black.png")
    with Library(made / "library", writing=True) as library:
        assert library.add([*paths, made / "pictures" / "black.png"]).failed == {}
    return made / "library"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with served("iqdb", folder, writes=True) as made:
        yield made


def file(picture: Picture, format: str = "png") -> dict[str, tuple[str, bytes]]:
    return {"file": (f"picture.{format}", encode(picture, format))}  # type: ignore[arg-type]


def test_it_says_how_many_images_there_are(client: httpx.Client) -> None:
    assert client.get("/status").json()["images"] >= 4


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "gif", "bmp", "tiff", "avif"])
def test_a_query_finds_the_picture_in_any_format(client: httpx.Client, format: str) -> None:
    answer = client.post("/query?limit=2", files=file(scene(1), format))
    assert answer.status_code == 200, answer.text
    first, second = answer.json()
    assert first["post_id"] == 2
    assert 90 < first["score"] <= 100
    assert 0 <= second["score"] < 60
    assert len(first["signature"]["avglf"]) == 3
    assert [len(channel) for channel in first["signature"]["sig"]] == [40, 40, 40]


def test_the_hash_of_an_answer_finds_it_again(client: httpx.Client) -> None:
    given = client.get("/images/3").json()["hash"]
    assert given.startswith("iqdb_")
    assert len(given) == len("iqdb_") + 2 * (3 * 8 + 3 * 40 * 2)
    first = client.post("/query", data={"hash": given, "limit": "1"}).json()
    assert [(one["post_id"], one["score"]) for one in first] == [(3, 100)]


def test_black_is_found(client: httpx.Client) -> None:
    first = client.post("/query", files=file(BLACK.with_pixels(BLACK.pixels[:30]))).json()[0]
    assert (first["post_id"], first["score"]) == (4, 100)


def test_images_are_added_found_and_removed(client: httpx.Client, folder: Path) -> None:
    before = client.get("/status").json()["images"]
    added = client.post("/images/10000000", files=file(scene(8)))
    assert added.status_code == 200, added.text
    assert added.json()["post_id"] == 10000000
    assert client.get("/status").json()["images"] == before + 1
    small = Picture(np.asarray(scene(8).pil().resize((210, 150))))
    assert client.post("/query", files=file(small, "jpeg")).json()[0]["post_id"] == 10000000
    assert client.delete("/images/10000000").json() == {"post_id": 10000000}
    assert client.get("/status").json()["images"] == before
    assert client.get("/images/10000000").status_code == 404
    with Library(folder) as library:
        assert library.verify().problems == []


def test_an_image_is_replaced(client: httpx.Client) -> None:
    for seed in (20, 21):
        assert client.post("/images/77", files=file(scene(seed))).status_code == 200
    numbers = [one["post_id"] for one in client.post("/query", files=file(scene(21))).json()]
    assert numbers[0] == 77
    assert numbers.count(77) == 1
    client.delete("/images/77")


def test_uploads_survive_updates_and_their_numbers_are_not_used_for_files(
    client: httpx.Client, folder: Path, tmp_path: Path
) -> None:
    with Library(folder) as library:
        number = next(library._catalog.new_numbers())
    assert client.post(f"/images/{number + 1}", files=file(scene(30))).status_code == 200
    with Library(folder, writing=True) as library:
        library.update()
        library.add(write(tmp_path, 2, start=40))
        made = {library.search(scene(seed), 1)[0].entry.number for seed in (40, 41)}
        assert number + 1 not in made
        library.remove([tmp_path / "scene 40.png", tmp_path / "scene 41.png"])
    assert client.get(f"/images/{number + 1}").status_code == 200
    client.delete(f"/images/{number + 1}")


def test_deleting_a_file_of_the_library_forgets_it_and_keeps_the_file(
    client: httpx.Client, folder: Path, tmp_path: Path
) -> None:
    (path,) = write(tmp_path, 1, start=50)
    with Library(folder, writing=True) as library:
        library.add([path])
        number = library.search(scene(50), 1)[0].entry.number
    assert client.post(f"/images/{number}", files=file(scene(51))).status_code == 422
    assert client.delete(f"/images/{number}").status_code == 200
    assert path.exists()
    with Library(folder) as library:
        assert path not in library


def test_the_file_of_an_animation_that_was_sent_is_still_indexed_whole(
    client: httpx.Client, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "film.gif"
    clip([(60, 12), (61, 12)]).save(path)
    answer = client.post("/images/5000", files={"file": ("film.gif", path.read_bytes())})
    assert answer.status_code == 200, answer.text
    with Library(folder, writing=True) as library:
        assert library.add([path]).frames == 2
        library.remove([path])
    client.delete("/images/5000")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"url": "/query"}, 400),
        ({"url": "/query?limit=0", "files": file(BLACK)}, 400),
        ({"url": "/query", "data": {"url": "http://localhost/a.png"}}, 400),
        ({"url": "/query", "data": {"hash": "iqdb_12"}}, 400),
        ({"url": "/query", "data": {"limit": "9" * 5000}}, 400),
        ({"url": "/query", "data": {"hash": "iqdb_" + "f" * 528}}, 400),
        ({"url": "/query", "files": {"file": ("a.png", b"")}}, 422),
        ({"url": "/query", "files": {"file": ("a.png", b"no picture")}}, 422),
        ({"url": "/query", "files": {"file": ("a.png", encode(BLACK, "png")[:60])}}, 422),
        ({"url": "/images/5"}, 400),
        ({"url": "/images/-5", "files": file(BLACK)}, 400),
        ({"url": "/images/five", "files": file(BLACK)}, 400),
        ({"url": "/elsewhere"}, 404),
    ],
)
def test_what_is_wrong_is_answered_as_the_original_does(
    client: httpx.Client, request_: dict[str, object], status: int
) -> None:
    answer = client.post(**request_)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.text
    assert answer.json()["message"]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
def test_a_number_that_no_picture_can_have_is_refused(client: httpx.Client, number: int) -> None:
    for answer in (client.get(f"/images/{number}"), client.delete(f"/images/{number}")):
        assert (answer.status_code, answer.json()["exception"]) == (422, "InputError")


def test_other_hosts_and_pages_are_refused(client: httpx.Client) -> None:
    headers = {"Host": "evil.example"}
    assert client.get("/status", headers=headers).status_code == 421
    headers = {"Origin": "http://evil.example"}
    answer = client.post("/query", files=file(BLACK), headers=headers)
    assert answer.status_code == 403
    assert "other sites" in answer.json()["message"]


def test_without_write_nothing_changes(folder: Path) -> None:
    with served("iqdb", folder) as client:
        for answer in (client.post("/images/5", files=file(BLACK)), client.delete("/images/1")):
            assert answer.status_code == 403
            assert "does not change its index" in answer.json()["message"]
        assert client.get("/images/1").status_code == 200


def test_with_a_token_others_are_refused(folder: Path) -> None:
    with served("iqdb", folder, token="a-token-of-twenty-letters") as client:
        assert client.get("/status").status_code == 401
        wrong = {"Authorization": "Bearer another-token-of-letters"}
        assert client.get("/status", headers=wrong).status_code == 401
        right = {"Authorization": "Bearer a-token-of-twenty-letters"}
        assert client.get("/status", headers=right).status_code == 200
