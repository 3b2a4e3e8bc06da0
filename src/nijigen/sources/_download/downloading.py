"""Downloading: one search into one folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nijigen.core.errors import LoginRequired, NotFound, RateLimited, SourceError
from nijigen.core.posts.post import Post
from nijigen.core.posts.query import Query
from nijigen.core.run import Run
from nijigen.sources._apis.reading import SitePosts
from nijigen.sources._download.progress import Progress, Search
from nijigen.sources._web.opening import open_client
from nijigen.sources.sites._site import Site

_SAVED = 2.0
"""Seconds between two notes on the disk of what was looked at."""

_MOST_IN_A_ROW = 5
"""So many files in a row that cannot be had mean that something else is wrong."""


@dataclass
class Downloaded:
    """What became of the posts of a run."""

    files: int = 0
    here: int = 0
    """Their files were in the folder already."""
    known: int = 0
    """The library has them."""
    without: int = 0
    """The site gives no file, as of banned posts."""
    failed: dict[int, str] = field(default_factory=dict)
    """Why files could not be had, by the numbers of their posts."""


class Downloader:
    """Downloads the files of a search into a folder.

    Args:
        site: The site.
        query: With all filters; its limit is how many of the newest posts are wanted.
        folder: Where files, sidecars and progress are.
        speed: At most so many bytes a second; 0 is no limit.
        is_known: Whether a post is to be left out, since the user has it already.
    """

    def __init__(
        self,
        site: Site,
        query: Query,
        folder: Path,
        *,
        speed: int,
        is_known: Callable[[Post], bool] = lambda post: False,
    ) -> None:
        self._posts = SitePosts(site)
        self._query = query
        self._wanted = query.limit or 0
        self._folder = folder
        self._speed = speed
        self._is_known = is_known
        self._progress = Progress.read(folder)
        name = f"{site.name} {Query(query.root)}".strip()
        self._search = self._progress.searches.setdefault(name, Search())
        self._saved = time.monotonic()
        self._in_a_row = 0
        self.done = Downloaded()

    @property
    def matching(self) -> int:
        """How many posts of the search were looked at in earlier runs."""
        return self._search.matching

    def run(self, run: Run) -> Downloaded:
        """Download what is missing.

        Raises:
            SourceError: The site did not respond as expected; what has arrived stays.
            OutputError: The folder cannot be written.
            Cancelled: The user asked to stop.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with open_client(self._posts.site, run) as self._client:
            try:
                self._again()
                # First what is newer than all that was looked at, then what lies between the
                # spans, then what is older than all.
                self._part(0, None, self._search.spans[0].high if self._search.spans else -1)
                index = 0
                while index < len(self._search.spans) and self._is_wanting(index):
                    spans = self._search.spans
                    floor = spans[index + 1].high if index + 1 < len(spans) else -1
                    if not self._part(index, spans[index].low, floor):
                        break
                    index += floor < 0
            finally:
                self._progress.write(self._folder)
        return self.done

    def _is_wanting(self, index: int) -> bool:
        """Return whether posts are wanted that are older than a span."""
        return sum(span.matching for span in self._search.spans[: index + 1]) < self._wanted

    def _again(self) -> None:
        """Try the files that failed."""
        for post in list(self._search.failed.values()):
            self._take(post)

    def _part(self, index: int, below: int | None, above: int) -> bool:
        """Look at the posts between two numbers; return whether all were looked at."""
        run = self._client.run
        has_seen = False
        for post, matching in self._posts.looked_at(self._query, self._client, below):
            if post.id is None or post.id <= above:
                break
            if matching:
                self._take(post)
            self._search.add(index, post, matching=matching)
            has_seen = True
            if not self._is_wanting(index):
                return False
            run.progress(min(1.0, self._search.matching / self._wanted))
            if time.monotonic() - self._saved > _SAVED:
                self._progress.write(self._folder)
                self._saved = time.monotonic()
        if has_seen or below is not None:
            self._search.join(index)
        return True

    def _take(self, post: Post) -> None:
        """Fetch the file of a post; what cannot be had is noted, and the rest goes on."""
        from nijigen.sources._download.files import fetch

        if not post.file_url:
            self.done.without += 1
        elif self._is_known(post):
            self.done.known += 1
        else:
            try:
                new = fetch(post, self._folder, self._client, speed=self._speed)
            except (LoginRequired, RateLimited):
                raise
            except (SourceError, NotFound) as error:
                self._search.failed[post.id or 0] = post
                self.done.failed[post.id or 0] = error.message
                self._in_a_row += not isinstance(error, NotFound)
                if self._in_a_row >= _MOST_IN_A_ROW:
                    raise
                return
            self._in_a_row = 0
            self.done.files += new
            self.done.here += not new
        self._search.failed.pop(post.id or 0, None)
