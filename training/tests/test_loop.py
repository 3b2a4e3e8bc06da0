"""The loop: exact resume, stopping, bad gradients, what is kept."""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from nijigen.core.errors import InputError, ModelError
from nijigen_training import checkpoint
from nijigen_training.device import Device, choose, shared_out
from nijigen_training.loop import BAD_IN_A_ROW, Budget, Loop
from nijigen_training.recipe import Recipe


def train(
    recipe: Recipe, folder: Path, device: Device, steps: int, *, fresh: bool = False, **keys: Any
) -> Loop:
    loop = Loop(recipe, folder, device, fresh=fresh, say=lambda _: None)
    loop.run(Budget(steps=steps), **keys)
    return loop


def weights(folder: Path) -> dict[str, Any]:
    state = checkpoint.load(folder / checkpoint.CHECKPOINT)
    del state["progress"]
    return state


def same(a: Any, b: Any) -> bool:
    """Whether two nested states are equal to the bit."""
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def stop_after(loop: Loop, steps: int, how: Callable[[], None]) -> None:
    """Let something happen in the middle of a step."""
    step = loop._step

    def counted(*arguments: Any) -> Any:
        if loop.progress.steps == steps - 1:
            how()
        return step(*arguments)

    loop._step = counted  # type: ignore[method-assign]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_resumed_run_is_the_same_to_the_bit(
    number: signal.Signals, recipe: Recipe, device: Device, tmp_path: Path
) -> None:
    train(recipe, tmp_path / "whole", device, 10)
    first = Loop(recipe, tmp_path / "parts", device, fresh=False, say=lambda _: None)
    stop_after(first, 5, lambda: os.kill(os.getpid(), number))
    before = signal.getsignal(number)
    assert not first.run(Budget(steps=10)), "it was stopped"
    assert signal.getsignal(number) is before
    assert first.progress.steps == 5
    assert not (tmp_path / "parts" / checkpoint.BEST).exists(), "nothing is measured in a hurry"
    second = Loop(recipe, tmp_path / "parts", device, fresh=False, say=lambda _: None)
    assert second.progress.pictures == 5 * recipe.training.batch
    assert second.run(Budget(steps=10))
    assert same(weights(tmp_path / "whole"), weights(tmp_path / "parts"))
    best = [checkpoint.load(tmp_path / name / checkpoint.BEST) for name in ("whole", "parts")]
    assert same(best[0]["network"], best[1]["network"])
    assert best[0]["figures"] == best[1]["figures"]


def test_worker_processes_give_the_same(recipe: Recipe, device: Device, tmp_path: Path) -> None:
    train(recipe, tmp_path / "without", device, 3, evaluate=False)
    loop = Loop(
        recipe, tmp_path / "with", replace(device, workers=1), fresh=False, say=lambda _: None
    )

    def signal_workers() -> None:
        workers = multiprocessing.active_children()
        assert workers
        for worker in workers:
            assert worker.pid
            # As `timeout` and Ctrl-C do, which reach the whole group.
            os.kill(worker.pid, signal.SIGTERM)
            os.kill(worker.pid, signal.SIGINT)
        time.sleep(0.1)

    stop_after(loop, 2, signal_workers)
    assert loop.run(Budget(steps=3), evaluate=False)
    assert same(weights(tmp_path / "without"), weights(tmp_path / "with"))


def test_it_learns_and_keeps_the_best(recipe: Recipe, device: Device, tmp_path: Path) -> None:
    loop = train(recipe, tmp_path, device, 60)
    best = checkpoint.load(tmp_path / checkpoint.BEST)
    assert best["figures"]["error"] < 0.2, "chance is 0.94"
    assert best["steps"] == 60
    with (tmp_path / "curve.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["error"]) for row in rows if row["error"]] == [
        pytest.approx(best["figures"]["error"])
    ]
    with Image.open(tmp_path / "curve.png") as picture:
        assert picture.size == (1000, 660)
    assert "(best so far)" in (tmp_path / "log.txt").read_text()
    # A worse figure later leaves the best weights alone.
    loop.task.evaluate = lambda _: {"error": 1.0}  # type: ignore[method-assign]
    loop.run(Budget(steps=61))
    assert same(best, checkpoint.load(tmp_path / checkpoint.BEST))
    assert loop.progress.best == best["figures"]["error"]


def test_evaluation_does_not_change_the_course(
    recipe: Recipe, device: Device, tmp_path: Path
) -> None:
    often = recipe.model_copy(
        update={"training": recipe.training.model_copy(update={"evaluate_minutes": 1e-9})}
    )
    loop = Loop(often, tmp_path / "often", device, fresh=False, say=lambda _: None)
    loop.task.evaluate = lambda _: {"error": torch.rand(1).item()}  # type: ignore[method-assign]
    loop.run(Budget(steps=4))
    assert sum("error" in row for row in loop.progress.rows) == 4
    train(recipe, tmp_path / "never", device, 4, evaluate=False)
    assert same(weights(tmp_path / "often"), weights(tmp_path / "never"))


def test_budget_of_time(recipe: Recipe, device: Device, tmp_path: Path) -> None:
    loop = Loop(recipe, tmp_path, device, fresh=False, say=lambda _: None)
    assert loop.run(Budget(seconds=0.5), evaluate=False)
    steps = loop.progress.steps
    assert loop.progress.seconds >= 0.5
    again = Loop(recipe, tmp_path, device, fresh=False, say=lambda _: None)
    assert again.run(Budget(seconds=0.5), evaluate=False)
    assert again.progress.steps == steps, "the length counts from the beginning"
    fresh = train(recipe, tmp_path, device, 1, fresh=True, evaluate=False)
    assert fresh.progress.steps == 1


def test_beginning_with_the_weights_of_another_run(
    recipe: Recipe, device: Device, tmp_path: Path
) -> None:
    before = train(recipe, tmp_path / "before", device, 5)
    best = checkpoint.load(tmp_path / "before" / checkpoint.BEST)
    loop = Loop(
        recipe, tmp_path, device, fresh=False, begin=tmp_path / "before", say=lambda _: None
    )
    assert same(dict(loop.network.state_dict()), best["network"])
    assert same(dict(loop.average.network.state_dict()), best["network"])
    assert (loop.progress.steps, loop.progress.pictures) == (0, best["pictures"])
    assert before.progress.pictures == best["pictures"] > 0
    with pytest.raises(InputError, match="there is no"):
        Loop(recipe, tmp_path / "new", device, fresh=False, begin=tmp_path / "none")


def test_learning_rate(recipe: Recipe, device: Device, tmp_path: Path) -> None:
    loop = Loop(recipe, tmp_path, device, fresh=False, say=lambda _: None)
    settings = recipe.training
    assert loop._rate(0) == pytest.approx(settings.learning_rate * 8 / 40)
    loop.progress.pictures = 10_000
    assert loop._rate(0) == pytest.approx(settings.learning_rate)
    assert loop._rate(1) == pytest.approx(settings.learning_rate * settings.final_rate)
    rates = [loop._rate(share / 20) for share in range(21)]
    assert rates == sorted(rates, reverse=True)


def test_bad_gradient_is_thrown_away(recipe: Recipe, device: Device, tmp_path: Path) -> None:
    loop = Loop(recipe, tmp_path, device, fresh=False, say=lambda _: None)
    loss, calls = loop.task.loss, 0

    def spoiled(network: torch.nn.Module, batch: dict[str, torch.Tensor]) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            batch["picture"] = batch["picture"] * float("nan")
        return loss(network, batch)

    loop.task.loss = spoiled  # type: ignore[method-assign]
    loop.run(Budget(steps=4), evaluate=False)
    assert loop.progress.skipped == 1
    for state in (loop.network.state_dict(), loop.average.network.state_dict()):
        assert all(torch.isfinite(value).all() for value in state.values())
    assert "1 skipped" in (tmp_path / "log.txt").read_text()


def test_it_gives_up_where_nothing_is_finite(
    recipe: Recipe, device: Device, tmp_path: Path
) -> None:
    loop = Loop(recipe, tmp_path, device, fresh=False, say=lambda _: None)
    loop.task.loss = lambda network, batch: {  # type: ignore[method-assign]
        "loss": network(batch["picture"]).sum() * float("inf")
    }
    with pytest.raises(ModelError, match=f"in {BAD_IN_A_ROW} steps"):
        loop.run(Budget(steps=100))
    assert loop.progress.steps == BAD_IN_A_ROW


def test_average_follows(recipe: Recipe, device: Device, tmp_path: Path) -> None:
    loop = train(recipe, tmp_path, device, 5, evaluate=False)
    mean, own = loop.average.network.state_dict(), loop.network.state_dict()
    assert not same(mean, own)
    for _ in range(400):
        loop.average.update(10_000)
    for name, value in loop.average.network.state_dict().items():
        assert torch.allclose(value, own[name], atol=1e-5)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"nothing", "cannot be read"), (None, "another network")]
)
def test_wrong_checkpoint(
    content: bytes | None, reason: str, recipe: Recipe, device: Device, tmp_path: Path
) -> None:
    path = tmp_path / checkpoint.CHECKPOINT
    if content is None:
        wider = recipe.model_copy(update={"net": {"width": 8}})
        train(wider, tmp_path, device, 1, evaluate=False)
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=reason) as caught:
        Loop(recipe, tmp_path, device, fresh=False)
    assert "\n" not in caught.value.message
    assert "--fresh" in caught.value.hint


def test_figure_that_decides_must_be_there(recipe: Recipe, device: Device, tmp_path: Path) -> None:
    other = recipe.model_copy(update={"best": "f1"})
    loop = Loop(other, tmp_path, device, fresh=False, say=lambda _: None)
    with pytest.raises(InputError, match="'f1'"):
        loop.run(Budget(steps=1))


def test_gpu_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="no GPU"):
        choose("cuda")
    assert choose("auto", threads=1).kind == "cpu"


def test_cores_are_shared_out_by_a_rule() -> None:
    assert [shared_out(cores) for cores in (1, 2, 8)] == [(1, 0), (1, 2), (8, 1)]
    before = torch.get_num_threads()
    chosen = choose("cpu", threads=1, workers=3)
    assert (chosen.threads, chosen.workers) == (1, 3)
    assert chosen.description.startswith("1 thread of ")
    torch.set_num_threads(before)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
def test_the_same_recipe_on_a_gpu(recipe: Recipe, tmp_path: Path) -> None:
    loop = train(recipe, tmp_path, choose("cuda", workers=2), 60)
    assert loop.progress.pictures == 60 * recipe.cuda["batch"]
    assert checkpoint.load(tmp_path / checkpoint.BEST)["figures"]["error"] < 0.2
    # What a GPU has begun a CPU can finish.
    train(recipe, tmp_path, choose("cpu", workers=0), 61)
