"""Post: what is known about one picture, in the same form for every site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from nijigen.core.document import Document
from nijigen.core.posts.color_names import ColorName
from nijigen.core.posts.file_types import file_type
from nijigen.core.posts.rating import Rating
from nijigen.core.posts.tag import Category, normalize


def _normalized(tags: Mapping[str, Category | None]) -> dict[str, Category | None]:
    return {name: category for tag, category in tags.items() if (name := normalize(tag))}


def _named(tags: Any) -> Any:
    """Accept a list of names, whose categories are not known."""
    return tags if isinstance(tags, Mapping) else dict.fromkeys(tags)


def _in_utc(moment: datetime) -> datetime:
    """Return a time in UTC; one without a zone is in UTC already, as sites mean it."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Time = Annotated[datetime, AfterValidator(_in_utc)]
Count = Annotated[int, Field(ge=0)]
Size = Annotated[int, Field(ge=1)]
Names = Annotated[tuple[str, ...], AfterValidator(lambda names: tuple(map(normalize, names)))]


class Post(Document):
    """A picture of a site or of the library, with its tags.

    What is not known is None or empty; queries treat it as neither matching nor failing.
    """

    nouns: ClassVar[str] = "posts"
    example: ClassVar[str] = 'such as {"id": 1, "tags": {"1girl": "general", "solo": null}}'

    site: str = ""
    """Name of the site, as gallery-dl spells it: ``danbooru``, ``yandere``."""
    id: int | None = None
    tags: Annotated[
        dict[str, Category | None], BeforeValidator(_named), AfterValidator(_normalized)
    ] = Field(default_factory=dict)
    """Categories by name, in the site's order; None where the site does not say."""
    rating: Rating | None = None
    site_rating: str | None = None
    """What the site itself said: one of the ratings, or ``safe``."""
    score: int | None = None
    favcount: Count | None = None
    md5: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    width: Size | None = None
    height: Size | None = None
    filetype: Annotated[str, AfterValidator(file_type)] | None = None
    """Extension without the dot, in lower case; ``jpg`` for JPEG."""
    filesize: Count | None = None
    """In bytes."""
    duration: Annotated[float, Field(ge=0)] | None = None
    """Of an animation or a video, in seconds."""
    created_at: Time | None = None
    updated_at: Time | None = None
    source: str = ""
    """Where the picture came from, mostly an address."""
    file_url: str = ""
    """Address of the file; banned posts have none."""
    parent_id: int | None = None
    has_children: bool = False
    pools: Names = ()
    deleted: bool = False
    faces: Count | None = None
    """Number of faces that were found in it."""
    colors: tuple[ColorName, ...] = ()
    """Its main colors."""
    raw: dict[str, Any] | None = None
    """What the site sent, unchanged."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all tags, in order."""
        return tuple(self.tags)

    def of(self, category: Category) -> tuple[str, ...]:
        """Return the names of the tags of one category, in order."""
        return tuple(name for name, kind in self.tags.items() if kind == category)
