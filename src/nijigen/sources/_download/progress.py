"""What a folder has of each search: spans of numbers that were looked at, and files that failed.

A search goes from the newest post to older ones. After an interruption, and when new posts have
appeared, only what lies between the spans is asked for again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from nijigen.core.atomic import write_bytes
from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.strict import read_json

NAME = ".nijigen-download.json"


class Span(BaseModel):
    """Numbers from ``low`` to ``high``, both looked at, and how many of them matched."""

    low: Annotated[int, Field(ge=0)]
    high: Annotated[int, Field(ge=0)]
    matching: Annotated[int, Field(ge=0)]


class Search(BaseModel):
    """One search in one site."""

    spans: list[Span] = Field(default_factory=list)
    """From the newest on; they do not touch."""
    failed: dict[int, Post] = Field(default_factory=dict)
    """Posts whose files could not be had, by number."""

    def add(self, index: int, post: Post, *, matching: bool) -> None:
        """Note that a post was looked at.

        Args:
            index: Of the span that grows downwards, or where a new one begins.
            post: Has a number below those of the span.
            matching: Whether it is what the search asks for.
        """
        number = post.id or 0
        grows = index < len(self.spans) and self.spans[index].low > number
        if not grows:
            self.spans.insert(index, Span(low=number, high=number, matching=int(matching)))
            return
        span = self.spans[index]
        span.low = number
        span.matching += matching

    def join(self, index: int) -> None:
        """Join a span with the next one, since nothing lies between them any more."""
        if index + 1 < len(self.spans):
            lower = self.spans.pop(index + 1)
            span = self.spans[index]
            span.low, span.matching = lower.low, span.matching + lower.matching

    @property
    def matching(self) -> int:
        """How many posts matched so far."""
        return sum(span.matching for span in self.spans)


class Progress(BaseModel):
    """All searches of a folder, by site and query."""

    version: Annotated[int, Field(ge=1, le=1)] = 1
    searches: dict[str, Search] = Field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Progress:
        """Read what a folder has; nothing if it is new.

        Raises:
            InputError: The file is damaged, or from a newer version of Nijigen.
        """
        path = folder / NAME
        try:
            return cls.model_validate(read_json(path.read_bytes()))
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
        except (ValidationError, ValueError):
            raise InputError(
                f"{path} is damaged, or was made by a newer Nijigen",
                "remove it: files that are there are not fetched again",
            ) from None

    def write(self, folder: Path) -> None:
        """Write it; the old file stays whole until then.

        Raises:
            OutputError: It cannot be written.
        """
        data = self.model_dump(mode="json", exclude_defaults=True) | {"version": self.version}
        write_bytes(folder / NAME, json.dumps(data, ensure_ascii=False).encode())
