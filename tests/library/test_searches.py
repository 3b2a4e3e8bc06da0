from __future__ import annotations

from pathlib import Path

import pytest

from nijigen.core.errors import NotFound
from nijigen.library import Library
from nijigen.library.searches import searches


def test_saved_searches_are_listed_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        searches(library=tmp_path)
    with Library(tmp_path, writing=True) as library:
        library.tags.save("b", "cat")
        library.tags.save("a", "dog")
    assert list(searches(library=tmp_path).items()) == [("a", "dog"), ("b", "cat")]
