from __future__ import annotations

from pathlib import Path

import pytest

from nijigen.core.errors import InputError, QueryError
from nijigen.library import Library
from nijigen.library.commands.save_search import save_search
from nijigen.library.searches import searches


def test_a_search_is_saved_and_replaced(tmp_path: Path) -> None:
    Library(tmp_path, writing=True).close()
    save_search("My Pairs", "2girls or 1boy_1girl", library=tmp_path)
    assert searches(library=tmp_path) == {"my_pairs": "2girls or 1boy_1girl"}
    again = save_search("my_pairs", "2girls", library=tmp_path)
    assert "which was 2girls or 1boy_1girl" in again.changes[0]
    assert save_search("my_pairs", "2girls", library=tmp_path).changes == ()
    with pytest.raises(QueryError, match="score"):
        save_search("bad", "score:high", library=tmp_path)
    assert searches(library=tmp_path) == {"my_pairs": "2girls"}


def test_a_name_in_another_encoding_is_refused(tmp_path: Path) -> None:
    Library(tmp_path, writing=True).close()
    with pytest.raises(InputError, match="half a character"):
        save_search("caf\udce9", "2girls", library=tmp_path)
    assert searches(library=tmp_path) == {}
