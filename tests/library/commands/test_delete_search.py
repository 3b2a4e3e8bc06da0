from __future__ import annotations

from pathlib import Path

import pytest

from nijigen.core.errors import NotFound
from nijigen.library import Library
from nijigen.library.commands.delete_search import delete_search


def test_only_the_named_search_is_deleted(tmp_path: Path) -> None:
    with Library(tmp_path, writing=True) as library:
        library.tags.save("pairs", "2girls")
        library.tags.save("cats", "cat")
        delete_search("Pairs", library=tmp_path)
        assert library.tags.saved() == {"cats": "cat"}
    with pytest.raises(NotFound) as caught:
        delete_search("cat", library=tmp_path)
    assert "cats" in caught.value.hint
