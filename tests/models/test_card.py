"""Model cards: complete, consistent, found by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from extras import needs_weights
from nijigen.core.errors import ModelError, NotFound
from nijigen.core.home import MARKER
from nijigen.models import card as cards
from nijigen.models import store
from nijigen.models.card import BUNDLED, all_cards, card_names, load_card
from nijigen.models.session import open_session

Make = Callable[..., Path]
REPOSITORY = Path(__file__).parents[2]
NAMES = [path.parent.name for path in sorted(BUNDLED.glob("*/card.toml"))]
CARRIED = [name for name in NAMES if load_card(name).package]
"""Models whose weights are in packages of a registry."""
ENLARGING = [name for name in CARRIED if load_card(name).task == "upscale"]
CONVERTED = [
    (name, key) for name in CARRIED for key, net in load_card(name).files.items() if net.graph
]
OURS = [name for name in NAMES if name not in CARRIED]


def test_the_cards_of_the_three_packages() -> None:
    assert ENLARGING == [
        "real-cugan-pro",
        "real-cugan-se",
        "real-esrgan-animevideo-v3",
        "real-esrgan-x4plus",
        "real-esrgan-x4plus-anime",
        "waifu2x-cunet",
        "waifu2x-upconv-7-art",
        "waifu2x-upconv-7-photo",
    ]
    assert sum(len(load_card(name).files) for name in ENLARGING) == 19 + 17 + 5


@pytest.mark.parametrize("name", NAMES)
def test_card_is_complete(name: str) -> None:
    card = load_card(name)
    assert card.name == name
    assert card.summary[0].isupper()
    assert len(card.summary) <= 72
    assert all(len(limit) > 20 for limit in card.limits)
    text = (BUNDLED / name / "card.toml").read_text(encoding="utf-8")
    assert not re.search(r"https?:|www\.|\.(com|org|net|io)\b", text), "no network addresses"
    if card.failures:
        assert (REPOSITORY / card.failures).is_file(), "the page of failures is there"


@pytest.mark.parametrize("name", ENLARGING)
def test_geometry_of_every_scale_is_stated(name: str) -> None:
    card = load_card(name)
    for key, net in card.files.items():
        assert key.endswith(f"scale{net.scale}x")
        assert f"{net.scale}x" in card.shapes
        geometry = card.geometry(key)
        assert geometry.scale == net.scale
        assert geometry.border > 0


@pytest.mark.parametrize("name", OURS)
def test_own_model_is_bundled_and_small(name: str) -> None:
    card = load_card(name)
    assert card.training
    assert card.precision == "float32"
    (state,) = store.verify(name)
    assert (state.state, state.origin) == ("ok", "bundled")
    assert state.path
    assert state.path.stat().st_size <= 16e6


@pytest.mark.parametrize("name", CARRIED)
def test_hashes_are_those_of_the_package(name: str) -> None:
    needs_weights(name)
    states = store.verify(name)
    assert {state.state for state in states} == {"ok"}
    assert {state.origin for state in states} <= {"package", "user"}


@pytest.mark.parametrize(("name", "key"), CONVERTED)
def test_what_is_converted_is_what_the_card_states(name: str, key: str) -> None:
    """Also the graph's hash, which is checked whenever something is converted."""
    needs_weights(name)
    net = load_card(name).net(key)
    opened = open_session(name, key)
    for ports, stated in ((opened.inputs, net.inputs), (opened.outputs, net.outputs)):
        assert [port.name for port in ports] == list(stated)
        for port in ports:
            sides = stated[port.name].shape
            assert port.shape == tuple(side if isinstance(side, int) else None for side in sides)


@pytest.mark.parametrize("name", [name for name in NAMES if load_card(name).format != "ncnn"])
def test_what_is_fixed_is_declared(name: str) -> None:
    """A network without stated inputs takes any number of pictures of any size."""
    needs_weights(name)
    for key, net in load_card(name).files.items():
        found = {port.name: port.shape for port in open_session(name, key).inputs}
        stated = {
            name: tuple(side if isinstance(side, int) else None for side in port.shape)
            for name, port in net.inputs.items()
        }
        assert found == stated or (not stated and list(found.values()) == [(None, 3, None, None)])


def test_unknown_model_names_the_nearest() -> None:
    with pytest.raises(NotFound, match="waifu2x-cunett") as caught:
        load_card("waifu2x-cunett")
    assert "waifu2x-cunet" in caught.value.hint
    with pytest.raises(NotFound) as caught:
        load_card("waifu2x-cunet").net("noise1_scale2")
    assert "noise1_scale2x" in caught.value.hint


@pytest.mark.parametrize("name", ["..", "../waifu2x-cunet", "", "waifu2x-cunet/"])
def test_name_is_no_path(name: str) -> None:
    with pytest.raises(NotFound):
        load_card(name)


def test_users_own_model(make_model: Make, onnx_net: Callable[..., bytes]) -> None:
    make_model("mine", {"onnx": onnx_net()})
    assert "mine" in card_names()
    assert load_card("mine").package is None
    assert [card.name for card in all_cards()] == card_names()


def test_users_card_goes_first(make_model: Make, onnx_net: Callable[..., bytes]) -> None:
    make_model("waifu2x-cunet", {"onnx": onnx_net()})
    assert load_card("waifu2x-cunet").summary == "A network for tests"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('licence = "Apache-2.0"', "", "licence"),
        ('limits = ["Does nothing useful"]', "limits = []", "limits"),
        ('default = "main"', 'default = "other"', "default 'other'"),
        ("sha256 = ", "sha255 = ", "sha25"),
        ('name = "mine"', 'name = "yours"', "folder has another name"),
        ('name = "mine"', "name = ", "cannot be read"),
        ('member = "net.onnx"', 'member = "../net.onnx"', "not a path in"),
        ('member = "net.onnx"', 'member = "/etc/net.onnx"', "not a path in"),
        ('format = "onnx"', 'format = "ncnn"', "param and bin"),
        ('task = "upscale"', 'task = "upscale"\nwheel = "thing>=1"', "wheel"),
        ('task = "upscale"', 'task = "upscale"\nnpm = "thing@1"', "npm"),
        ('task = "upscale"', 'task = "upscale"\nwheel = "a==1"\nnpm = "b==1"', "not in both"),
        ('task = "upscale"', 'task = "upscale"\narchitecture = "mine"', "efficientnet-lite0"),
        (
            'task = "upscale"',
            'task = "upscale"\narchitecture = "efficientnet-lite0"',
            "needs an architecture, and no other format",
        ),
        ('format = "onnx"', 'format = "tflite"', "needs sources"),
        (
            "[files.main]",
            "[files.main]\ninputs.x = { shape = [1], value_scale = 2.0 }",
            "only be rearranged if the graph has a hash",
        ),
        (
            "[files.main]",
            f'[files.main]\ngraph = "{"0" * 64}"\noutputs.x = {{ shape = [1], value_offset = 1 }}',
            "only inputs are scaled",
        ),
        ('format = "onnx"', 'format = "torch"', "needs an architecture"),
        ('task = "upscale"', 'task = "upscale"\nmystery = 1', "mystery"),
        ('task = "upscale"', 'task = "upscale"\nprecision = "bfloat16"', "precision"),
        ('task = "upscale"', 'task = "upscale"\ntraining.recipe = "a/b"', "training.device"),
    ],
)
def test_wrong_card_is_one_clear_error(
    old: str, new: str, complaint: str, make_model: Make, onnx_net: Callable[..., bytes]
) -> None:
    path = make_model("mine", {"onnx": onnx_net()}) / "card.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(ModelError, match=complaint) as caught:
        load_card("mine")
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_two_files_of_one_name(make_model: Make, onnx_net: Callable[..., bytes]) -> None:
    path = make_model("mine", {"onnx": onnx_net()}) / "card.toml"
    other = f'\n[files.other.onnx]\nmember = "b/net.onnx"\nsha256 = "{"0" * 64}"\n'
    path.write_text(path.read_text() + other)
    with pytest.raises(ModelError, match="two files are named"):
        load_card("mine")


def test_user_folder_without_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NIJIGEN_MODELS")
    monkeypatch.setenv("NIJIGEN_HOME", str(tmp_path / "home"))
    assert cards.user_folder() == tmp_path / "home/models"
    assert not (tmp_path / "home").exists()
    assert (cards.user_folder(writing=True) / MARKER).is_file()


@pytest.mark.parametrize("name", card_names())
def test_a_card_that_names_a_package_says_its_size(name: str) -> None:
    card = load_card(name)
    assert (card.package is None) == (card.package_bytes is None)
    assert bool(card.download_size) == (card.package is not None)
