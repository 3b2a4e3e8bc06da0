"""Which post an address leads to, so that answers about the same post become one."""

from __future__ import annotations

import re

from nijigen.sources._engines.answer import Match

_POSTS = (
    ("danbooru", r"danbooru\.donmai\.us/posts?(?:/show)?/(\d+)"),
    ("gelbooru", r"gelbooru\.com/index\.php\?page=post&s=view&id=(\d+)"),
    ("safebooru", r"safebooru\.org/index\.php\?page=post&s=view&id=(\d+)"),
    ("yandere", r"yande\.re/post/show/(\d+)"),
    ("konachan", r"konachan\.(?:com|net)/post/show/(\d+)"),
    ("sakugabooru", r"sakugabooru\.com/post/show/(\d+)"),
    ("behoimi", r"behoimi\.org/post/show/(\d+)"),
    ("sankaku", r"chan\.sankakucomplex\.com/(?:\w+/)?posts?/(?:show/)?(\w+)"),
    ("zerochan", r"zerochan\.net/(\d+)"),
    ("anime-pictures", r"anime-pictures\.net/(?:pictures/view_post|posts)/(\d+)"),
    ("pixiv", r"pixiv\.net/(?:\w+/)?artworks/(\d+)"),
    ("pixiv", r"pixiv\.net/member_illust\.php\?(?:.*&)?illust_id=(\d+)"),
    ("twitter", r"(?:twitter|x)\.com/\w+(?:/\w+)?/status/(\d+)"),
    ("seiga", r"seiga\.nicovideo\.jp/seiga/im(\d+)"),
    ("e-hentai", r"e-hentai\.org/g/(\d+)/"),
    ("getchu", r"getchu\.com/soft\.phtml\?id=(\d+)"),
)
_PATTERNS = [(site, re.compile(rf"^https?://(?:www\.)?{pattern}")) for site, pattern in _POSTS]


def match_of(
    engine: str,
    address: str,
    similarity: float | None,
    *,
    title: str = "",
    author: str = "",
    thumbnail: str = "",
) -> Match:
    """Return a match with the site and number of its post, if they are known."""
    site, number = post_of(address)
    return Match(
        url=address,
        site=site,
        id=number,
        title=title,
        author=author,
        thumbnail=thumbnail,
        engines={engine: similarity},
    )


def post_of(address: str) -> tuple[str, str]:
    """Return the site and number of a post; empty texts if it is not known."""
    for site, pattern in _PATTERNS:
        found = pattern.match(address)
        if found:
            return site, found[1]
    return "", ""


def merged(matches: list[Match]) -> tuple[Match, ...]:
    """Return matches with those of the same post in one, the most similar first."""
    found: dict[tuple[object, ...], Match] = {}
    for match in matches:
        key = (match.site, match.id, match.episode, match.seconds) if match.id else (match.url,)
        known = found.get(key)
        found[key] = match if known is None else _joined(known, match)
    return tuple(sorted(found.values(), key=lambda match: -match.similarity))


def _joined(one: Match, other: Match) -> Match:
    engines = dict(one.engines)
    for name, similarity in other.engines.items():
        known = engines.get(name)
        engines[name] = max(known or 0, similarity) if similarity is not None else known
    texts = {
        name: getattr(one, name) or getattr(other, name)
        for name in ("title", "author", "thumbnail")
    }
    return one.model_copy(update={"engines": engines, **texts})
