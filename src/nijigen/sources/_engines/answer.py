"""What engines answer, in one form."""

from __future__ import annotations

from typing import ClassVar, Literal

from nijigen.core.document import Document, Value

State = Literal["found", "nothing", "unclear", "failed"]


class Character(Value):
    """Who was recognized."""

    name: str
    work: str
    box: tuple[float, float, float, float] | None = None
    """Left, top, right, bottom, in shares of the picture."""


class Match(Value):
    """A page on which the picture, or one like it, is."""

    url: str
    site: str = ""
    """Name of the site, if it is known here."""
    id: str = ""
    """Number of the post there."""
    title: str = ""
    author: str = ""
    thumbnail: str = ""
    episode: str = ""
    seconds: tuple[float, float] | None = None
    """Of a video: from when to when."""
    engines: dict[str, float | None]
    """Similarity in percent by engine; None where one does not say."""

    @property
    def similarity(self) -> float:
        """The highest one; -1 if no engine says."""
        return max((one for one in self.engines.values() if one is not None), default=-1.0)


class Reply(Value):
    """What became of one engine."""

    engine: str
    state: State
    """``unclear``: an empty answer of an engine whose page may have changed."""
    count: int = 0
    """How many matches or characters it named."""
    quota: int | None = None
    """Questions left today, if it says."""
    why: str = ""
    """Of a failure."""


class Answers(Document):
    """The answers of all engines together."""

    nouns: ClassVar[str] = "answers"
    example: ClassVar[str] = '{"matches": [], "characters": [], "replies": []}'

    matches: tuple[Match, ...]
    """The most similar first; those without a similarity last."""
    characters: tuple[Character, ...]
    replies: tuple[Reply, ...]
