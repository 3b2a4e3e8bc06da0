from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from collection import scene, write

from nijigen.core.errors import InputError, QueryError
from nijigen.core.posts.sql.schema import SCHEMA as POSTS
from nijigen.core.posts.vocabulary import Vocabulary
from nijigen.library import Library
from nijigen.library.search import search
from nijigen.library.store.tables import SCHEMA

DANBOORU = {
    "id": 7,
    "tag_string": "1girl hatsune_miku",
    "tag_string_general": "1girl",
    "tag_string_character": "hatsune_miku",
    "rating": "s",
    "score": 31,
    "parent_id": 5,
    "created_at": "2020-03-04T05:06:07Z",
}
VOCABULARY = 'long_hair,0,900,"/lh,longhair"\nhat,0,50,\nhatsune_miku,4,70,miku\n'


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Four pictures: one with JSON of a booru, its parent, one with a caption, one with nothing."""
    folder = tmp_path / "pictures"
    paths = write(folder, 4)
    sidecar(paths[0], ".png.json", json.dumps(DANBOORU))
    sidecar(paths[1], ".json", json.dumps({"id": 5, "tag_string": "comic", "rating": "e"}))
    sidecar(paths[2], ".txt", "1girl, long hair, solo\n")
    made = Library(tmp_path / "library", writing=True)
    made.add([folder])
    return made


def sidecar(picture: Path, ending: str, text: str) -> Path:
    path = picture.with_name(picture.stem + ending)
    path.write_text(text)
    return path


def pictures(library: Library) -> list[Path]:
    return sorted(library.folders()[0].glob("*.png"))


def test_the_tables_are_those_that_queries_are_compiled_for() -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(POSTS)
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
        for table in tables:
            wanted = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            assert wanted <= SCHEMA.columns(SCHEMA.version).get(table, wanted), table
    assert {"pictures", "tags", "picture_tags"} <= SCHEMA.columns(SCHEMA.version).keys()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("1girl", [3, 1]),
        ("1girl -solo", [1]),
        ("~comic ~solo order:id_asc", [2, 3]),
        ("rating:s score:>=30", [1]),
        ("none or character:hatsune_miku", [1]),
        ("date:2020", [1]),
        ("width:420 height:300 filetype:png order:id_asc limit:2", [1, 2]),
        ("ratio:7:5 mpixels:<0.2 filesize:>1000 -1girl -comic", [4]),
        ("parent:2", [2, 1]),
        ("faces:none id:4", [4]),
        ("tagcount:0", [4]),
        ("chartags:1", [1]),
    ],
)
def test_queries_find_tags_of_sidecars_and_facts_of_files(
    library: Library, query: str, found: list[int]
) -> None:
    assert library.tags.find(query) == found
    assert library.tags.count(query) == (4 if "limit" in query else len(found))


def test_the_hash_is_that_of_the_file(library: Library) -> None:
    md5 = library.tags.of(3).md5
    assert library.tags.find(f"md5:{md5}") == [3]


def test_pages_do_not_overlap(library: Library) -> None:
    pages = [library.tags.find("order:id_asc", limit=3, offset=at) for at in (0, 3)]
    assert pages == [[1, 2, 3], [4]]
    assert library.tags.find("order:id_asc limit:2", limit=3, offset=1) == [2]


def test_update_sees_changed_and_new_sidecars(library: Library) -> None:
    paths = pictures(library)
    sidecar(paths[2], ".txt", "1boy, hat\n")
    sidecar(paths[3], ".png.txt", "character:rei\nrating:questionable\n")
    added = library.update()
    assert (added.added, added.failed, added.failed_sidecars) == (0, {}, {})
    assert library.tags.of(3).names == ("1boy", "hat")
    assert library.tags.find("rei rating:q") == [4]
    assert library.tags.find("solo") == []
    assert [one.tag.count for one in library.tags.complete("1girl")] == [1]


def test_a_sidecar_that_is_gone_or_broken_loses_nothing(library: Library) -> None:
    paths = pictures(library)
    paths[2].with_suffix(".txt").unlink()
    broken = sidecar(paths[3], ".json", '{"tags": [1')
    added = library.update()
    assert list(added.failed_sidecars) == [broken]
    assert added.failed == {}
    assert library.tags.of(3).names == ("1girl", "long_hair", "solo")
    assert library.update().failed_sidecars == {}, "it is read again only when it has changed"


def test_edits_count_more_than_sidecars_and_stay(library: Library) -> None:
    library.tags.edit([3, 4], add="artist:someone hat rating:g", remove="solo")
    assert library.tags.of(3).tags == {
        "1girl": None,
        "long_hair": None,
        "hat": None,
        "someone": "artist",
    }
    sidecar(pictures(library)[2], ".txt", "solo, hat, comic\n")
    library.update()
    assert library.tags.find("rating:g -solo hat") == [4, 3]
    library.tags.edit([3], add="solo")
    assert library.tags.find("solo") == [3]


def test_edits_follow_a_file_that_is_moved_or_painted_over(library: Library) -> None:
    paths = pictures(library)
    library.tags.edit([3, 4], add="mine")
    moved = paths[2].with_name("moved") / paths[2].name
    moved.parent.mkdir()
    shutil.move(paths[2], moved)
    scene(9).save(paths[3])
    library.update()
    assert library.tags.find("mine order:id_asc") == [3, 5]
    assert library.tags.find("solo") == [3], "its sidecar stayed behind"
    assert len(library) == 4


@pytest.mark.parametrize("word", ["score:>5", "width:10", "rating:x"])
def test_conditions_are_no_tags(library: Library, word: str) -> None:
    with pytest.raises(InputError):
        library.tags.edit([1], add=word)


def test_tags_with_commas_may_have_spaces(library: Library) -> None:
    library.tags.edit([4], add="long hair, re:zero, char:rem", remove="")
    assert library.tags.of(4).tags == {"long_hair": None, "re:zero": None, "rem": "character"}


def test_saved_searches_stand_in_queries(library: Library) -> None:
    library.tags.save("Good Ones", "1girl order:id_asc")
    library.tags.save("all", "search:good_ones or comic")
    assert library.tags.saved() == {
        "all": "search:good_ones or comic",
        "good_ones": "1girl order:id_asc",
    }
    assert library.tags.find("search:good_ones") == [1, 3]
    assert library.tags.find("search:good_ones -solo order:id") == [1]
    assert library.tags.find("search:all order:id") == [3, 2, 1]
    with pytest.raises(QueryError, match="contains itself"):
        library.tags.save("good_ones", "search:all")
    with pytest.raises(QueryError, match="no saved search"):
        library.tags.find("search:bad_ones")
    library.tags.forget("good_ones")
    with pytest.raises(QueryError, match="in search:all"):
        library.tags.find("search:all")


def test_completion_knows_the_library_first_then_the_vocabulary(library: Library) -> None:
    assert library.tags.keep_vocabulary(Vocabulary.from_csv(VOCABULARY)) == 3
    found = [(one.tag.name, one.tag.count, one.alias) for one in library.tags.complete("ha")]
    assert found == [("long_hair", 1, None), ("hatsune_miku", 1, None), ("hat", 0, None)]
    assert [one.tag.category for one in library.tags.complete("long")] == ["general"]
    assert library.tags.find("longhair") == [3], "an alias"
    suggested = library.tags.suggest("1girl -longh")
    assert [(one.text, one.start, one.alias) for one in suggested] == [("long_hair", 7, "longhair")]
    assert library.tags.suggest("rat")[0].text in ("ratio:", "rating:")


def test_a_picture_is_looked_for_among_what_the_query_finds(library: Library) -> None:
    assert [hit["picture"] for hit in search(scene(2), library=library.folder, count=1)] == [3]
    hits = search(scene(2), tags="-solo", library=library.folder)
    assert 3 not in [hit["picture"] for hit in hits]
    (hit,) = search(scene(2), tags="solo", library=library.folder)
    assert (hit["picture"], hit["tags"]) == (3, {"1girl": None, "long_hair": None, "solo": None})
    assert search(scene(2), tags="no_such_tag", library=library.folder) == []


def test_forgetting_a_picture_forgets_its_tags(library: Library) -> None:
    library.remove(pictures(library)[:1])
    assert library.tags.find("1girl") == [3]
    assert [one.tag.count for one in library.tags.complete("1girl")] == [1]
    assert library.tags.find("parent:any") == []
