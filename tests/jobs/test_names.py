import pytest

from nijigen.jobs.names import LONGEST, apart, file_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a.png", "a.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("a\x00b\nc.png", "abc.png"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ('<a>:"b"|?*.png', "_a___b____.png"),
        ("  .hidden. ", "hidden"),
        ("..", "picture"),
        ("", "picture"),
        (None, "picture"),
        ("CON.png", "_CON.png"),
        ("夏の 絵.png", "夏の 絵.png"),
        ("folder/", "picture"),
    ],
)
def test_a_name_is_one_plain_file_name(given: str | None, name: str) -> None:
    assert file_name(given) == name
    assert file_name(name) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = file_name("絵" * 500 + ".webp")
    assert len(name.encode()) <= LONGEST
    assert name.endswith("絵.webp")


def test_names_stay_distinct() -> None:
    assert apart(["a.png", "A.png", "a.png", "a-2.png", "b"]) == [
        "a.png",
        "A-2.png",
        "a-3.png",
        "a-2-2.png",
        "b",
    ]
