"""The general part of Danbooru, safebooru.donmai.us, with the same numbers of posts."""

from __future__ import annotations

from dataclasses import replace

from nijigen.sources.sites.danbooru import SITE as DANBOORU

SITE = replace(DANBOORU, name="safebooru_donmai", address="https://safebooru.donmai.us")
