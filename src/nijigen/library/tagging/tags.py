"""Tags: tags of the pictures of a library, searches by them, and what completes their names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from nijigen.core.errors import InputError
from nijigen.core.posts.metatags import METATAGS
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.posts.query.completing import Suggestion, suggestions
from nijigen.core.posts.query.words import key_of
from nijigen.core.posts.rating import RATINGS, Rating
from nijigen.core.posts.tag import PREFIXES, Category, normalize
from nijigen.core.posts.vocabulary import Completion, Vocabulary
from nijigen.core.run import SILENT, Run
from nijigen.library._part import LibraryPart
from nijigen.library.files.scanning import Found
from nijigen.library.store.posts import Edit, Posts
from nijigen.library.store.queries import Queries
from nijigen.library.tagging import sidecars

_HINT = "write artist:name for a category, rating:g for the rating, tag:name for any other name"


class Tags(LibraryPart):
    """The tags of a library; ``Library.tags`` is one."""

    @cached_property
    def posts(self) -> Posts:
        """What is known of each picture."""
        return Posts(self._catalog.database)

    @cached_property
    def _queries(self) -> Queries:
        return Queries(self._catalog.database)

    def of(self, number: int) -> Post:
        """Return all that is known of a picture; its id is its number in the library."""
        return self.posts.post(number)

    def with_new_sidecars(self, found: Sequence[Found]) -> list[Found]:
        """Return the files with sidecars that are new or changed."""
        return sidecars.changed(self.posts, found)

    def read_sidecars(self, found: Sequence[Found], run: Run = SILENT) -> dict[Path, str]:
        """Read the new and changed sidecars of files.

        Returns:
            Those that cannot be read, with the reason.

        Raises:
            InputError: Another process changes the library.
        """
        with self._changing():
            return sidecars.read(self.posts, self.with_new_sidecars(found), run)

    def edit(self, numbers: Sequence[int], *, add: str = "", remove: str = "") -> None:
        """Add tags to pictures, and remove some; that counts more than what sidecars say.

        Args:
            numbers: Of the pictures.
            add: Tags with spaces between them, or with commas, which allow spaces inside. They may
                have categories, as in ``artist:name``; ``rating:g`` is the rating.
            remove: Names of tags.

        Raises:
            InputError: One of the tags is a metatag; or another process changes the library.
        """
        with self._changing():
            self.posts.edit(numbers, edit_of(add, remove))

    def parse(self, text: str) -> Query:
        """Read a query, which may name saved searches.

        Raises:
            QueryError: It is not one.
        """
        return self._queries.parse(text)

    def find(
        self,
        query: Query | str,
        *,
        limit: int | None = None,
        offset: int = 0,
        below: int | None = None,
    ) -> list[int]:
        """Return the numbers of the pictures that a query asks for, in order.

        Those whose files are all in the trash are left out.

        Args:
            query: Such as ``1girl -comic score:>=10 order:score``.
            limit: At most so many; a limit of the query counts too.
            offset: How many to skip.
            below: Only pictures with smaller numbers.

        Raises:
            QueryError: It is not a query.
        """
        parsed = self.parse(query) if isinstance(query, str) else query
        return self._queries.find(parsed, limit=limit, offset=offset, below=below)

    def count(self, query: Query | str) -> int:
        """Return how many pictures a query asks for, whatever its limit.

        Raises:
            QueryError: It is not a query.
        """
        return self._queries.count(self.parse(query) if isinstance(query, str) else query)

    def complete(self, text: str, limit: int = 10) -> list[Completion]:
        """Return the tags that a text may become: those of the library first, the most used first.

        Args:
            text: A part of a name, or of an alias.
            limit: At most so many.
        """
        return self._queries.complete(text, limit)

    def most_used(self, limit: int = 10) -> list[Completion]:
        """Return the tags that most pictures of the library have."""
        return self._queries.most_used(limit)

    def suggest(self, query: str, cursor: int | None = None, limit: int = 10) -> list[Suggestion]:
        """Return what can complete the word before the cursor of a query.

        Args:
            query: As typed so far.
            cursor: How many characters are before the cursor; by default all.
            limit: At most so many.
        """
        at = len(query) if cursor is None else min(cursor, len(query))
        return suggestions(query, at, self._queries, limit, saved=self.saved())

    def saved(self) -> dict[str, str]:
        """Return the saved searches by name; in a query, ``search:NAME`` stands for one."""
        return self._queries.saved()

    def check_search(self, name: str, query: str) -> None:
        """Check that a search could be saved.

        Raises:
            QueryError: It is not a query, or contains itself.
            InputError: The name is empty.
        """
        self._queries.check_search(name, query)

    def save(self, name: str, query: str) -> None:
        """Save a search; one of the same name is replaced.

        Raises:
            QueryError: It is not a query, or contains itself.
            InputError: The name is empty; or another process changes the library.
        """
        with self._changing():
            self._queries.save(name, query)

    def forget(self, name: str) -> None:
        """Forget a saved search, if there is one of that name."""
        with self._changing():
            self._queries.forget(name)

    def keep_vocabulary(self, vocabulary: Vocabulary) -> int:
        """Take over names, categories and aliases of a list of tags, in place of an earlier one.

        Returns:
            How many tags it has.
        """
        with self._changing():
            return self._queries.keep_vocabulary(vocabulary)


def edit_of(added: str, removed: str) -> Edit:
    """Read tags with spaces between them, or with commas, which allow spaces inside.

    Args:
        added: May have categories, as in ``artist:name``, and a rating, as in ``rating:g``.
        removed: Names alone.

    Raises:
        InputError: One is a metatag, which a query has but a picture cannot be given.
    """
    tags: dict[str, Category | None] = {}
    rating: Rating | None = None
    for word in _words(added):
        key, colon, value = word.partition(":")
        if colon and key == "rating":
            rating = _rating(value)
        elif colon and key in PREFIXES and value:
            tags[value] = PREFIXES[key]
        else:
            tags[_name(word)] = None
    names = [
        word.partition(":")[2] if _has_category(word) else _name(word) for word in _words(removed)
    ]
    if both := sorted(tags.keys() & set(names)):
        raise InputError(f"{both[0]} is both added and removed", "leave out one of them")
    return Edit(tags, names, rating)


def _words(text: str) -> list[str]:
    parts = text.split(",") if "," in text else text.split()
    return [name for part in parts if (name := normalize(part))]


def _has_category(word: str) -> bool:
    key, colon, value = word.partition(":")
    return bool(colon and value) and key in PREFIXES


def _name(word: str) -> str:
    """Return the name of a tag; one that is read as a metatag is written ``tag:score:5``."""
    key = key_of(word)
    if key == "tag":
        return word.removeprefix("tag:").strip('"')
    if key is not None and key in METATAGS:
        raise InputError(f"{word} is a condition of queries, not a tag", _HINT)
    return word


def _rating(word: str) -> Rating:
    for rating in RATINGS:
        if word in (rating, rating[0]):
            return rating
    raise InputError(f"{word!r} is not a rating", f"one of {', '.join(RATINGS)}")
