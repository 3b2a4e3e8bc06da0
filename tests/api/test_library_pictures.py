"""Pictures of the library over HTTP."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from serving import serving, until

sys.path.insert(0, str(Path(__file__).parents[1] / "library"))

from collection import write

from nijigen.api.config import Config
from nijigen.library import Library

COUNT = 7


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of drawings in the library of the home."""
    folder = tmp_path / "drawings"
    write(folder, COUNT, size=(90, 60))
    with Library(writing=True) as library:
        library.add([folder])
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[httpx.Client]:
    with serving(Config(data=tmp_path / "data", port=0)) as client:
        yield client


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_without_a_library_it_says_so(server: httpx.Client) -> None:
    assert server.get("/api/library").json() == {"made": False, "pictures": 0, "folders": []}
    answer = server.get("/api/library/pictures")
    assert answer.status_code == 404
    assert answer.json()["hint"] == "add pictures: nijigen library add FOLDER"


def test_a_list_comes_in_parts_the_last_added_first(server: httpx.Client, folder: Path) -> None:
    whole = server.get("/api/library/pictures").json()
    assert whole["total"] == COUNT
    assert whole["next"] is None
    assert whole["numbers"] == sorted(whole["numbers"], reverse=True)
    assert whole["ratios"] == [1.5] * COUNT
    parts, after = [], None
    while True:
        query = {"limit": 3, **({} if after is None else {"after": after})}
        part = server.get("/api/library/pictures", params=query).json()
        parts.append(part["numbers"])
        after = part["next"]
        if after is None:
            break
    assert [len(part) for part in parts] == [3, 3, 1]
    assert [number for part in parts for number in part] == whole["numbers"]
    assert server.get("/api/library/pictures", params={"after": 10_000}).status_code == 404


def test_a_sorted_list_comes_in_parts_too(server: httpx.Client, folder: Path) -> None:
    asked = {"query": "order:id_asc limit:5", "limit": 2}
    first = server.get("/api/library/pictures", params=asked).json()
    assert (first["total"], first["next"]) == (5, first["numbers"][-1])
    second = server.get("/api/library/pictures", params=asked | {"after": first["next"]}).json()
    third = server.get("/api/library/pictures", params=asked | {"after": second["next"]}).json()
    assert first["numbers"] + second["numbers"] + third["numbers"] == [1, 2, 3, 4, 5]
    assert third["next"] is None
    assert server.get("/api/library/pictures", params=asked | {"after": 6}).status_code == 404


def test_long_commands_run_beside_what_someone_waits_for(tmp_path: Path, folder: Path) -> None:
    write(folder, 1, start=COUNT, size=(90, 60))
    config = Config(data=tmp_path / "data", port=0, scopes=frozenset({"change"}))
    with serving(config) as client:
        asked = client.post("/api/commands/library.update", json={})
        assert asked.status_code == 202, asked.text
        job = until(client, asked.json()["id"])
        assert (job["state"], job["lane"]) == ("done", "batch")
        assert job["result"]["result"]["added"] == 1
        assert client.get("/api/library/pictures").json()["total"] == COUNT + 1


def test_facts_are_of_the_numbers_that_are_asked_for(server: httpx.Client, folder: Path) -> None:
    numbers = server.get("/api/library/pictures").json()["numbers"]
    asked = [numbers[2], 10_000, numbers[0]]
    found = server.get("/api/library/facts", params={"number": asked}).json()
    assert [one["number"] for one in found] == [numbers[2], numbers[0]]
    path = Path(found[0]["files"][0]["path"])
    assert path.parent == folder
    assert found[0]["id"] == sha256(path)
    assert (found[0]["width"], found[0]["height"], found[0]["format"]) == (90, 60, "png")
    assert server.get(f"/api/library/pictures/{found[0]['id']}").json() == found[0]
    many = server.get("/api/library/facts", params={"number": list(range(201))})
    assert many.status_code == 422


def test_a_thumbnail_is_kept_for_ever_since_its_name_is_its_content(
    server: httpx.Client, folder: Path
) -> None:
    id = sha256(folder / "scene 0.png")
    answer = server.get(f"/api/library/pictures/{id}/thumbnail")
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("WEBP", (90, 60))
    assert server.get(f"/api/library/pictures/{'0' * 64}/thumbnail").status_code == 404


def test_the_file_itself_is_sent_with_its_type(server: httpx.Client, folder: Path) -> None:
    path = folder / "scene 1.png"
    answer = server.get(f"/api/library/pictures/{sha256(path)}/file")
    assert answer.content == path.read_bytes()
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == 'inline; filename="scene 1.png"'


def test_a_vector_drawing_is_only_offered_for_download(
    server: httpx.Client, tmp_path: Path
) -> None:
    path = tmp_path / "a.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">'
        '<rect width="20" height="20" fill="red"/></svg>'
    )
    with Library(writing=True) as library:
        assert library.add([path]).failed == {}
    answer = server.get(f"/api/library/pictures/{sha256(path)}/file")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("way", ["file", "copy"])
def test_another_file_in_place_of_one_that_is_known_is_not_read(
    server: httpx.Client, folder: Path, tmp_path: Path, way: str
) -> None:
    secret = tmp_path / "secret.png"
    write(tmp_path / "other", 1, start=50, size=(90, 60))[0].rename(secret)
    replaced, linked, gone = (folder / f"scene {n}.png" for n in range(3))
    ids = [sha256(path) for path in (replaced, linked, gone)]
    replaced.write_bytes(secret.read_bytes())
    linked.unlink()
    linked.symlink_to(secret)
    gone.unlink()
    os.mkfifo(gone)
    method = "POST" if way == "copy" else "GET"
    for id in ids:
        answer = server.request(method, f"/api/library/pictures/{id}/{way}")
        assert answer.status_code == 404
        assert "has changed" in answer.json()["detail"]


@pytest.mark.parametrize(
    "id", ["..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "scene 0.png", "1", "0" * 64]
)
@pytest.mark.parametrize("way", ["", "/file", "/thumbnail"])
def test_only_hashes_name_pictures(server: httpx.Client, folder: Path, id: str, way: str) -> None:
    assert server.get(f"/api/library/pictures/{id}{way}").status_code == 404


def test_nothing_is_shown_without_the_token(server: httpx.Client, folder: Path) -> None:
    id = sha256(folder / "scene 0.png")
    with httpx.Client(base_url=server.base_url) as stranger:
        for path in ("", "/pictures", "/facts?number=1", f"/pictures/{id}/file"):
            assert stranger.get(f"/api/library{path}").status_code == 401
        assert stranger.post(f"/api/library/pictures/{id}/copy").status_code == 401


def test_a_copy_is_a_picture_of_the_studio(server: httpx.Client, folder: Path) -> None:
    path = folder / "scene 3.png"
    first, again = (server.post(f"/api/library/pictures/{sha256(path)}/copy") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == sha256(path)
    assert first.json()["name"] == "scene 3.png"
    assert server.get(f"/api/pictures/{sha256(path)}/file").content == path.read_bytes()
    assert path.exists()


def test_a_library_that_is_made_again_is_opened_again(
    server: httpx.Client, folder: Path, tmp_path: Path
) -> None:
    assert server.get("/api/library").json()["pictures"] == COUNT
    with Library(writing=True) as library:
        database = library.folder / "library.sqlite3"
    for file in database.parent.glob(f"{database.name}*"):
        file.rename(tmp_path / file.name)
    assert server.get("/api/library").json()["made"] is False
    with Library(writing=True) as library:
        library.add(write(tmp_path / "new", 2, start=30, size=(90, 60)))
    assert server.get("/api/library").json()["pictures"] == 2


def test_a_damaged_library_is_reported(server: httpx.Client, folder: Path) -> None:
    with Library(writing=True) as library:
        database = library.folder / "library.sqlite3"
    database.write_bytes(b"no database" * 1000)
    answer = server.get("/api/library")
    assert (answer.status_code, answer.json()["title"]) == (503, "DatabaseDamaged")
    assert "library verify --repair" in answer.json()["hint"]
