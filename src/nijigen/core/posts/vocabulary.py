"""Vocabulary: the tags that exist, their aliases and implications, and completion."""

from __future__ import annotations

import csv
import functools
import io
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.tag import NUMBERS, Category, Tag, normalize


@dataclass(frozen=True, slots=True)
class Completion:
    """A tag that completes what was typed; ``alias`` is its other name, if that one matched."""

    tag: Tag
    alias: str | None = None


class Vocabulary:
    """The tags that a site or the library knows.

    Args:
        tags: Their names are normalized; of two with the same name the first counts.
    """

    def __init__(self, tags: Iterable[Tag] = ()) -> None:
        self._tags: dict[str, Tag] = {}
        self._aliases: dict[str, list[Tag]] = {}
        for tag in tags:
            if self._tags.setdefault(tag.name, tag) is tag:
                for alias in tag.aliases:
                    self._aliases.setdefault(alias, []).append(tag)

    @classmethod
    def from_csv(cls, text: str) -> Vocabulary:
        """Read a list for tag autocompletion: name, number of category, count, aliases.

        Raises:
            InputError: A row does not have these columns.
        """
        return cls(_rows(text))

    def __len__(self) -> int:
        return len(self._tags)

    def __iter__(self) -> Iterator[Tag]:
        return iter(self._tags.values())

    def __contains__(self, name: str) -> bool:
        return name in self._tags

    def get(self, name: str) -> Tag | None:
        """Return the tag of a name, aliases not considered."""
        return self._tags.get(name)

    def resolve(self, name: str) -> tuple[str, ...]:
        """Return the tags that a name means.

        A real tag beats an alias (108 names of Danbooru are both); an alias of several tags
        (194 are) means all of them, the most used first; an unknown name means itself.
        """
        if name in self._tags or name not in self._aliases:
            return (name,)
        found = sorted(self._aliases[name], key=lambda tag: -tag.count)
        return tuple(tag.name for tag in found)

    def implied(self, names: Iterable[str]) -> set[str]:
        """Return the names together with all that they imply, directly or not."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                tag = self._tags.get(name)
                waiting += tag.implies if tag else ()
        return found

    def completed(self, post: Post) -> Post:
        """Return a post with all tags that its tags imply."""
        missing = self.implied(post.tags).difference(post.tags) if self._tags else ()
        if not missing:
            return post
        added = {name: self._category(name) for name in sorted(missing)}
        return post.model_copy(update={"tags": {**post.tags, **added}})

    def _category(self, name: str) -> Category | None:
        tag = self._tags.get(name)
        return tag.category if tag else None

    def complete(self, text: str, limit: int = 10) -> list[Completion]:
        """Return the tags whose name, or an alias of which, contains a text.

        First the tag of exactly that name, then those with a word that begins with the text, then
        the others, each by count. One character is enough, in any script.
        """
        wanted = normalize(text)
        found: dict[str, Completion] = {}
        if not wanted or limit < 1:
            return []
        for part, at_words in ((f"\n{wanted}\n", False), (wanted, True), (wanted, False)):
            for completion in self._index.search(part, at_words):
                # Of a tag and its alias, the one of greater rank is met first.
                found.setdefault(completion.tag.name, completion)
                if len(found) == limit:
                    return list(found.values())
        return list(found.values())

    @functools.cached_property
    def _index(self) -> _Index:
        return _Index(self)


class _Index:
    """All names in one text, the most used first, so that a search is a scan for a substring.

    The 171,000 names of Danbooru are 3 MB, which a scan passes in two milliseconds. Indexes
    of trigrams, such as SQLite's, find no names of one or two characters.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        entries = [Completion(tag) for tag in vocabulary]
        entries += [
            Completion(tag, alias)
            for tag in vocabulary
            for alias in tag.aliases
            if alias not in vocabulary
        ]
        entries.sort(key=lambda entry: (-entry.tag.count, entry.alias is not None))
        self._entries = entries
        names = [entry.alias or entry.tag.name for entry in entries]
        self._text = "\n" + "\n".join(names) + "\n"
        self._starts = []
        at = 0
        for name in names:
            self._starts.append(at)
            at += len(name) + 1

    def search(self, part: str, at_words: bool) -> Iterator[Completion]:
        """Yield the entries that contain a part, anywhere or at the beginning of a word.

        A line feed stands for either end of a name.
        """
        at = self._text.find(part)
        while at >= 0:
            if at_words and self._text[at - 1].isalnum():
                at = self._text.find(part, at + 1)
                continue
            number = bisect_right(self._starts, at) - 1
            yield self._entries[number]
            # On with the next entry: its name begins after the line feed that ends this one.
            if number + 1 == len(self._starts):
                return
            at = self._text.find(part, self._starts[number + 1])


def _rows(text: str) -> Iterator[Tag]:
    reader = csv.reader(io.StringIO(text))
    while True:
        try:
            row = next(reader)
            name, category, count, aliases = row[0], int(row[1]), int(row[2]), row[3:4]
        except StopIteration:
            return
        except (ValueError, IndexError, csv.Error):
            number = reader.line_num
            raise InputError(
                f"row {number} is not name, category, count, aliases",
                'such as long_hair,0,4350743,"/lh,longhair"',
            ) from None
        others = (normalize(alias) for alias in "".join(aliases).split(","))
        yield Tag(
            name=normalize(name),
            category=NUMBERS.get(category),
            count=count,
            aliases=tuple(filter(None, others)),
        )
