"""Drawings over HTTP: vectors and layers, at once and as jobs."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from serving import until

from nijigen import Picture, get
from nijigen.imaging.files import decode, encode

SMALL = {"seed": 7, "width": 48, "height": 64}
URL = "/api/operations/generate.character"


def drawn(**settings: Any) -> Picture:
    made = get("generate.character")(**SMALL | settings)
    assert isinstance(made, Picture)
    return made


def job(client: httpx.Client, **body: Any) -> dict[str, Any]:
    asked = {"operation": "generate.character", "settings": SMALL} | body
    added = client.post("/api/jobs", json=asked)
    assert added.status_code == 202, added.text
    return dict(until(client, added.json()["id"]))


@pytest.mark.parametrize("format", ["svg", "psd", "ora", "zip", "webp"])
def test_the_endpoint_gives_every_format(client: httpx.Client, format: Any) -> None:
    answer = client.post(f"{URL}?format={format}", data=SMALL)
    assert answer.status_code == 200, answer.text
    assert answer.content == encode(drawn(), format)


def test_an_svg_is_only_ever_saved(client: httpx.Client) -> None:
    made: Any = job(client, name="girl.svg")["result"]
    for answer in (
        client.post(f"{URL}?format=svg", data=SMALL),
        client.get(f"/api/pictures/{made['id']}/file"),
        client.get(f"/api/pictures/{made['id']}/file?download=girl.svg"),
    ):
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert ElementTree.fromstring(answer.content).tag.endswith("svg")


@pytest.mark.parametrize("format", ["svg", "psd"])
def test_the_result_of_a_job_is_listed_seen_and_worked_on(
    client: httpx.Client, format: str
) -> None:
    done = job(client, name=f"girl.{format}")
    assert done["state"] == "done", done
    result: Any = done["result"]
    assert (result["format"], result["width"], result["height"]) == (format, 48, 64)
    assert client.get("/api/jobs").json()["jobs"][0]["result"] == result
    view = client.get(f"/api/pictures/{result['id']}/view")
    assert view.headers["content-type"] == "image/png"
    seen = decode(view.content)
    assert isinstance(seen, Picture)
    off = abs(seen.rgb().pixels.astype(int) - drawn().pixels)
    assert off.mean() < 2
    small = client.get(f"/api/pictures/{result['id']}/thumbnail?size=64")
    assert small.headers["content-type"] == "image/webp"
    inputs = {"picture": result["id"]}
    after = job(client, operation="effects.halftone", inputs=inputs, settings={"cell": 4})
    assert after["state"] == "done", after
    assert after["result"]["width"] == 48


def test_vectors_that_cannot_be_are_refused(client: httpx.Client) -> None:
    picture = {"file": ("a.png", encode(drawn(), "png"))}
    id = client.post("/api/pictures", files=picture).json()["id"]
    asked = {"operation": "lines.thicken", "inputs": {"picture": id}, "name": "a.svg"}
    refused = client.post("/api/jobs", json=asked)
    assert refused.status_code == 415
    assert "vector" in refused.json()["detail"]
    late = client.post(f"{URL}?format=svg", data=SMALL | {"rendering": "pencil"})
    assert late.status_code == 415
    assert "generate.character" in late.json()["hint"]


def test_sheets_and_motions(client: httpx.Client) -> None:
    sheet = client.post(URL, data=SMALL | {"show": "sheet", "count": 2, "columns": 2})
    assert sheet.headers["content-type"] == "image/png"
    made = decode(sheet.content)
    assert isinstance(made, Picture)
    assert made.size == (96, 64)
    turn = job(client, settings=SMALL | {"show": "turntable", "frames": 4})
    assert (turn["result"]["format"], turn["result"]["frames"]) == ("apng", 4)
    too_much = client.post(URL, data={"show": "sheet", "width": 4096, "height": 4096})
    assert too_much.status_code == 422
    assert too_much.json()["field"] == "width"


def test_the_schema_names_what_can_be_made(client: httpx.Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]

    def formats(id: str) -> list[str]:
        told = paths[f"/api/operations/{id}"]["post"]["parameters"][0]["schema"]["enum"]
        return list(told)

    assert "svg" in formats("generate.character")
    assert "svg" not in formats("lines.thicken")
    assert client.get("/api/operations/generate.character").json()["returns"] == "Picture"


def test_an_svg_is_uploaded_shown_and_worked_on(client: httpx.Client) -> None:
    content = encode(drawn(seed=99), "svg")
    answer = client.post("/api/pictures", files={"file": ("girl.svg", io.BytesIO(content))})
    assert answer.status_code == 201
    picture = answer.json()
    assert picture["format"] == "svg"
    view = client.get(f"/api/pictures/{picture['id']}/view")
    assert view.headers["content-type"] == "image/png"
    assert decode(view.content).size == (picture["width"], picture["height"])
    # The file itself is still only ever saved.
    saved = client.get(f"/api/pictures/{picture['id']}/file")
    assert saved.headers["content-disposition"].startswith("attachment")
    assert saved.content == content
    call = {"inputs": {"picture": picture["id"]}, "settings": {}}
    assert client.post("/api/operations/color.palette", json=call).json()["colors"]
