"""The JSON of a post in SQL: which fields make which column, for the dumps and for the API.

It says the same as :mod:`nijigen.core.posts.sidecars.danbooru`, which makes the posts themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from nijigen.core.posts.query import Query
from nijigen.core.posts.query.nodes import AllOf, Named, Node
from nijigen.core.posts.sql.fragment import Fragment
from nijigen.core.posts.sql.lists import Columns
from nijigen.core.posts.tag import NUMBERS, Category

_COUNTED: dict[str, Category] = {
    "gentags": "general",
    "arttags": "artist",
    "copytags": "copyright",
    "chartags": "character",
    "metatags": "meta",
}


def _true(*fields: str) -> str:
    tests = (f"COALESCE(lower($field_{name}) IN ('true', '1', 't'), false)" for name in fields)
    return f"CAST({' OR '.join(tests)} AS INTEGER)"


def _positive(field: str) -> str:
    number = f"TRY_CAST($field_{field} AS BIGINT)"
    return f"CASE WHEN {number} > 0 THEN {number} END"


def _time(field: str) -> str:
    """Read ISO 8601, and that of the dumps, ``2016-10-26 08:31:06.12345 UTC``."""
    text = f"TRY_CAST(replace($field_{field}, ' UTC', 'Z') AS TIMESTAMPTZ)"
    return f"CAST(floor(epoch({text})) AS BIGINT)"


_RATING = """
    CASE lower(trim($field_rating))
    WHEN 'g' THEN 'general' WHEN 'general' THEN 'general'
    WHEN 's' THEN CASE WHEN $field_is_rating_locked IS NULL THEN 'sensitive' ELSE 'general' END
    WHEN 'safe' THEN 'general' WHEN 'sensitive' THEN 'sensitive'
    WHEN 'q' THEN 'questionable' WHEN 'questionable' THEN 'questionable'
    WHEN 'e' THEN 'explicit' WHEN 'explicit' THEN 'explicit' END
"""
_MD5 = "CASE WHEN regexp_full_match(lower($field_md5), '[0-9a-f]{32}') THEN lower($field_md5) END"
_POOLS = (
    "list_transform(COALESCE(TRY(json_extract($field_pools, '$[*]')),"
    " string_split($field_pools, ' '), []),"
    " lambda pool: lower(COALESCE(TRY(pool->>'$.name'), TRY(pool->>'$'), CAST(pool AS VARCHAR))))"
)
_EXPRESSIONS = {
    "id": "TRY_CAST($field_id AS BIGINT)",
    "score": "TRY_CAST($field_score AS BIGINT)",
    "favcount": "TRY_CAST($field_fav_count AS BIGINT)",
    "rating": " ".join(_RATING.split()),
    "md5": _MD5,
    "width": _positive("image_width"),
    "height": _positive("image_height"),
    "filetype": "replace(lower($field_file_ext), 'jpeg', 'jpg')",
    "filesize": _positive("file_size"),
    "created_at": _time("created_at"),
    "updated_at": _time("updated_at"),
    "source": "trim(COALESCE($field_source, ''))",
    "parent_id": _positive("parent_id"),
    "has_children": _true("has_children", "has_visible_children"),
    "deleted": _true("is_deleted"),
    "duration": "CAST(NULL AS DOUBLE)",
    "faces": "CAST(NULL AS BIGINT)",
    "pools": _POOLS,
    # Texts, of which a condition takes apart what it needs.
    "tags": "$field_tags",
    "tag_string": "$field_tag_string",
    **{f"tag_string_{name}": f"$field_tag_string_{name}" for name in _COUNTED.values()},
}
_FIELD = re.compile(r"\$field_(\w+)")
_COLUMN = re.compile(r"\bp\.(\w+)")
_PLAIN = re.compile(r"[a-z0-9_]{3,}")
WORDS = "list_filter(string_split({}, ' '), lambda name: name <> '')"
"""The words of a text."""
TAGS = (
    f"COALESCE(TRY(json_extract_string(p.tags, '$[*].name')), {WORDS.format('p.tag_string')}, [])"
)


def _count(category: Category) -> str:
    number = next(number for number, name in NUMBERS.items() if name == category)
    kinds = "TRY(json_extract_string(p.tags, '$[*].category'))"
    listed = f"list_filter({kinds}, lambda kind: kind = '{number}')"
    return f"len(COALESCE({listed}, {WORDS.format(f'p.tag_string_{category}')}, []))"


def _tagged(name: str) -> Fragment:
    """Search the text of the tags, as DuckDB writes it: five times as fast as taking it apart."""
    words = "concat(' ', p.tag_string, ' ')"
    return Fragment(
        f"(COALESCE(contains(p.tags, ?), false) OR contains({words}, ?))",
        (f'name":{json.dumps(name, ensure_ascii=False)}', f" {name} "),
    )


RECORDS = Columns(
    tags=TAGS,
    pools="p.pools",
    counts={
        "tagcount": f"len({TAGS})",
        **{name: _count(category) for name, category in _COUNTED.items()},
    },
    tagged=_tagged,
)
"""Of the texts of a record, without an index."""


def columns_in(*fragments: Fragment) -> list[str]:
    """Return the columns of ``p`` that pieces of SQL name."""
    return sorted({name for one in fragments for name in _COLUMN.findall(one.text)})


def column_text(name: str, field: Callable[[str], str]) -> str:
    """Return the SQL of a column.

    Args:
        name: Of the column.
        field: Returns the SQL of a field of the record, as text.
    """
    return _FIELD.sub(lambda match: field(match[1]), _EXPRESSIONS[name])


def reading(columns: Iterable[str], also: str = "") -> str:
    """Return the table expressions that make ``p`` of the lines of a block.

    The first is materialized: otherwise the JSON is parsed again for each use of a column.
    A line that is no JSON has no values at all.

    Args:
        columns: Which of them; others are not read. ``id`` always is.
        also: A condition on ``line``, before anything is parsed.
    """
    names = list(dict.fromkeys(["id", *columns]))
    fields = list(
        dict.fromkeys(field for name in names for field in _FIELD.findall(_EXPRESSIONS[name]))
    )
    places = {field: number for number, field in enumerate(fields, 1)}
    paths = ", ".join(f"'$.{field}'" for field in fields)

    def value(field: str) -> str:
        return f"v[{places[field]}]"

    values = ", ".join(f"{column_text(name, value)} AS {name}" for name in names)
    condition = f" WHERE {also}" if also else ""
    return (
        "WITH records AS MATERIALIZED"
        f" (SELECT byte, number, TRY(json_extract_string(line, [{paths}])) AS v"
        f" FROM block{condition}),"
        f" p AS (SELECT byte, number, {values} FROM records)"
    )


_WHOLE = "(ends_with(line, '}') OR ends_with(line, chr(13)))"
"""Some files have lines as Windows ends them."""


def likely(query: Query) -> Fragment:
    """Return a condition on the text of a line that all posts which a query finds satisfy.

    Lines that are cut off satisfy it too, so that they are named whatever is asked for. Searching
    a text is five times as fast as parsing it. Of a tag, the longest part is searched that no
    writer of JSON escapes.
    """
    needles = tuple(
        max(parts, key=len) for name in _required(query.root) if (parts := _PLAIN.findall(name))
    )
    if not needles:
        return Fragment("")
    found = " AND ".join(["contains(line, ?)"] * len(needles))
    return Fragment(f"({found}) OR NOT {_WHOLE}", needles)


def _required(node: Node) -> list[str]:
    """Return tags without which nothing is found."""
    if isinstance(node, Named):
        return [node.name]
    return (
        [name for child in node.nodes for name in _required(child)]
        if isinstance(node, AllOf)
        else []
    )
