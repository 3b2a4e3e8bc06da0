"""Library: what the search field needs while somebody types; all else are operations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from nijigen.api.services import Served
from nijigen.core.posts.query.completing import suggestions
from nijigen.core.posts.tag import Category
from nijigen.core.posts.vocabulary import Vocabulary

router = APIRouter(prefix="/api/library", tags=["library"])
LONGEST_QUERY = 2000


class SuggestionEntry(BaseModel):
    """What can stand in place of the characters from ``start`` to ``end`` of the query."""

    text: str
    start: int
    end: int
    category: Category | None = Field(None, description="Of a tag, like those below")
    count: int | None = Field(None, description="How many pictures of the library have it")
    alias: str | None = Field(None, description="The other name that was typed")


@router.get("/suggestions")
def suggest(
    services: Served,
    query: Annotated[str, Query(max_length=LONGEST_QUERY, description="As typed so far")],
    cursor: Annotated[int | None, Query(ge=0, description="By default at its end")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[SuggestionEntry]:
    """Complete the word before the cursor: tags of the library, metatags, values, saved searches.

    Without a library in the home there are no tags.
    """
    known = services.library.known()
    if known is None:
        at = len(query) if cursor is None else min(cursor, len(query))
        found = suggestions(query, at, Vocabulary(), limit)
    else:
        found = known.tags.suggest(query, cursor, limit)
    return [SuggestionEntry.model_validate(one, from_attributes=True) for one in found]
