"""Queries: pictures by their tags, names that complete what is typed, and saved searches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nijigen.core.database import Database
from nijigen.core.errors import InputError
from nijigen.core.posts.query import Query, parse_query
from nijigen.core.posts.sql.fragment import Fragment
from nijigen.core.posts.sql.select import count, select
from nijigen.core.posts.tag import Tag, normalize
from nijigen.core.posts.vocabulary import Completion

# Names in order: the exact one, those with a word that begins so, the rest; of each first what the
# library has, then what the vocabulary uses most.
_BEFORE_WORDS = ("_", "(", "-", ":", "/", "+", ".")
_BEGINS = " OR ".join(
    ["instr(named.name, :text) = 1"]
    + [f"instr(named.name, '{sign}' || :text)" for sign in _BEFORE_WORDS]
)
_COMPLETIONS = f"""
SELECT tags.name, category, count, alias FROM (
    SELECT id, name, NULL AS alias FROM tags WHERE {{contains}}
    UNION ALL
    SELECT tag_id, name, name FROM tag_aliases
    WHERE {{contains}} AND name NOT IN (SELECT name FROM tags)
) AS named JOIN tags ON tags.id = named.id
ORDER BY named.name <> :text, NOT ({_BEGINS}), count DESC, posts DESC, alias
LIMIT :limit
"""
_NOT_IN_TRASH = Fragment(
    "p.id NOT IN (SELECT content FROM places AS trashed WHERE state = 'trashed' AND NOT EXISTS "
    "(SELECT 1 FROM places WHERE content = trashed.content AND state <> 'trashed'))"
)
"""Of pictures that are in the trash alone, only a search by a picture tells."""


class Queries:
    """What is asked of the posts of a library; pictures whose files are all in the trash are not.

    Args:
        database: Of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def parse(self, text: str) -> Query:
        """Read a query, which may name saved searches.

        Raises:
            QueryError: It is not one.
        """
        return parse_query(text, self.saved())

    def find(
        self,
        query: Query,
        *,
        limit: int | None = None,
        offset: int = 0,
        below: int | None = None,
    ) -> list[int]:
        """Return the numbers of the pictures that a query asks for, in order.

        Args:
            query: The query; its own limit counts too.
            limit: At most so many.
            offset: How many to skip.
            below: Only pictures with smaller numbers.
        """
        also = [_NOT_IN_TRASH, *([] if below is None else [Fragment("p.id < ?", (below,))])]
        most = [
            n for n in (query.limit, None if limit is None else offset + limit) if n is not None
        ]
        statement = select(replace(query, limit=min(most) if most else None), also)
        rows = self._database.rows(statement.text, statement.parameters)
        return [int(row[0]) for row in rows[offset:]]

    def count(self, query: Query) -> int:
        """Return how many pictures a query asks for, whatever its limit."""
        statement = count(query, [_NOT_IN_TRASH])
        return int(self._database.rows(statement.text, statement.parameters)[0][0])

    def complete(self, text: str, limit: int = 10) -> list[Completion]:
        """Return the tags whose name, or an alias of which, contains a text.

        Their counts are of the library; tags that only the vocabulary knows have 0.
        """
        wanted = normalize(text)
        if not wanted or limit < 1:
            return []
        # An alias of a tag that is itself found stands after it, and is left out.
        values = {"text": wanted, "limit": 2 * limit, "end": wanted + "\U0010ffff"}
        # Half of all names contain a letter; an index finds those that begin with it.
        short = len(wanted) == 1 and wanted.isascii()
        contains = "name >= :text AND name < :end" if short else "instr(name, :text)"
        found: dict[str, Completion] = {}
        for name, category, known, alias in self._database.rows(
            _COMPLETIONS.format(contains=contains), values
        ):
            found.setdefault(name, Completion(Tag(name, category, known), alias))
        return list(found.values())[:limit]

    def most_used(self, limit: int) -> list[Completion]:
        """Return the tags that most pictures have."""
        query = (
            "SELECT name, category, count FROM tags WHERE count > 0 "
            "ORDER BY count DESC, name LIMIT ?"
        )
        return [Completion(Tag(*row)) for row in self._database.rows(query, (limit,))]

    def keep_vocabulary(self, tags: Iterable[Tag]) -> int:
        """Take over names, categories, counts and aliases of a list; return how many tags it has.

        Categories of tags that have none are filled in. What an earlier list said is replaced.
        """
        tags = list(tags)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM tag_aliases")
            connection.execute(
                "DELETE FROM tags WHERE count = 0 AND id NOT IN (SELECT tag_id FROM picture_tags)"
            )
            connection.execute("UPDATE tags SET posts = 0")
            connection.executemany(
                "INSERT INTO tags (name, category, posts) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET posts = excluded.posts, "
                "category = ifnull(category, excluded.category)",
                [(tag.name, tag.category, tag.count) for tag in tags],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO tag_aliases SELECT ?, id FROM tags WHERE name = ?",
                [(alias, tag.name) for tag in tags for alias in tag.aliases],
            )
        return len(tags)

    def saved(self) -> dict[str, str]:
        """Return the saved searches by name."""
        rows = self._database.rows("SELECT name, query FROM searches ORDER BY name")
        return dict(map(tuple, rows))

    def check_search(self, name: str, query: str) -> str:
        """Return the name of a search that can be saved.

        Raises:
            QueryError: It is not a query, or contains itself.
            InputError: The name is empty.
        """
        key = normalize(name)
        if not key:
            raise InputError("a saved search needs a name", "such as favorites")
        parse_query(query, {**self.saved(), key: f"search:{key}"})
        return key

    def save(self, name: str, query: str) -> None:
        """Save a search under a name; one of that name is replaced.

        Raises:
            QueryError: It is not a query, or contains itself.
            InputError: The name is empty.
        """
        name = self.check_search(name, query)
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO searches VALUES (?, ?)", (name, query))

    def forget(self, name: str) -> None:
        """Forget a saved search."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM searches WHERE name = ?", (normalize(name),))
