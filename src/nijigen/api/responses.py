"""Files as responses."""

from __future__ import annotations

import re
from urllib.parse import quote

from nijigen.core.picture import FileFormat

MEDIA_TYPES: dict[FileFormat, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
    "apng": "image/apng",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "psd": "image/vnd.adobe.photoshop",
    "ora": "image/openraster",
    "zip": "application/zip",
}
FOR_EVER = "private, max-age=31536000, immutable"
"""What lies under the sha256 of its content never changes."""


def disposition(kind: str, name: str) -> str:
    """Return a Content-Disposition header (RFC 6266) for a file name of any kind."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    if plain == name:
        return f'{kind}; filename="{name}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
