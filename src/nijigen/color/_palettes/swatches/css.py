"""CSS: colors as custom properties."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nijigen.color._palettes.swatches.swatch import Swatch
from nijigen.core.colors import hex_of

_PROPERTY = re.compile(r"--([\w-]+)\s*:\s*([^;{}]+)")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)


def accepts(content: bytes) -> bool:
    """Return whether the content has a custom property."""
    return _PROPERTY.search(content.decode("utf-8", "replace")) is not None


def read(content: bytes) -> tuple[Swatch, ...]:
    """Return the custom properties that are colors."""
    swatches = []
    text = _COMMENT.sub("", content.decode("utf-8", "replace"))
    for name, value in _PROPERTY.findall(text):
        try:
            swatches.append(Swatch(name, hex_of(value)))
        except ValueError:
            # Sizes and fonts are custom properties as well.
            continue
    return tuple(swatches)


def write(title: str, swatches: Sequence[Swatch]) -> bytes:
    """Return the bytes of a style sheet."""
    used: Counter[str] = Counter()
    lines = [f"/* {' '.join(title.replace('*/', '').split())} */", ":root {"]
    for swatch in swatches:
        name = "-".join(re.findall(r"[a-z0-9]+", swatch.name.lower())) or "color"
        used[name] += 1
        number = f"-{used[name]}" if used[name] > 1 else ""
        lines.append(f"  --{name}{number}: {swatch.color};")
    return "".join(line + "\n" for line in [*lines, "}"]).encode()
