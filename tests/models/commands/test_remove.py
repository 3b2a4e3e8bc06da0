from __future__ import annotations

from nijigen.models.card import load_card, user_folder
from nijigen.models.commands.remove import remove


def test_only_what_the_card_names_is_removed() -> None:
    folder = user_folder() / "waifu2x-cunet"
    folder.mkdir(parents=True)
    parts = load_card("waifu2x-cunet").net().parts.values()
    for part in parts:
        (folder / part.name).write_bytes(b"weights")
    (folder / "notes.txt").write_text("mine")
    plan = remove.plan({"name": "waifu2x-cunet"}, {})
    assert len(plan.changes) == len(parts)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["notes.txt", *(part.name for part in parts)]
    )
    remove("waifu2x-cunet")
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert remove("waifu2x-cunet").changes == ()
