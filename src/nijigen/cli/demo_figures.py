"""The demo's figures: a file, its preview, and the command that makes it."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path


def section(title: str, note: str, figures: Iterable[str]) -> str:
    """Return a part of the page; title and note are HTML."""
    shown = "\n".join(figures)
    return f"""<h2>{title} <small>{note}</small></h2>
<div class="drawn">
{shown}
</div>"""


def figure(file: str, size: tuple[int, int], command: str, *, link: str = "", alt: str = "") -> str:
    """Return a file of the demo with its command.

    Args:
        file: URL relative to the page.
        size: Width and height on the page.
        command: The command line that makes it.
        link: Text of the link to the file; by default its name.
        alt: Alternative text; by default the name.
    """
    name, (width, height) = html.escape(Path(file).name), size
    shown = f'<img src="{file}" alt="{html.escape(alt) or name}" width="{width}" height="{height}">'
    if file.endswith(".psd"):
        # Browsers cannot display it.
        shown = f'<p class="layers" style="width: {width}px">layers for a paint program</p>'
    return (
        f'<figure>{shown}<figcaption><a href="{file}">{html.escape(link) or name}</a>'
        f" <code>{html.escape(command)}</code></figcaption></figure>"
    )
