"""The command line, from a run to a bundled model."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nijigen.core.errors import InputError, NotFound
from nijigen_training.cli import cli
from nijigen_training.recipe import ROOT, load_recipe, recipe_names

TOY = Path(__file__).parent / "toy"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=False)


def test_from_a_run_to_a_model(tmp_path: Path) -> None:
    run, out = tmp_path / "run", tmp_path / "toy"
    options = ("--device", "cpu", "--threads", 1, "--workers", 0, "--out", run)
    result = call("run", TOY, "--steps", 6, *options)
    assert result.exit_code == 0, result.output
    assert "100 %" in result.output
    result = call("run", TOY, "--steps", 8, *options)
    assert "from step 6" in result.output
    result = call("evaluate", TOY, "--device", "cpu", "--threads", 1, "--out", run)
    assert "step 8" in result.output
    assert "error " in result.output
    result = call("export", TOY, "--run", run, "--out", out, "--threads", 1)
    assert "0.01 MB" in result.output
    assert sorted(path.name for path in out.iterdir()) == ["card.toml", "model.onnx"]


def test_dry(tmp_path: Path) -> None:
    result = call("dry", TOY, "--device", "cpu", "--threads", 1, "--workers", 0)
    assert result.exit_code == 0
    assert "differs from torch by" in result.output


def test_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call("pack", TOY, "-o", tmp_path / "packed")
    assert "1 files, 0.0 MiB" in result.output
    with pytest.raises(InputError, match="not an empty folder"):
        call("pack", TOY, "-o", tmp_path / "packed")
    monkeypatch.setattr("nijigen_training.cli.PACK_LIMIT_MB", 0)
    with pytest.raises(InputError, match="the limit is"):
        call("pack", TOY, "-o", tmp_path / "another")


@pytest.mark.parametrize("length", [(), ("--steps", 1, "--hours", 1)])
def test_one_length(length: tuple[object, ...]) -> None:
    result = call("run", TOY, *length)
    assert result.exit_code == 2
    assert "either --hours or --steps" in result.output


def test_every_recipe_is_listed_by_rank() -> None:
    result = call("list")
    assert result.exit_code == 0
    listed = [line.split()[0] for line in result.output.splitlines()]
    assert listed == recipe_names()
    ranks = [load_recipe(name).rank for name in listed]
    assert ranks == sorted(ranks)
    assert len(listed) == len(list(ROOT.rglob("recipe.toml")))


def test_readme_ends_with_the_ranking() -> None:
    readme = (TOY.parents[1] / "README.md").read_text(encoding="utf-8")
    assert readme.endswith("\n\n" + call("list", "--table").output), (
        "put the output of `nijigen-training list --table` at the end of training/README.md"
    )


@pytest.mark.parametrize("name", ["faces/detekt", "", "/", ".."])
def test_unknown_model(name: str) -> None:
    with pytest.raises(NotFound, match="there is no recipe"):
        load_recipe(name)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("batch = 8", "batch = 0", "training.batch"),
        ("[cuda]\nbatch = 16", "[cuda]\nbatches = 16", "batches"),
        ('best = "error"', "", "best"),
        ("[net]", "[net", "cannot be read"),
    ],
)
def test_wrong_recipe(old: str, new: str, complaint: str, tmp_path: Path) -> None:
    text = (TOY / "recipe.toml").read_text()
    assert old in text
    (tmp_path / "recipe.toml").write_text(text.replace(old, new))
    with pytest.raises(InputError, match=complaint) as caught:
        load_recipe(str(tmp_path))
    assert "\n" not in caught.value.message
