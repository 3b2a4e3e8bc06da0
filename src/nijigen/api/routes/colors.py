"""Named colors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from nijigen.api.responses import FOR_A_DAY
from nijigen.core.colors import traditional

router = APIRouter(prefix="/api/colors", tags=["colors"])


class NamedColor(BaseModel):
    """A traditional Chinese color."""

    name: str
    pinyin: Annotated[str, Field(description="Without tones")]
    hex: Annotated[str, Field(description="#rrggbb")]


@router.get("")
def list_colors(response: Response) -> list[NamedColor]:
    """List the traditional Chinese colors, from white and yellow through to gray."""
    response.headers["Cache-Control"] = FOR_A_DAY
    return [NamedColor(name=one.name, pinyin=one.pinyin, hex=one.color) for one in traditional()]
