"""The training loop: the same for every network, resumable to the bit."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import torch
from torch import Tensor, nn

from nijigen.core.errors import InputError, ModelError
from nijigen_training import checkpoint, curve
from nijigen_training.batches import batches, limit_opencv
from nijigen_training.checkpoint import BEST, CHECKPOINT, Progress
from nijigen_training.device import Device
from nijigen_training.recipe import Recipe, Training
from nijigen_training.restore import measure_norms, restore
from nijigen_training.task import load_task

SAVE_SECONDS = 180.0
LOG_SECONDS = 30.0
BAD_IN_A_ROW = 20
"""Consecutive steps without a finite gradient after which training is aborted."""

Log = Callable[[str], None]


@dataclass(frozen=True)
class Budget:
    """The length of a run, counted from its start; one of the two is given."""

    seconds: float | None = None
    steps: int | None = None

    def share(self, progress: Progress) -> float:
        """Return the fraction that is spent, 0 to 1."""
        if self.steps is not None:
            return min(1.0, progress.steps / self.steps)
        assert self.seconds is not None
        return min(1.0, progress.seconds / self.seconds)


class Average:
    """An exponential moving average of the weights, which is more stable than the weights."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = deepcopy(network).eval().requires_grad_(False)
        self.decay = decay
        pairs = list(
            zip(self.network.state_dict().values(), network.state_dict().values(), strict=True)
        )
        self.counts = [pair for pair in pairs if not pair[0].is_floating_point()]
        self.means = [mean for mean, _ in pairs if mean.is_floating_point()]
        self.values = [value for mean, value in pairs if mean.is_floating_point()]

    @torch.no_grad()
    def update(self, steps: int) -> None:
        """Update the mean; at first it follows faster, because it started from random weights."""
        decay = min(self.decay, (1 + steps) / (10 + steps))
        torch._foreach_lerp_(self.means, self.values, 1 - decay)
        for mean, value in self.counts:
            mean.copy_(value)


class _Stop:
    """Whether the user or the system asked to stop; the current step is finished first."""

    def __enter__(self) -> _Stop:
        self.asked = False
        self.before: dict[int, Any] = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self.before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, _: FrameType | None) -> None:
        # The second request stops immediately.
        signal.signal(number, self.before[number])
        self.asked = True


class Loop:
    """One run of a recipe, in its own folder.

    The folder contains ``checkpoint.pt``, ``best.pt`` (the averaged weights with the best metric),
    ``curve.csv``, ``curve.png`` and ``log.txt``. A run is resumed unless ``fresh``; a new one can
    start from the weights of the bundled model, or from the best of another run's folder, and then
    uses examples that those have not seen.
    """

    def __init__(
        self,
        recipe: Recipe,
        folder: Path,
        device: Device,
        *,
        fresh: bool,
        begin: Path | Literal["bundled"] | None = None,
        say: Log = print,
    ) -> None:
        self.recipe, self.folder, self.device, self.say = recipe, folder, device, say
        self.settings: Training = recipe.on(device.kind)
        self.task = load_task(recipe)
        torch.manual_seed(recipe.seed)
        path = folder / CHECKPOINT
        goes_on = path.is_file() and not fresh
        network, pictures, self.origin = self._begun(None if goes_on else begin)
        # Convolutions are faster with channels last, on both CPU and GPU.
        self.network = network.to(device.torch, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = Average(self.network, self.settings.average)
        self.optimizer = self._optimizer()
        self.progress = Progress(pictures=pictures, first=pictures)
        folder.mkdir(parents=True, exist_ok=True)
        if goes_on:
            self._restore(path)
            self.origin = f"from step {self.progress.steps}"
            if begin is not None:
                self.origin += f" of the run in {folder}; --fresh starts over from {begin}"
        elif fresh:
            for name in (CHECKPOINT, BEST, "log.txt"):
                (folder / name).unlink(missing_ok=True)

    def _begun(self, begin: Path | Literal["bundled"] | None) -> tuple[nn.Module, int, str]:
        """Return the initial network, the number of examples it has seen, and its origin."""
        if begin is None:
            return self.task.network(), 0, "from the beginning"
        if begin == "bundled":
            restored = restore(self.task)
            measure_norms(restored, self.task)
            origin = (
                f"from {self.recipe.model} as it is bundled, after {restored.pictures:,} pictures "
                f"(ONNX Runtime differs by {restored.difference:.1e})"
            )
            return restored.network, restored.pictures, origin
        network, state = checkpoint.load_best(self.task, begin)
        own = self.task.network()
        own.load_state_dict(network.state_dict())
        return own, state["pictures"], f"from {begin}, after {state['pictures']:,} pictures"

    def run(self, budget: Budget, *, evaluate: bool = True) -> bool:
        """Train until the budget is spent or a stop is requested.

        Returns:
            Whether the budget is spent.

        Raises:
            ModelError: Training diverged: the loss is no longer finite.
        """
        progress = self.progress
        limit_opencv()
        self._log(
            f"{self.recipe.name} on {self.device.description}, "
            f"{'bfloat16' if self.device.bfloat16 else 'float32'}, "
            f"examples by {self.device.workers} processes, batch {self.settings.batch}, "
            f"{sum(p.numel() for p in self.network.parameters()):,} weights, " + self.origin
        )
        if budget.share(progress) >= 1:
            self._log("the budget is already spent; give a larger one to continue")
            return True
        self.network.train()
        pace = _Pace(progress)
        saved, bad = time.monotonic(), 0
        with _Stop() as stop:
            for batch in batches(self.recipe, self.device, progress.pictures):
                losses, finite = self._step(batch, self._rate(budget.share(progress)))
                pace.tick(len(batch["picture"]))
                if finite:
                    pace.add(losses)
                bad = 0 if finite else bad + 1
                progress.skipped += not finite
                if bad >= BAD_IN_A_ROW:
                    raise ModelError(
                        f"the loss was not finite in {bad} steps in a row",
                        "lower learning_rate or clip in the recipe, and run again: "
                        "it resumes from the last checkpoint",
                    )
                over = stop.asked or budget.share(progress) >= 1
                if over or pace.seconds >= LOG_SECONDS:
                    self._report(pace, budget)
                due = progress.seconds - progress.evaluated >= 60 * self.settings.evaluate_minutes
                if evaluate and not stop.asked and (over or due):
                    self._evaluate()
                    pace.pause()
                if over or time.monotonic() - saved >= SAVE_SECONDS:
                    self._save()
                    saved = time.monotonic()
                if over:
                    break
        if stop.asked:
            self._log(f"stopped at step {progress.steps}; run again to resume")
        return not stop.asked

    def _step(self, batch: dict[str, Tensor], rate: float) -> tuple[dict[str, Tensor], bool]:
        """Update the weights once; a gradient that is not finite is discarded."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        with self.device.autocast():
            losses = self.task.loss(self.network, batch)
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.clip)
        if not math.isfinite(norm.item()):
            self._heal()
            return losses, False
        self.optimizer.step()
        self.average.update(self.progress.steps)
        return losses, True

    @torch.no_grad()
    def _heal(self) -> None:
        """Restore running statistics that are not finite from the average."""
        for own, mean in zip(self.network.buffers(), self.average.network.buffers(), strict=True):
            if not torch.isfinite(own).all():
                own.copy_(mean)

    def _rate(self, share: float) -> float:
        """Return the learning rate: a linear warm-up, then cosine decay.

        A run that starts from trained weights also warms up, because the optimizer's state is new.
        """
        settings = self.settings
        seen = self.progress.pictures - self.progress.first
        rise = (seen + settings.batch) / max(1, settings.warmup_examples)
        low = settings.final_rate
        fall = low + (1 - low) * (1 + math.cos(math.pi * share)) / 2
        return settings.learning_rate * min(1.0, rise) * fall

    def _optimizer(self) -> torch.optim.Optimizer:
        weights = [p for p in self.network.parameters() if p.requires_grad]
        groups: list[dict[str, Any]] = [
            {"params": [p for p in weights if p.ndim > 1]},
            {"params": [p for p in weights if p.ndim <= 1], "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(
            groups,
            lr=self.settings.learning_rate,
            weight_decay=self.settings.weight_decay,
            fused=self.device.kind == "cuda",
        )

    def _evaluate(self) -> None:
        """Add a point to the learning curve; save the weights if they are the best so far."""
        progress, recipe = self.progress, self.recipe
        start = time.monotonic()
        with torch.no_grad(), torch.random.fork_rng(enabled=True):
            figures = self.task.evaluate(self.average.network)
        progress.seconds += time.monotonic() - start
        progress.evaluated = progress.seconds
        if recipe.best not in figures:
            raise InputError(f"evaluate returns no {recipe.best!r}", "correct best in the recipe")
        value = figures[recipe.best]
        sign = 1 if recipe.best_is == "highest" else -1
        better = progress.best is None or sign * value > sign * progress.best
        self._log(
            "  ".join(f"{name} {figure:.4g}" for name, figure in figures.items())
            + ("  (best so far)" if better else "")
        )
        progress.rows.append(self._point() | figures)
        self._draw()
        if better:
            progress.best = value
            checkpoint.save(
                self.folder / BEST,
                {
                    "recipe": recipe.name,
                    "network": self.average.network.state_dict(),
                    "figures": figures,
                    "device": self.device.description,
                    "steps": progress.steps,
                    "pictures": progress.pictures,
                    "seconds": progress.seconds,
                },
            )

    def _point(self) -> checkpoint.Row:
        progress = self.progress
        return {
            "steps": progress.steps,
            "pictures": progress.pictures,
            "hours": round(progress.seconds / 3600, 5),
        }

    def _report(self, pace: _Pace, budget: Budget) -> None:
        """Log the progress since the last report."""
        progress = self.progress
        means = {name: value.item() / pace.good for name, value in pace.sums.items()}
        rate = self.optimizer.param_groups[0]["lr"]
        share = budget.share(progress)
        left = progress.seconds * (1 - share) / share
        self._log(
            f"step {progress.steps}  {100 * share:.0f} %  left {_clock(left)}  "
            + "  ".join(f"{name} {value:.4g}" for name, value in means.items())
            + f"  rate {rate:.2e}  {pace.steps / pace.seconds:.2f} steps/s  "
            f"{pace.steps * self.settings.batch / pace.seconds:.1f} pictures/s"
            + (f"  {progress.skipped} skipped" if progress.skipped else "")
        )
        progress.rows.append(self._point() | {"rate": rate} | means)
        self._draw()
        pace.restart()

    def _draw(self) -> None:
        curve.write_csv(self.folder / "curve.csv", self.progress.rows)
        curve.write_png(
            self.folder / "curve.png", self.progress.rows, self.recipe.best, self.recipe.name
        )

    def _log(self, line: str) -> None:
        self.say(line)
        with (self.folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {line}\n")

    def _save(self) -> None:
        generators = {"cpu": torch.get_rng_state()}
        if self.device.kind == "cuda":
            generators["cuda"] = torch.cuda.get_rng_state()
        checkpoint.save(
            self.folder / CHECKPOINT,
            {
                "recipe": self.recipe.name,
                "network": self.network.state_dict(),
                "average": self.average.network.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "progress": asdict(self.progress),
                "generators": generators,
            },
        )

    def _restore(self, path: Path) -> None:
        state = checkpoint.load(path)
        try:
            self.network.load_state_dict(state["network"])
            self.average.network.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.progress = Progress(**state["progress"])
            torch.set_rng_state(state["generators"]["cpu"])
            if self.device.kind == "cuda" and "cuda" in state["generators"]:
                torch.cuda.set_rng_state(state["generators"]["cuda"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            raise InputError(
                f"{path} belongs to another recipe or another network: {reason}",
                "use --fresh to start over, or another folder",
            ) from None


class _Pace:
    """Statistics since the last report; also counts the time of the whole run."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.last = time.monotonic()
        self.restart()

    def restart(self) -> None:
        self.steps, self.good, self.seconds = 0, 0, 0.0
        self.sums: dict[str, Tensor] = {}

    def tick(self, pictures: int) -> None:
        """Count a step."""
        now = time.monotonic()
        self.progress.seconds += now - self.last
        self.seconds += now - self.last
        self.last = now
        self.steps += 1
        self.progress.steps += 1
        self.progress.pictures += pictures

    def add(self, losses: dict[str, Tensor]) -> None:
        """Sum losses on their device: reading them would make the GPU wait."""
        self.good += 1
        for name, value in losses.items():
            value = value.detach()
            self.sums[name] = self.sums[name] + value if name in self.sums else value

    def pause(self) -> None:
        """Skip the time since the last step: it is counted elsewhere."""
        self.last = time.monotonic()


def _clock(seconds: float) -> str:
    return f"{int(seconds // 3600)}:{int(seconds // 60) % 60:02d}:{int(seconds) % 60:02d}"
