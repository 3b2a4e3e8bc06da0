"""Report: the groups of duplicates as a page that needs no other file."""

from __future__ import annotations

import base64
import html
import shlex
from collections.abc import Sequence
from pathlib import Path

from nijigen.library.duplicates.groups import Group
from nijigen.library.files.scanning import name_of
from nijigen.library.store.catalog import Entry
from nijigen.library.store.thumbnails import Thumbnails

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --quiet: #777; --keep: #2a7d46; }
@media (prefers-color-scheme: dark) { :root { --quiet: #aaa; --keep: #6cc28a; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 1240px; padding: 24px; }
h1 { font-size: 22px; margin: 0 0 4px; }
p { margin: 0 0 16px; color: var(--quiet); }
section { border-top: 1px solid var(--line); padding: 20px 0; display: grid; gap: 20px;
  grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); align-items: start; }
figure { margin: 0; min-width: 0; }
.picture { display: grid; place-items: center; height: 260px; background: #8882; }
img { max-width: 100%; max-height: 260px; }
.none { color: var(--quiet); }
figcaption { padding-top: 8px; overflow-wrap: anywhere; }
.what { font-weight: 600; }
.keep .what { color: var(--keep); }
.keep .picture { outline: 3px solid var(--keep); outline-offset: -3px; }
.facts, .path { color: var(--quiet); font-size: 13px; }
summary { cursor: pointer; }
details, code { font-size: 13px; color: var(--quiet); }
code { display: block; font-size: 12px; margin-top: 4px; }
"""

_MOVED = "All but the pictures to keep go to the trash: nijigen library dedupe --undo"


def page(groups: Sequence[Group], thumbnails: Thumbnails, moving: bool = False) -> str:
    """Return the page as HTML.

    Args:
        groups: The duplicates.
        thumbnails: Of the pictures; each is written into the page, 10 KB on average.
        moving: The copies are about to be moved to the trash.
    """
    copies = [copy for group in groups for copy in group.copies]
    others = sum(copy.may_differ for copy in copies)
    freed = sum(copy.entry.content.bytes for copy in copies if not copy.may_differ)
    pictures = sum(any(not copy.may_differ for copy in group.copies) for group in groups)
    summary = (
        f"{len(copies) - others} copies of {pictures} pictures, {_bytes(freed)} in all"
        f"{f', and {others} that may be other drawings' if others else ''}. "
        f"{_MOVED if moving else 'Nothing has been moved.'}"
    )
    body = "".join(_section(group, thumbnails) for group in groups)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Duplicates</title><style>{_STYLE}</style>"
        f"<h1>Duplicates</h1><p>{summary}</p>{body or '<p>No duplicates.</p>'}</html>"
    )


def _section(group: Group, thumbnails: Thumbnails) -> str:
    first = _figure(thumbnails, group.keeper, group.path, "keep", f"keep: {group.reason}", "")
    rest = ""
    for copy in group.copies:
        redrawn = copy.kinds[0] == "variant"
        hidden = ("same artwork", "recompressed") if redrawn else ("same artwork",)
        what = ", ".join(kind for kind in copy.kinds if kind not in hidden)
        if redrawn:
            what += f": {copy.changed:.1%} of the area differs"
        paths = [str(group.path), str(copy.path)]
        command = (
            "" if what == "same file" else shlex.join(["nijigen", "library", "distinct", *paths])
        )
        rest += _figure(thumbnails, copy.entry, copy.path, "", what, command)
    return f"<section>{first}{rest}</section>"


def _figure(
    thumbnails: Thumbnails, entry: Entry, path: Path, kind: str, what: str, command: str
) -> str:
    content = entry.content
    try:
        data = base64.b64encode(thumbnails.path(entry.number).read_bytes()).decode("ascii")
        shown = f'<img alt="" src="data:image/webp;base64,{data}">'
    except OSError:
        shown = '<span class="none">no thumbnail</span>'
    facts = f"{content.width}×{content.height}, {content.format.upper()}, {_bytes(content.bytes)}"
    hint = ""
    if command:
        summary = "<summary>not a duplicate?</summary>"
        hint = f"<details>{summary}<code>{html.escape(command)}</code></details>"
    return (
        f'<figure class="{kind}"><div class="picture">{shown}</div><figcaption>'
        f'<div class="what">{html.escape(what)}</div><div class="facts">{facts}</div>'
        f'<div class="path">{html.escape(name_of(path))}</div>{hint}</figcaption></figure>'
    )


def _bytes(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
