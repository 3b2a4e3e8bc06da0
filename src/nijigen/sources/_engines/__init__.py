"""Reverse search: a file for each engine, which PicImageSearch asks.

It answers an empty list both where nothing is found and where a page has changed, so each file says
how to tell them apart; what cannot be told is *unclear*. Needs the extra ``identify``.
"""

from __future__ import annotations

from typing import Literal, get_args

Engine = Literal[
    "iqdb", "saucenao", "tracemoe", "ascii2d", "animetrace", "ehentai", "tineye", "yandex"
]
ENGINES: tuple[Engine, ...] = get_args(Engine)
USUAL = ENGINES[:5]
"""Those for drawn pictures; the others are asked where somebody names them."""
