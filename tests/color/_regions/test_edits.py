"""Regions opened, closed, split and merged by a person."""

from __future__ import annotations

from color.drawn import boxes, middle
from nijigen.color._regions.edits import edited
from nijigen.color._regions.regions import regions_of
from nijigen.imaging.line_art.ink import line_art


def places(count: int = 3) -> list[tuple[float, float]]:
    return [(at["x"], at["y"]) for at in map(middle, range(count))]


def test_edits() -> None:
    art = line_art(boxes(3, hole=8))
    first, second, third = places()
    base = regions_of(art, gap=12)
    assert base.count == 4
    merged = edited(base, merge=[[first, second]])
    assert merged.count == 3
    assert merged.at(*first) == merged.at(*second)
    opened = edited(base, open=[(60.5, 40.5)])
    assert opened.count == 3
    assert opened.at(*first) == opened.at(*second) != opened.at(*third)
    assert sum(gap.closed for gap in opened.gaps) == sum(gap.closed for gap in base.gaps) - 1
    shut = edited(regions_of(art, gap=0), close=[[(60, 35), (60, 46)], [(100, 35), (100, 46)]])
    assert shut.count == 4
    split = edited(base, split=[[(40, 35), (40, 45)]])
    assert split.count == 5
    assert split.at(30, 40) != split.at(50, 40)
    assert (base.labels == regions_of(art, gap=12).labels).all()


def test_edits_that_hit_nothing_change_nothing() -> None:
    art = line_art(boxes(3))
    base = regions_of(art)
    odd = edited(
        base,
        close=[[(1, 1), (1, 1)], [(500, 500), (900, 900)]],
        open=[(-50, 9)],
        split=[[]],
        merge=[[(3, 3)]],
    )
    assert (odd.labels == base.labels).all()
