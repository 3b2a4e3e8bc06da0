"""Tags: which tags the library has, and what a part of a name may become."""

from __future__ import annotations

from typing import Annotated, Any

from nijigen.core.operation import Setting, operation
from nijigen.core.values import FolderPath
from nijigen.library._library import Library


@operation(alpha="own", version=1)
def tags(
    *,
    text: str = "",
    count: Annotated[int, Setting(ge=1, le=1000)] = 50,
    library: FolderPath | None = None,
) -> list[dict[str, Any]]:
    """List the tags of the library, the most used first.

    Args:
        text: Only those whose name or alias contains this; tags of the vocabulary are then listed
            too, after those of the library.
        count: At most so many.
        library: Folder of the library; by default the one in the home.

    Returns:
        Name, category, number of pictures, and the alias that was found.

    Raises:
        NotFound: There is no library yet.

    Example:
        >>> from nijigen.core.errors import NotFound
        >>> from nijigen.library.tags import tags
        >>> try:
        ...     tags(text="hair")
        ... except NotFound as error:
        ...     print(error.hint)
        add pictures: nijigen library add FOLDER
    """
    with Library(library) as known:
        found = known.tags.complete(text, count) if text.strip() else known.tags.most_used(count)
    return [
        {
            "name": one.tag.name,
            "category": one.tag.category,
            "pictures": one.tag.count,
            "alias": one.alias,
        }
        for one in found
    ]
