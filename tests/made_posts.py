"""Posts made by chance, and a database that holds them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from hypothesis import strategies as st

from nijigen.core.posts.color_names import COLOR_NAMES
from nijigen.core.posts.post import Post
from nijigen.core.posts.rating import RATINGS
from nijigen.core.posts.sql.schema import SCHEMA
from nijigen.core.posts.tag import CATEGORIES, Category
from nijigen.core.posts.vocabulary import Vocabulary

NOW = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
TAGS = ("1girl", "solo", "blue_hair", "blue_eyes", "re:zero", ":d", "100%", "a_b", "axb", "霊夢")


def category(name: str) -> Category | None:
    """Return the category of a tag, which is the same in all posts."""
    number = len(name) % (len(CATEGORIES) + 1)
    return CATEGORIES[number] if number < len(CATEGORIES) else None


times = st.integers(int(NOW) - 10**8, int(NOW)).map(lambda t: datetime.fromtimestamp(t, UTC))


def optional(strategy: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    return st.none() | strategy


posts = st.builds(
    Post,
    tags=st.lists(st.sampled_from(TAGS), unique=True).map(
        lambda names: {name: category(name) for name in names}
    ),
    rating=st.none() | st.sampled_from(RATINGS),
    score=optional(st.integers(-5, 30)),
    favcount=optional(st.integers(0, 30)),
    width=optional(st.sampled_from([640, 1366, 1920, 3000])),
    height=optional(st.sampled_from([480, 768, 1080, 2000])),
    filetype=st.none() | st.sampled_from(["png", "jpg", "webm"]),
    filesize=optional(st.sampled_from([1000, 1_000_000, 2_000_000])),
    duration=st.none() | st.sampled_from([0.5, 10.0, 61.5]),
    created_at=st.none() | times,
    updated_at=st.none() | times,
    md5=st.none() | st.sampled_from(["0" * 32, "f" * 32]),
    source=st.sampled_from(["", "https://www.pixiv.net/1", "Pixiv.net/2", "twitter.com/100%_a"]),
    parent_id=optional(st.integers(1, 5)),
    has_children=st.booleans(),
    deleted=st.booleans(),
    faces=optional(st.integers(0, 3)),
    colors=st.lists(st.sampled_from(COLOR_NAMES), max_size=3, unique=True).map(tuple),
    pools=st.lists(st.sampled_from(["77", "my_pool", "my_other"]), max_size=2, unique=True).map(
        tuple
    ),
)
lists = st.lists(posts, max_size=8).map(
    lambda made: [post.model_copy(update={"id": n + 1}) for n, post in enumerate(made)]
)


def database(posts: Iterable[Post], vocabulary: Vocabulary) -> sqlite3.Connection:
    """Return a database of posts, as a library would fill it."""
    base = sqlite3.connect(":memory:")
    base.executescript(SCHEMA)

    def tag(name: str) -> int:
        row = (name, category(name))
        base.execute("INSERT OR IGNORE INTO tags (name, category) VALUES (?, ?)", row)
        found: int = base.execute("SELECT id FROM tags WHERE name = ?", (name,)).fetchone()[0]
        return found

    for known in vocabulary:
        for alias in known.aliases:
            base.execute("INSERT INTO tag_aliases VALUES (?, ?)", (alias, tag(known.name)))
    for post in posts:
        columns = {
            name: getattr(post, name)
            for name in (
                "id", "md5", "width", "height", "filetype", "filesize", "duration", "rating",
                "score", "favcount", "source", "parent_id", "has_children", "deleted", "faces",
            )
        }  # fmt: skip
        for name in ("created_at", "updated_at"):
            time = getattr(post, name)
            columns[name] = None if time is None else int(time.timestamp())
        marks = ", ".join("?" * len(columns))
        base.execute(
            f"INSERT INTO pictures ({', '.join(columns)}) VALUES ({marks})", [*columns.values()]
        )
        for name in vocabulary.implied(post.tags):
            base.execute("INSERT INTO picture_tags VALUES (?, ?)", (post.id, tag(name)))
        for color in post.colors:
            base.execute("INSERT INTO picture_colors VALUES (?, ?)", (post.id, color))
        for pool in post.pools:
            base.execute("INSERT OR IGNORE INTO pools (name) VALUES (?)", (pool,))
            number = base.execute("SELECT id FROM pools WHERE name = ?", (pool,)).fetchone()[0]
            base.execute("INSERT INTO picture_pools VALUES (?, ?, ?)", (number, post.id, post.id))
    return base
