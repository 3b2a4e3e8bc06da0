"""Queries made by chance, about the posts of ``made_posts``."""

from __future__ import annotations

from hypothesis import strategies as st

from made_posts import TAGS
from nijigen.core.posts.query import parse_query
from nijigen.core.posts.query.nodes import Named, Node, Not, Wildcard, either, every
from nijigen.core.posts.query.ordering import KEYS

VALUES = {
    "id": ["1", "2..4", ">=3", "<2", "1,3,5", "4...2", "any", "none"],
    "score": ["0", "-2..10", ">-1", "<=5", "5..", "..5", "none", "1,7,20.."],
    "favcount": [">5", "any"],
    "width": ["1920", ">=1366"],
    "height": ["<1080", "none"],
    "ratio": ["16:9", ">=16/9", "<1.5", "1.33..1.78", "1.78", ">16:9"],
    "mpixels": ["2", ">=1.5", "1..3", "2.0736"],
    "filesize": ["1MB", "1000", ">=500KB", "1b"],
    "duration": ["10", ">30s", "1min", "any"],
    "date": ["2025", "2024-06", "2023..2025-03", ">=2026-01-01", "<2025-12-31T10:00", "2026-05-31"],
    "age": ["<1mo", "2weeks..1year", ">=2y", "1y", "any"],
    "faces": ["0", ">=1", "none"],
    "tagcount": ["0", "1..3", ">=2"],
    "gentags": ["0", ">=1"],
    "arttags": ["1"],
    "chartags": [">0"],
    "copytags": ["<1"],
    "metatags": ["any"],
    "rating": ["g", "safe", "questionable,e"],
    "md5": ["0" * 32, "f" * 32 + "," + "0" * 32],
    "filetype": ["png", "jpeg,webm"],
    "color": ["red", "blue,#fff"],
    "status": ["deleted", "active", "any"],
    "source": ["none", "any", "pixiv.net", "*pixiv*", "twitter.com/100%_*", "HTTPS://", "*.net/2"],
    "pool": ["77", "my_*", "any", "none", "MY_pool"],
    "parent": ["1", "any", "none"],
    "child": ["any", "none"],
}
conditions = st.sampled_from([(name, value) for name, values in VALUES.items() for value in values])
names = st.sampled_from([*TAGS, "colored_hair", "hair", "blue_haired", "blue", "unknown"])
leaves = st.one_of(
    conditions.map(lambda pair: parse_query(":".join(pair)).root),
    names.map(Named),
    st.sampled_from(["*", "blue_*", "*_b", "a_*", "*%", "b*e*s", "霊*"]).map(Wildcard),
)
trees: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(every),
        st.lists(inner, min_size=2, max_size=3).map(either),
    ),
    max_leaves=6,
)
suffixes = st.sampled_from(["", "_asc", "_desc"])
orders = st.lists(
    st.one_of(
        st.builds("order:{}{}".format, st.sampled_from(sorted(KEYS)), suffixes),
        st.just("order:random"),
    ),
    max_size=2,
).map(lambda words: parse_query(" ".join(words)).order)
