"""Sources: searches of sites and dumps with previews, for the studio; all else are operations."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from nijigen.api.found_posts import FoundPost
from nijigen.api.request_body import CONFIRMATION, RequestBody
from nijigen.api.routes.library import LONGEST_QUERY
from nijigen.api.services import Served, Services
from nijigen.core import registry
from nijigen.core.posts.rating import Rating
from nijigen.core.run import Run
from nijigen.jobs.stores.records import StoredPicture

router = APIRouter(prefix="/api/sources", tags=["sources"])
OPERATION = "sources.posts"
MOST_POSTS = 200
FOR_AN_HOUR = "private, max-age=3600"
"""A key is never given to another post."""


class SearchRequest(RequestBody):
    """A search; it needs the permission that ``sources.posts`` with these inputs needs."""

    source: str = Field(max_length=1000, description="As for sources.posts")
    query: str = Field("", max_length=LONGEST_QUERY)
    count: Annotated[int, Field(ge=1, le=MOST_POSTS)] = 60
    before: Annotated[int, Field(ge=0, description="Only posts with a lower number")] = 0
    rating: Rating = "general"
    confirmation: str | None = Field(None, max_length=100, description=CONFIRMATION)


class FoundEntry(BaseModel):
    """A post."""

    key: str = Field(description="Names it in other requests, until the server ends")
    page: str = Field(description="Its page at the site, or nothing")
    preview: bool = Field(description="Whether there is a small picture of it")
    file: bool = Field(description="Whether its file can be had")
    known: bool = Field(description="Whether the library has its file")
    post: dict[str, Any] = Field(description="What the site says, as in JSON lines")


class FoundList(BaseModel):
    """What a search found."""

    posts: list[FoundEntry]
    more: bool = Field(description="Whether there may be more, with lower numbers")
    notes: list[str]


@router.post("/search")
async def search_source(asked: SearchRequest, request: Request, services: Served) -> FoundList:
    """Search a site or a dump; the pictures are named by keys."""
    operation = registry.get(OPERATION)
    inputs = {"source": asked.source, "query": asked.query}
    settings = {"count": asked.count, "before": asked.before, "rating": asked.rating}
    services.permissions.check(request, operation, inputs, settings, asked.confirmation)
    found = services.finder.find(operation, inputs)

    def search(run: Run) -> FoundList:
        from nijigen.sources import read

        given = services.read(operation, found, run)
        posts = list(
            read(
                given["source"],
                given["query"],
                count=asked.count,
                before=asked.before,
                rating=asked.rating,
                run=run,
            )
        )
        kept = services.found.keep(given["source"], posts)
        return FoundList(
            posts=[_entry(key, one, services) for key, one in kept.items()],
            more=len(posts) == asked.count,
            notes=[note.text for note in run.notes],
        )

    return await services.waited_for(services.sites, search, request)


@router.get("/previews/{key}")
async def show_preview(key: str, services: Served) -> Response:
    """Return a WebP of a post with a longer side of at most 320 pixels."""
    content = await services.with_files(lambda: services.found.preview(key))
    return Response(content, media_type="image/webp", headers={"Cache-Control": FOR_AN_HOUR})


@router.post(
    "/posts/{key}/copy",
    status_code=201,
    responses={200: {"model": StoredPicture, "description": "It was there already"}},
)
async def copy_post(key: str, services: Served, response: Response) -> StoredPicture:
    """Copy the picture of a post to the studio's own pictures, to work on it."""
    picture, new = await services.with_files(lambda: services.found.copy(key))
    response.status_code = 201 if new else 200
    return picture


def _entry(key: str, found: FoundPost, services: Services) -> FoundEntry:
    post, page = found.post, ""
    if not found.is_local and post.id is not None:
        from nijigen.sources.sites._opening import find_booru

        page = find_booru(found.source).page(post.id)
    preview = found.has_preview
    library = services.library.known()
    known = library is not None and bool(post.md5 and library.tags.find(f"md5:{post.md5}", limit=1))
    return FoundEntry(
        key=key,
        page=page,
        preview=preview,
        file=preview if found.is_local else bool(post.file_url),
        known=known,
        post=post.model_dump(mode="json", exclude_defaults=True, exclude={"raw"}),
    )
