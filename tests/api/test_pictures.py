"""The picture store over HTTP."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image
from serving import PATIENCE, begun

from nijigen import Artwork
from nijigen.api.config import Config
from nijigen.api.previews import Previews
from nijigen.core.errors import Cancelled
from nijigen.core.picture import Picture
from nijigen.imaging.files import decode, encode
from nijigen.jobs.given import unchecked
from nijigen.upscale.auto import auto
from pictures import animation, artwork, drawing

Upload = Callable[..., str]


def send(client: httpx.Client, content: bytes, name: str = "a.png") -> httpx.Response:
    return client.post("/api/pictures", files={"file": (name, content)})


def test_a_picture_is_kept_under_its_hash(client: httpx.Client) -> None:
    content = encode(drawing(30, 20, channels=4, depth=16), "png")
    answer = send(client, content, "頭像 1.png")
    assert answer.status_code == 201
    told = answer.json()
    assert told["id"] == hashlib.sha256(content).hexdigest()
    expected = {
        "name": "頭像 1.png",
        "format": "png",
        "width": 30,
        "height": 20,
        "channels": 4,
        "depth": 16,
        "frames": 1,
        "bytes": len(content),
    }
    assert {key: told[key] for key in expected} == expected
    assert (told["origin"], told["expires"], told["downloaded"]) == ("upload", None, False)
    assert client.get(f"/api/pictures/{told['id']}").json() == told
    again = send(client, content, "other.png")
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    file = client.get(f"/api/pictures/{told['id']}/file")
    assert file.content == content
    assert "immutable" in file.headers["cache-control"]
    assert client.delete(f"/api/pictures/{told['id']}").status_code == 204
    assert client.get(f"/api/pictures/{told['id']}").status_code == 404


def test_an_animation_counts_its_frames(client: httpx.Client) -> None:
    told = send(client, encode(animation(), "gif"), "a.gif").json()
    assert (told["format"], told["frames"]) == ("gif", 3)


@pytest.mark.parametrize("format", ["psd", "ora"])
def test_a_layered_document(client: httpx.Client, format: str) -> None:
    content = encode(artwork(), format)  # type: ignore[arg-type]
    told = send(client, content, f"a.{format}").json()
    assert (told["format"], told["width"], told["height"]) == (format, 60, 50)
    with Image.open(io.BytesIO(client.get(f"/api/pictures/{told['id']}/view").content)) as view:
        assert (view.format, view.size) == ("PNG", (60, 50))
    assert client.get(f"/api/pictures/{told['id']}/thumbnail").status_code == 200
    files = {"picture": (f"a.{format}", content)}
    flat = client.post("/api/operations/effects.halftone", files=files)
    assert flat.headers["content-type"] == "image/png"
    layers = client.post("/api/operations/formats.convert?format=ora", files=files)
    assert layers.headers["content-type"] == "image/openraster"
    found = decode(layers.content)
    assert isinstance(found, Artwork)
    assert len(found.layers) == len(artwork().layers)
    broken = client.post(
        "/api/operations/effects.halftone", files={"picture": ("a.psd", content[:2000])}
    )
    assert broken.status_code == 422


@pytest.mark.parametrize(
    ("content", "status", "title"),
    [
        (b"", 422, "BadPicture"),
        (b"no picture at all, only words that go on for a while", 422, "BadPicture"),
        (encode(drawing(), "png")[:200], 422, "BadPicture"),
        (b"PK\x03\x04" + b"\0" * 200, 415, "UnsupportedFormat"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", 415, "UnsupportedFormat"),
    ],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(
    client: httpx.Client, config: Config, content: bytes, status: int, title: str
) -> None:
    before = {path for path in config.data.rglob("*") if path.is_file()}
    answer = send(client, content)
    assert (answer.status_code, answer.json()["title"]) == (status, title), answer.text
    assert answer.json()["hint"]
    assert str(config.data) not in answer.text
    assert {path for path in config.data.rglob("*") if path.is_file()} == before


def test_a_size_that_the_data_cannot_fill_is_damage(client: httpx.Client) -> None:
    content = bytearray(encode(drawing(), "png"))
    # The header says 60000×60000 pixels, with a right checksum; the rest is that of 48×40.
    content[16:24] = (60000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    answer = send(client, bytes(content))
    assert (answer.status_code, answer.json()["title"]) == (422, "BadPicture")


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\boot.ini", "/etc/shadow", "con"])
def test_names_never_become_paths(client: httpx.Client, config: Config, name: str) -> None:
    content = encode(drawing(9, len(name)), "png")
    told = send(client, content, name).json()
    assert not set("/\\") & set(told["name"])
    known = {"pictures", "derived", "scratch", "lock", "token", "backups", ".nijigen-store.json"}
    found = {path.name for path in config.data.iterdir()}
    assert {name for name in found if not name.startswith("nijigen.sqlite3")} <= known


@pytest.mark.parametrize("id", ["..%2f..%2fnijigen.sqlite3", "0" * 63, "A" * 64, "%00"])
@pytest.mark.parametrize("what", ["", "/file", "/view", "/thumbnail"])
def test_ids_never_become_paths(client: httpx.Client, id: str, what: str) -> None:
    answer = client.get(f"/api/pictures/{id}{what}")
    assert answer.status_code == 404
    assert answer.json()["title"] == "NotFound"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ('a"b.png', "a_b.png"),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie_ x=1.png"),
        ("名前.png", "__.png"),
        ("a;b=c%20.png", "a;b=c_20.png"),
    ],
)
def test_a_name_cannot_add_headers(
    client: httpx.Client, upload: Upload, name: str, plain: str
) -> None:
    answer = client.get(f"/api/pictures/{upload(20)}/file", params={"download": name})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    header = answer.headers["content-disposition"]
    assert header.startswith(f'attachment; filename="{plain}"')
    assert header.isascii()


def test_browsers_get_what_they_can_show(client: httpx.Client, upload: Upload) -> None:
    told = send(client, encode(drawing(20, 10, depth=16), "tiff"), "a.tiff").json()
    shown = client.get(f"/api/pictures/{told['id']}/view")
    assert shown.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(shown.content)).size == (20, 10)
    plain = client.get(f"/api/pictures/{upload(21)}/view")
    assert plain.headers["content-type"] == "image/png"
    assert plain.content == client.get(f"/api/pictures/{upload(21)}/file").content


def test_thumbnails_are_small_and_kept(
    client: httpx.Client, upload: Upload, config: Config
) -> None:
    id = upload(22, width=300, height=100)
    answer = client.get(f"/api/pictures/{id}/thumbnail?size=100")
    assert answer.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(answer.content)).size == (128, 43)
    kept = config.data / "derived" / id[:2]
    assert [path.name for path in kept.iterdir()] == [f"{id}-128.webp"]
    assert client.get(f"/api/pictures/{id}/thumbnail?size=128").content == answer.content
    assert client.get(f"/api/pictures/{id}/thumbnail?size=9999").status_code == 422
    # Also in the trash, but not for longer.
    client.delete(f"/api/pictures/{id}")
    assert client.get(f"/api/pictures/{id}/thumbnail?size=128").content == answer.content
    client.delete(f"/api/trash/{id}")
    assert list(kept.iterdir()) == []
    assert client.get(f"/api/pictures/{id}/thumbnail?size=128").status_code == 404


def test_a_preview_is_the_crop_of_the_whole(client: httpx.Client, upload: Upload) -> None:
    id = upload(23, width=120, height=90)
    body = {"operation": "tests.slow", "inputs": {"picture": id}, "settings": {"seconds": 0}}
    answer = client.post("/api/previews", json=body | {"box": [30, 20, 90, 60]})
    assert (answer.status_code, answer.headers["x-scale"]) == (200, "1"), answer.text
    made = Picture.from_pil(Image.open(io.BytesIO(answer.content)))
    whole = Picture.from_pil(Image.open(io.BytesIO(client.get(f"/api/pictures/{id}/file").content)))
    assert (made.pixels == whole.pixels[20:60, 30:90]).all()
    body |= {"operation": "upscale.waifu2x", "settings": {"factor": 2}, "box": [0, 0, 30, 20]}
    answer = client.post("/api/previews", json=body)
    assert (answer.status_code, answer.headers["x-scale"]) == (200, "2"), answer.text
    assert Image.open(io.BytesIO(answer.content)).size == (60, 40)


def test_a_preview_of_what_depends_on_the_whole_picture_is_not_of_a_crop(
    client: httpx.Client, upload: Upload
) -> None:
    body = {"operation": "effects.glitch", "inputs": {"clip": upload(26, width=900, height=120)}}
    body["settings"] = {"stack": ["slices"], "loop": 2}
    answer = client.post("/api/previews", json=body | {"box": [30, 20, 90, 60]})
    assert answer.status_code == 200, answer.text
    assert Image.open(io.BytesIO(answer.content)).size == (640, 85)
    assert float(answer.headers["x-scale"]) == pytest.approx(640 / 900, abs=1e-5)


def test_a_preview_shows_the_choice_for_the_whole_picture(
    client: httpx.Client, upload: Upload
) -> None:
    """Half of it is noise, which the crop does not reach."""
    random = np.random.default_rng(5)
    page = np.full((256, 512), 255, np.uint8)
    page[:, 256:] = random.integers(0, 256, (256, 256))
    file = io.BytesIO()
    Image.fromarray(page).save(file, "PNG")
    id = client.post("/api/pictures", files={"file": ("page.png", file.getvalue())}).json()["id"]
    body = {"operation": "upscale.auto", "inputs": {"picture": id}, "box": [0, 0, 30, 20]}
    whole = auto.chosen(Picture(page), auto.check({}))
    assert whole != auto.chosen(Picture(page[:20, :30]), auto.check({}))
    answer = client.post("/api/previews", json=body)
    assert answer.status_code == 200, answer.text
    assert json.loads(answer.headers["x-chosen"]) == whole
    own = {"style": "photo", "denoise": "0"}
    assert auto.chosen(Picture(page), auto.check(own)) == {}
    answer = client.post("/api/previews", json=body | {"settings": own})
    assert json.loads(answer.headers["x-chosen"]) == {}


def test_a_preview_of_nothing_is_refused(client: httpx.Client, upload: Upload) -> None:
    body = {"operation": "tests.slow", "inputs": {"picture": upload(24)}, "settings": {}}
    for box in ([0, 0, 0, 10], [0, 0, 999, 10], [-1, 0, 5, 5], [5, 5, 1, 1]):
        answer = client.post("/api/previews", json=body | {"box": box})
        assert answer.status_code == 422, answer.text
        assert answer.json()["hint"]
    answer = client.post("/api/previews", json=body | {"operation": "tests.measure"})
    assert answer.status_code == 422


def test_a_newer_preview_cancels_the_older(
    client: httpx.Client, upload: Upload, plug_ins: Path
) -> None:
    import threading

    body = {"operation": "tests.slow", "inputs": {"picture": upload(25)}}
    older: list[httpx.Response] = []

    def ask() -> None:
        slow = body | {"settings": {"seconds": 60, "shade": 113}}
        older.append(client.post("/api/previews", json=slow, headers={"X-Client": "me"}))

    thread = threading.Thread(target=ask)
    thread.start()
    begun(plug_ins, 113)
    quick = body | {"settings": {"seconds": 0}}
    other = client.post("/api/previews", json=quick, headers={"X-Client": "somebody else"})
    assert other.status_code == 200
    assert thread.is_alive()
    newer = client.post("/api/previews", json=quick, headers={"X-Client": "me"})
    assert newer.status_code == 200
    thread.join(PATIENCE)
    assert (older[0].status_code, older[0].json()["title"]) == (409, "Cancelled")


def test_an_older_preview_that_comes_late_does_not_cancel_a_newer_one() -> None:
    previews = Previews(unchecked)
    newer = previews.begin("me", 2)
    older = previews.begin("me", 1)
    with pytest.raises(Cancelled):
        older.check()
    newer.check()
    previews.end("me", older)
    previews.begin("me", 3).check()
    with pytest.raises(Cancelled):
        newer.check()
    previews.stop()


def test_an_archive_has_safe_and_single_names(client: httpx.Client, upload: Upload) -> None:
    import zipfile

    first, second = upload(26), upload(27)
    names = ["../../evil.png", "same.png", "Same.png", "/abs.png", "..", None]
    files = [{"picture": first, "name": name} for name in names] + [{"picture": second}]
    answer = client.post("/api/archives", json={"files": files, "name": "all/of it.zip"})
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="of it.zip"' in answer.headers["content-disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert archive.namelist() == [
        "evil.png",
        "same.png",
        "Same-2.png",
        "abs.png",
        "picture",
        "drawing.png",
        "drawing-2.png",
    ]
    assert archive.read("drawing-2.png") == client.get(f"/api/pictures/{second}/file").content
    gone = client.post("/api/archives", json={"files": [{"picture": "0" * 64}]})
    assert gone.status_code == 404
    assert client.post("/api/archives", json={"files": []}).status_code == 422


def test_uploads_on_their_way_lie_in_the_data_folder(client: httpx.Client, config: Config) -> None:
    import tempfile

    assert Path(tempfile.gettempdir()).parent == config.data / "scratch"
