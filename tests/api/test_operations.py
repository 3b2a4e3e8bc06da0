"""Operations over HTTP: the catalogue, running one, recipes, models, and how they are said."""

from __future__ import annotations

import io
import json
import re
import shlex
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from serving import PATIENCE, begun, enough, until

from nijigen.api.config import Config
from nijigen.cli.main import main
from nijigen.core import registry
from nijigen.core.picture import Picture
from nijigen.imaging.files import decode, encode
from pictures import animation, drawing

Upload = Callable[..., str]
DRAWING = encode(drawing(), "png")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Whoever asks may save and delete recipes."""
    return Config(data=tmp_path_factory.mktemp("data"), port=0, scopes=frozenset({"change"}))


def run(client: httpx.Client, id: str, **settings: Any) -> httpx.Response:
    files = {"picture": ("drawing.png", DRAWING)}
    return client.post(f"/api/operations/{id}", files=files, data=settings)


def test_the_catalogue_has_every_operation(client: httpx.Client) -> None:
    told = client.get("/api/operations").json()
    assert [entry["id"] for entry in told["operations"]] == registry.ids()
    groups = [group["id"] for group in told["groups"]]
    assert set(groups) == {entry["group"] for entry in told["operations"]}
    for entry in told["operations"]:
        operation = registry.get(entry["id"])
        assert entry["settings"] == json.loads(
            json.dumps(operation.settings_model.model_json_schema())
        )
        assert client.get(f"/api/operations/{entry['id']}").json() == entry
    assert {".png", ".jxl", ".kra", ".psb", ".aseprite", ".piskel"} <= set(told["extensions"])
    answer = client.get("/api/operations/effects.halfton")
    assert answer.status_code == 404
    assert "effects.halftone" in answer.json()["hint"]


def test_openapi_shows_true_types_and_limits(client: httpx.Client) -> None:
    document = client.get("/api/openapi.json").json()
    for id in registry.ids():
        operation = registry.get(id)
        post = document["paths"][f"/api/operations/{id}"]["post"]
        schema = post["requestBody"]["content"]["multipart/form-data"]["schema"]
        assert schema["required"] == [port.name for port in operation.ports if not port.optional]
        for port in operation.ports:
            part = schema["properties"][port.name]
            part = part["items"] if port.several else part
            named = port.path is not None and not port.path.uploads
            uploaded = port.kind != "text" and not named
            assert part.get("format") == ("binary" if uploaded else None)
        for name, entry in operation.settings_model.model_json_schema()["properties"].items():
            assert schema["properties"][name] == entry
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert references <= set(document["components"]["schemas"])


def test_settings_are_form_fields(client: httpx.Client) -> None:
    answer = run(client, "tests.slow", seconds="0", shade="9", fails="false")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'inline; filename="drawing-slow.png"'
    assert Image.open(io.BytesIO(answer.content)).getpixel((0, 0)) == (9, 9, 9)
    data = run(client, "tests.measure", points="[3, 4]")
    assert data.json() == {"width": 48, "height": 40, "points": [3, 4]}


def test_kept_pictures_need_not_be_sent_again(client: httpx.Client) -> None:
    id = client.post("/api/pictures", files={"file": ("kept.png", DRAWING)}).json()["id"]
    asked: dict[str, Any] = {"inputs": {"picture": id}, "settings": {"points": [3, 4]}}
    answer = client.post("/api/operations/tests.measure", json=asked)
    assert answer.json() == {"width": 48, "height": 40, "points": [3, 4]}
    asked["settings"] = {"seconds": 0, "shade": 9}
    answer = client.post("/api/operations/tests.slow?format=webp", json=asked)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-disposition"] == 'inline; filename="kept-slow.webp"'
    for body, status, word in (
        ({"inputs": {"picture": "0" * 64}, "settings": {"seconds": 0}}, 404, "no picture"),
        ({"inputs": {}}, 422, "needs picture"),
        ({"picture": id}, 422, "picture"),
        ({"inputs": {"picture": id}, "settings": {"shade": 300}}, 422, "shade"),
    ):
        answer = client.post("/api/operations/tests.slow", json=body)
        assert answer.status_code == status, answer.text
        assert word in answer.text, answer.text
    broken = client.post(
        "/api/operations/tests.slow", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert (broken.status_code, "not valid JSON" in broken.text) == (400, True)


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "avif", "gif", "apng", "bmp", "tiff"])
def test_every_format_can_be_asked_for(client: httpx.Client, format: str) -> None:
    files = {"picture": ("a.gif", encode(animation(), "gif"))}
    still = client.post(
        f"/api/operations/tests.slow?format={format}",
        files={"picture": ("a.png", DRAWING)},
        data={"seconds": 0},
    )
    assert still.headers["content-type"] == f"image/{format}", still.text
    moving = client.post(
        f"/api/operations/tests.slow?format={format}", files=files, data={"seconds": 0}
    )
    if format in ("jpeg", "bmp", "tiff"):
        assert (moving.status_code, moving.json()["title"]) == (415, "UnsupportedFormat")
    else:
        assert moving.status_code == 200


def test_a_draft_has_the_same_layers_and_no_merged_picture(client: httpx.Client) -> None:
    kept = client.post("/api/pictures", files={"file": ("a.png", DRAWING)}).json()
    asked = {"inputs": {"picture": kept["id"]}}
    whole, draft = (
        zipfile.ZipFile(io.BytesIO(client.post(f"/api/operations/{path}", json=asked).content))
        for path in ("color.paint?format=zip", "color.paint?format=zip&draft=true")
    )
    assert set(whole.namelist()) - set(draft.namelist()) == {"merged.png"}
    assert whole.read("layers.json") == draft.read("layers.json")
    for name in set(draft.namelist()) - {"layers.json"}:
        seen, expected = (decode(archive.read(name)) for archive in (draft, whole))
        assert isinstance(seen, Picture)
        assert isinstance(expected, Picture)
        assert np.array_equal(seen.pixels, expected.pixels)


def test_what_is_wrong_with_a_form_is_said(client: httpx.Client) -> None:
    cases: list[tuple[dict[str, Any], dict[str, Any], int, str]] = [
        ({}, {}, 422, "needs picture"),
        ({}, {"picture": "text"}, 404, "no picture 'text'"),
        ({"mask": ("m.png", DRAWING)}, {}, 422, "mask"),
        ({"picture": ("a.png", DRAWING)}, {"seconds": "many"}, 422, "seconds"),
        ({"picture": ("a.png", DRAWING)}, {"sconds": "1"}, 422, "did you mean seconds"),
        ({"picture": ("a.png", DRAWING)}, {"seconds": ["1", "2"]}, 400, "twice"),
        ({"picture": ("a.png", b"nonsense")}, {}, 422, "a.png"),
    ]
    for files, data, status, word in cases:
        answer = client.post("/api/operations/tests.slow", files=files or None, data=data)
        assert answer.status_code == status, answer.text
        assert word in answer.text, answer.text
    answer = run(client, "tests.measure", points="[3, ")
    assert (answer.status_code, answer.json()["field"]) == (422, "points")
    answer = client.post("/api/operations/tests.slow", content=b"{}")
    assert answer.status_code == 422
    answer = client.post(
        "/api/operations/tests.slow",
        content=b"garbage",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code in (400, 422)
    assert client.post("/api/operations/tests.slow?format=doc").status_code == 422


def test_a_fault_says_nothing_of_the_inside(client: httpx.Client) -> None:
    answer = run(client, "tests.slow", seconds="0", fails="true")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["log_id"]
    assert "secret" not in answer.text
    assert client.get("/healthz").json()["status"] == "ok"


def test_who_hangs_up_stops_the_work(client: httpx.Client) -> None:
    # Two threads work: were the first two requests not stopped, the third would never start.
    for _ in range(2):
        with pytest.raises(httpx.ReadTimeout):
            client.post(
                "/api/operations/tests.slow",
                files={"picture": ("a.png", DRAWING)},
                data={"seconds": 200},
                timeout=httpx.Timeout(PATIENCE, read=0.5),
            )
    assert run(client, "tests.slow", seconds="0").status_code == 200


def test_the_server_answers_while_it_works(client: httpx.Client, plug_ins: Path) -> None:
    settings = {"seconds": 60, "shade": 102}
    threads = [
        threading.Thread(target=run, args=(client, "tests.slow"), kwargs=settings) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    begun(plug_ins, 102)
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/api/jobs").status_code == 200
    assert all(thread.is_alive() for thread in threads)
    enough(plug_ins, 102)
    for thread in threads:
        thread.join()


def command(client: httpx.Client, id: str, **inputs: str) -> dict[str, Any]:
    """Carry a command out; return its job, or what was wrong with it from the start."""
    answer = client.post(f"/api/commands/{id}", json={"inputs": inputs})
    return until(client, answer.json()["id"]) if answer.status_code == 202 else answer.json()


def save(client: httpx.Client, name: str, **recipe: Any) -> dict[str, Any]:
    return command(client, "recipes.save", name=name, recipe=json.dumps(recipe))


def test_a_recipe_is_an_operation_at_once(client: httpx.Client) -> None:
    step = {"operation": "tests.slow", "seconds": 0, "shade": 50}
    summary = 'Make "it" 漫画\\ dark'
    job = save(client, "漫画", summary=summary, steps=[step, step])
    assert job["result"]["result"] == "recipes.漫画", job
    told = next(one for one in client.get("/api/recipes").json() if one["name"] == "漫画")
    assert (told["id"], told["own"], told["summary"]) == ("recipes.漫画", True, summary)
    assert (
        told["steps"]
        == [{"operation": "tests.slow", "settings": {"seconds": 0.0, "shade": 50}}] * 2
    )
    made = run(client, "recipes.漫画")
    assert Image.open(io.BytesIO(made.content)).getpixel((0, 0)) == (50, 50, 50)
    assert "recipes.漫画" in [o["id"] for o in client.get("/api/operations").json()["operations"]]
    assert "/api/operations/recipes.漫画" in client.get("/api/openapi.json").json()["paths"]
    assert command(client, "recipes.delete", name="漫画")["state"] == "done"
    assert run(client, "recipes.漫画").status_code == 404


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"name": "../up"}, "name"),
        ({"name": "Upper"}, "name"),
        ({"name": "nul"}, "name"),
        ({"name": "print_screen"}, "already"),
        ({"summary": "two\nlines"}, "one line"),
        ({"steps": []}, "steps"),
        ({"steps": [{"operation": "no.such"}]}, "no.such"),
        ({"steps": [{"operation": "tests.slow", "shade": 999}]}, "shade"),
        ({"steps": [{"operation": "tests.slow", "a\nb": 1}]}, "setting"),
        (
            {"steps": [{"operation": "tests.measure"}, {"operation": "tests.slow"}]},
            "accept",
        ),
    ],
)
def test_a_wrong_recipe_is_not_kept(
    client: httpx.Client, changes: dict[str, Any], word: str
) -> None:
    asked = {"name": "mine", "summary": "Mine", "steps": [{"operation": "tests.slow"}]} | changes
    job = save(client, **asked)
    assert job["error"]["status"] == 422, job
    assert word in json.dumps(job["error"]), job
    assert [recipe for recipe in client.get("/api/recipes").json() if recipe["own"]] == []


def test_our_own_recipes_stay(client: httpx.Client) -> None:
    for name, status in (("print_screen", 422), ("no_such", 404)):
        assert command(client, "recipes.delete", name=name)["error"]["status"] == status


def test_what_is_copied_does_the_same(
    client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my drawing.png").write_bytes(DRAWING)
    settings = {"cell": 5, "shape": "line", "ink": "#102030"}
    body = {"operation": "effects.halftone", "settings": settings, "file": "my drawing.png"}
    told = client.post("/api/describe", json=body).json()
    words = shlex.split(told["cli"])
    assert words[:3] == ["nijigen", "effects", "halftone"]
    assert "--angle" not in words
    assert main([*words[1:], "-q"]) == 0
    by_command = (tmp_path / "my drawing-halftone.png").read_bytes()
    exec(compile(told["python"], "copied", "exec"), {})
    assert (tmp_path / "my drawing-halftone.png").read_bytes() == by_command
    files = {"picture": ("my drawing.png", DRAWING)}
    over_http = client.post("/api/operations/effects.halftone", files=files, data=settings)
    assert over_http.content == by_command


def test_odd_names_and_values_are_quoted(client: httpx.Client) -> None:
    body = {"operation": "tests.slow", "settings": {"fails": True}, "file": "-rf; rm 'x'.png"}
    told = client.post("/api/describe", json=body).json()
    assert shlex.split(told["cli"])[3:5] == ["./-rf; rm 'x'.png", "--fails"]
    compile(told["python"], "copied", "exec")
    wrong = client.post("/api/describe", json=body | {"settings": {"seconds": -1}})
    assert wrong.status_code == 422
    recipe = client.post("/api/describe", json={"operation": "recipes.print_screen"}).json()
    assert "nijigen recipes print-screen" in recipe["cli"]
    assert "= get('recipes.print_screen')" in recipe["python"]


def test_models_are_listed_and_verified(client: httpx.Client) -> None:
    told = client.get("/api/models").json()
    named = {model["name"]: model for model in told}
    model = named["waifu2x-upconv-7-art"]
    assert model["installed"]
    assert model["origin"] == "package"
    assert {file["state"] for file in model["files"]} == {"ok"}
    assert model["licence"]
    assert model["limits"]
    assert client.get("/api/models/waifu2x-upconv-7-art").json() == model
    checked = client.post("/api/models/waifu2x-upconv-7-art/verify").json()
    assert checked["files"] == model["files"]
    asked = {"inputs": {"names": ["waifu2x-upconv-7-art"]}}
    job: Any = until(client, client.post("/api/commands/models.verify", json=asked).json()["id"])
    assert job["result"]["result"] == "waifu2x-upconv-7-art: ok\n"
    answer = client.get("/api/models/waifu2x-upconv")
    assert answer.status_code == 404
    assert "waifu2x-upconv-7-art" in answer.json()["hint"]


def test_a_broken_card_hides_no_other(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    folder = Path(os.environ["NIJIGEN_MODELS"]) / "broken"
    folder.mkdir()
    (folder / "card.toml").write_text("name = 1")
    told = {model["name"]: model for model in client.get("/api/models").json()}
    assert told["broken"]["problem"]["title"] == "ModelError"
    assert not told["broken"]["installed"]
    assert len(told) > 1


def test_colors_have_names(client: httpx.Client) -> None:
    answer = client.get("/api/colors")
    assert len(answer.json()) == 526
    assert {"name": "乳白", "pinyin": "rubai", "hex": "#f9f4dc"} in answer.json()
