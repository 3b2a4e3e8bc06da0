"""Read sidecars of any form, and write them.

The forms are recognized by their content, since all of them are called ``.json`` or ``.txt``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from nijigen.core.atomic import write_bytes
from nijigen.core.errors import InputError
from nijigen.core.posts.post import Post
from nijigen.core.posts.sidecars import danbooru, gallery_dl, gelbooru, hydrus, kohya, moebooru
from nijigen.core.strict import read_json

Form = Literal["nijigen", "gallery-dl", "danbooru", "gelbooru", "moebooru", "hydrus", "kohya"]
FORMS: tuple[Form, ...] = get_args(Form)
LARGEST = 16 << 20
"""Bytes that are read; the largest answers of a site, 1000 posts, have 4 million."""
_HINT = "sidecars are JSON of gallery-dl or a booru, and texts of tags: one a line, or with commas"


def sidecars_of(picture: Path) -> list[Path]:
    """Return the sidecars that exist of ``a.png``, such as ``a.png.json`` or ``a.txt``."""
    paths = [picture.with_name(name) for name in names_of_sidecars(picture)]
    return [path for path in paths if path.is_file()]


def names_of_sidecars(picture: Path) -> list[str]:
    """Return the names that sidecars of a picture may have, in order."""
    names = [picture.name, picture.stem]
    return list(dict.fromkeys(name + end for end in (".json", ".txt") for name in names))


def read_sidecar(path: Path) -> Post:
    """Return what a sidecar says of its picture.

    Raises:
        InputError: It cannot be read, or has several posts, or is of no known form.
    """
    posts = read_posts(path)
    if len(posts) != 1:
        raise InputError(f"{path} has {len(posts)} posts, not one", "it is no sidecar")
    return posts[0]


def read_posts(path: Path) -> list[Post]:
    """Return all posts of a sidecar, or of a saved answer of a booru.

    Raises:
        InputError: It cannot be read, or is of no known form.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        return parse_posts(content)
    except InputError as error:
        raise InputError(f"{path}: {error.message}", error.hint) from None


def parse_posts(content: bytes) -> list[Post]:
    """Return the posts of the content of a file; text is one post.

    Raises:
        InputError: It is of no known form.
    """
    if len(content) > LARGEST:
        raise InputError(f"it has more than {LARGEST >> 20} MB", _HINT)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("it is not text in UTF-8", _HINT) from None
    if "\0" in text:
        raise InputError("it is not a text", _HINT)
    if text.lstrip()[:1] not in ("{", "["):
        return [_tags(text)]
    try:
        data = read_json(text)
    except ValueError as error:
        if text.lstrip().startswith("["):
            # A tag may begin so too.
            return [_tags(text)]
        raise InputError(f"it is not valid JSON: {error}", _HINT) from None
    return _posts(data)


def _tags(text: str) -> Post:
    """Read tags, a line each, or with commas if every line has one."""
    lines = [line for line in text.splitlines() if line.strip()]
    return kohya.read(text) if lines and all("," in line for line in lines) else hydrus.read(text)


def as_text(post: Post, form: Form) -> str:
    """Return a post as the content of a sidecar.

    Raises:
        InputError: A caption cannot hold one of its tags.
    """
    if form == "hydrus":
        return hydrus.write(post)
    if form == "kohya":
        return kohya.write(post)
    if form == "nijigen":
        data = {"tags": post.tags} | post.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    writers = {
        "gallery-dl": gallery_dl.write,
        "danbooru": danbooru.write,
        "gelbooru": gelbooru.write,
        "moebooru": moebooru.write,
    }
    return json.dumps(writers[form](post), ensure_ascii=False, indent=2) + "\n"


def write_sidecar(post: Post, path: Path, form: Form) -> None:
    """Write a sidecar; an existing file stays whole until it is replaced.

    Raises:
        InputError: A caption cannot hold one of its tags.
        OutputError: The file cannot be written.
    """
    write_bytes(path, as_text(post, form).encode())


def _posts(data: Any) -> list[Post]:
    if isinstance(data, list):
        return [post for entry in data for post in _posts(entry)]
    if isinstance(data, Mapping):
        if isinstance(data.get("post"), list):
            return _posts(data["post"])
        if isinstance(data.get("posts"), list):
            types = data.get("tags")
            known = types if isinstance(types, Mapping) else None
            return [_post(entry, known) for entry in data["posts"]]
        return [_post(data)]
    raise InputError("it has no posts", _HINT)


def _post(data: Any, types: Mapping[str, Any] | None = None) -> Post:
    """Return one post of any form of JSON."""
    if not isinstance(data, Mapping):
        raise InputError("it has no posts", _HINT)
    if isinstance(data.get("tags"), Mapping):
        return Post.from_json(data)
    if types is not None and moebooru.recognizes(data):
        return moebooru.read(data, types)
    has_tags = isinstance(data.get("tags"), list | str) or "tag_string" in data
    if has_tags or gallery_dl.recognizes(data):
        return gallery_dl.read(data)
    raise InputError("it is not the JSON of a post", _HINT)
