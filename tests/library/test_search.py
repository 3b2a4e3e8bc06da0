from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).parent))

from collection import scene, write

from nijigen import NijigenError, Picture, Run
from nijigen.library import Library
from nijigen.library.matching.search import SCORES
from nijigen.library.search import search
from nijigen.library.signatures.embedding import Embedding

COUNT = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of scenes."""
    made = tmp_path_factory.mktemp("search")
    with Library(made / "library", writing=True) as library:
        library.add(write(made / "pictures", COUNT))
    return made / "library"


def edited(edit: str) -> Picture:
    image = scene(4).pil()
    if edit == "jpeg":
        data = io.BytesIO()
        image.save(data, "JPEG", quality=30)
        image = Image.open(data)
    elif edit == "resized":
        image = image.resize((210, 150))
    elif edit == "cropped":
        image = image.crop((100, 60, 340, 240))
    elif edit == "mirrored":
        image = ImageOps.mirror(image)
    elif edit == "rotated":
        image = image.rotate(5, Image.Resampling.BICUBIC)
    elif edit == "gray":
        image = image.convert("L").convert("RGB")
    elif edit == "lettered":
        image.paste("white", (40, 40, 140, 90))
    elif edit == "framed":
        image = ImageOps.expand(image, 120, "gray")
    return Picture(np.asarray(image))


@pytest.mark.parametrize(
    ("edit", "kinds"),
    [
        ("jpeg", {"recompressed"}),
        ("resized", {"resized"}),
        ("cropped", {"cropped"}),
        ("mirrored", {"mirrored"}),
        ("rotated", {"rotated"}),
        ("gray", {"recolored"}),
        ("lettered", {"lettered"}),
        ("framed", {"contains it"}),
    ],
)
def test_edited_copies_are_found_and_named(folder: Path, edit: str, kinds: set[str]) -> None:
    first, second = search(edited(edit), library=folder, count=2)
    assert Path(first["files"][0]["path"]).name == "scene 4.png"
    assert first["kinds"][0] == "same artwork"
    assert kinds <= set(first["kinds"])
    assert first["score"] > SCORES["same artwork"]
    assert second["score"] < SCORES["similar"]


def test_it_says_where(folder: Path) -> None:
    hit = search(edited("cropped"), library=folder)[0]
    assert np.allclose(hit["box"], (100, 60, 340, 240), atol=6)
    assert np.allclose(hit["query_box"], (0, 0, 240, 180), atol=6)
    hit = search(edited("framed"), library=folder)[0]
    assert np.allclose(hit["query_box"], (120, 120, 540, 420), atol=8)
    changed = search(edited("lettered"), library=folder)[0]["changed"]
    assert changed == pytest.approx(100 * 50 / (420 * 300), rel=0.5)


def test_the_mirror_image_of_what_was_found_is_found_too(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    image = scene(4).pil()
    image.save(tmp_path / "pictures/a.png")
    ImageOps.mirror(image).save(tmp_path / "pictures/b.png")
    with Library(tmp_path / "library", writing=True) as library:
        library.add([tmp_path / "pictures"])
    part = image.crop((40, 30, 400, 290))
    for query, mirrored in ((part, "b.png"), (ImageOps.mirror(part), "a.png")):
        found = search(Picture(np.asarray(query)), library=tmp_path / "library")
        kinds = {Path(hit["files"][0]["path"]).name: hit["kinds"] for hit in found}
        assert kinds.keys() == {"a.png", "b.png"}
        assert all(some[:2] == ["same artwork", "cropped"] for some in kinds.values())
        assert [name for name, some in kinds.items() if "mirrored" in some] == [mirrored]
        assert next(iter(kinds)) != mirrored, "the picture itself comes before its mirror image"


def test_a_mirrored_part_is_said_in_pixels_of_the_query(folder: Path) -> None:
    image = ImageOps.expand(ImageOps.mirror(scene(4).pil()), (200, 0, 0, 0), "gray")
    hit = search(Picture(np.asarray(image)), library=folder)[0]
    assert {"mirrored", "contains it"} <= set(hit["kinds"])
    assert np.allclose(hit["query_box"], (200, 0, 620, 300), atol=8)


def test_the_same_file_is_known_by_its_hash(folder: Path) -> None:
    path = folder.parent / "pictures" / "scene 2.png"
    hit = search(Picture.open(path), library=folder)[0]
    assert (hit["kinds"], hit["score"]) == (["same file"], 1.0)


def test_what_is_not_there_is_at_most_similar(folder: Path) -> None:
    hits = search(scene(COUNT + 5), library=folder)
    assert all(hit["kinds"] == ["similar"] and hit["score"] < SCORES["similar"] for hit in hits)
    blank = Picture(np.full((50, 80), 255, np.uint8))
    assert all(hit["score"] < SCORES["variant"] for hit in search(blank, library=folder))


def test_without_the_model_it_works_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = "without the model efficientnet-lite0 pictures are not found by what they look like"
    monkeypatch.setattr(Embedding, "missing", lambda self: note)
    run = Run()
    hit = search(edited("mirrored"), library=folder, run=run)[0]
    assert Path(hit["files"][0]["path"]).name == "scene 4.png"
    assert note in [one.text for one in run.notes]


def test_without_a_library_it_says_how_to_make_one() -> None:
    with pytest.raises(NijigenError) as caught:
        search(scene(0))
    assert "nijigen library add" in caught.value.hint
