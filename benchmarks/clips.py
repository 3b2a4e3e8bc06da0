"""Measure ``upscale anime4k`` on a long clip on the command line: memory, speed, processed frames.

The clip is drawn here like an animated film: drawings held for two and three frames, talking people
with cycles of a few mouths, a pan in which all frames differ, and a tone as sound. It is encoded
losslessly, so that held frames are identical. A shorter clip is encoded lossily, as films are
distributed, so that they are not, and is processed by ``effects hold`` first.

The peers do the same without Nijigen, in separate processes: pyanime4k on every frame, and ffmpeg
alone, which only resizes. The comparison is by CPU seconds (user and system) per frame.

    python benchmarks/clips.py [--frames 10000] [--few 600] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, takewhile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from nijigen import Clip, Frame, Picture

SIZE = (640, 360)
RATE = Fraction(24000, 1001)
MOST_MEMORY = 300
"""Limit on the resident memory of the process, in MB."""

# Runs the command line and counts calls of the network.
COUNTING = """
import resource, sys
from nijigen.upscale import anime4k
process, calls = anime4k._process, [0]
def counting(*arguments):
    calls[0] += 1
    return process(*arguments)
anime4k._process = counting
from nijigen.cli.main import main
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print("figures", calls[0], used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr)
sys.exit(code)
"""


def drawing(scene: int, step: int, mouth: int) -> Picture:
    """Draw a person in a room: ``step`` moves everything, ``mouth`` only the mouth."""
    random = np.random.default_rng(scene)
    tints = random.integers(60, 230, (5, 3))
    image = Image.new("RGB", (2 * SIZE[0], 2 * SIZE[1]), tuple(tints[0]))
    pen = ImageDraw.Draw(image)
    for n in range(7):
        left = (n * 220 + 3 * step) % 1500 - 200
        pen.rectangle([left, 80, left + 120, 500], tuple(tints[1] + 4 * n), "#302830", 3)
    x, y = 640 + (7 * step) % 200 - 100, 330
    pen.polygon([(x - 260, 720), (x - 90, 480), (x + 90, 480), (x + 260, 720)], tuple(tints[2]))
    pen.ellipse([x - 150, y - 190, x + 150, y + 190], "#ffe3cf", "#402020", 4)
    pen.pieslice([x - 175, y - 230, x + 175, y + 120], 180, 360, tuple(tints[3]), "#402020", 4)
    for eye in (x - 65, x + 65):
        pen.ellipse([eye - 32, y - 20, eye + 32, y + 60], tuple(tints[4]), "#201010", 5)
        pen.ellipse([eye - 12, y - 5, eye + 6, y + 15], "#ffffff")
    pen.ellipse([x - 30, y + 110 - 4 * mouth, x + 30, y + 115 + 9 * mouth], "#a03040", "#402020", 3)
    return Picture(np.asarray(image.resize(SIZE, Image.Resampling.BOX)))


def held(frames: int) -> Iterator[tuple[Picture, int]]:
    """Yield drawings and the number of frames that each is held."""
    random = np.random.default_rng(1)
    done = scene = step = 0
    while done < frames:
        kind = random.choice(["talk", "walk", "pan"], p=[0.45, 0.45, 0.1])
        scene += 1
        if kind == "talk":
            mouths = [drawing(scene, step, mouth) for mouth in range(3)]
        for n in range(int(random.integers(20, 50))):
            if kind == "talk":
                yield mouths[(0, 1, 2, 1)[n % 4]], 3
            else:
                step += 1
                yield drawing(scene, step, 0), 1 if kind == "pan" else int(random.integers(2, 4))
        done += n * 3
    yield drawing(0, 0, 0), frames


def film(frames: int) -> Clip:
    """Return the clip, drawn while it is written."""

    def source(skip: int) -> Iterator[Frame]:
        number = 0
        for picture, count in held(frames):
            for _ in range(count):
                if number >= frames:
                    return
                if number >= skip:
                    yield Frame(picture, number / RATE, 1 / RATE)
                number += 1

    return Clip(source, SIZE, count=frames, duration=frames / RATE, time_base=1 / RATE)


def write_lossless(clip: Clip, path: Path) -> None:
    """Encode losslessly."""
    import av

    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"qp": "0", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number, frame in enumerate(clip.frames()):
            made = av.VideoFrame.from_ndarray(frame.picture.pixels, "rgb24")
            made = made.reformat(format="yuv420p")
            made.pts, made.time_base = number, 1 / RATE
            out.mux(stream.encode(made))
        out.mux(stream.encode(None))


def add_tone(path: Path, target: Path, seconds: float) -> None:
    """Copy the video track and add a tone as AAC."""
    import av

    rate = 48000
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        pictures = out.add_stream_from_template(source.streams.video[0])
        track = out.add_stream("aac", rate=rate)
        track.codec_context.layout = "mono"
        sounded = 0
        for packet in source.demux(video=0):
            if packet.dts is None:
                continue
            until = min(float(packet.dts * packet.time_base) + 1, seconds) * rate
            while sounded < until:
                wave = np.sin(2 * np.pi * 440 * np.arange(sounded, sounded + 1024) / rate)
                frame = av.AudioFrame.from_ndarray(np.float32(wave / 4)[None], "fltp", "mono")
                frame.sample_rate, frame.pts = rate, sounded
                out.mux(track.encode(frame))
                sounded += 1024
            packet.stream = pictures
            out.mux(packet)
        out.mux(track.encode(None))


def peer(kind: str, path: Path, frames: int, target: Path) -> None:
    """Decode, enlarge twofold and encode, with ffmpeg and pyanime4k alone."""
    import av
    from pyanime4k import Processor

    processor = Processor("cpu", 0, "acnet-hdn0")
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        options = {"crf": "17", "preset": "fast", "tune": "animation"}
        stream = out.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = 2 * SIZE[0], 2 * SIZE[1], "yuv420p"
        stream.codec_context.thread_count = 2
        for number, frame in enumerate(source.decode(video=0)):
            if number == frames:
                break
            if kind == "pyanime4k":
                large = np.asarray(processor(frame.to_ndarray(format="rgb24"), 2.0))
                made = av.VideoFrame.from_ndarray(large, "rgb24").reformat(format="yuv420p")
            else:
                made = frame.reformat(2 * SIZE[0], 2 * SIZE[1], interpolation="LANCZOS")
            made.pts, made.time_base = number, 1 / RATE
            out.mux(stream.encode(made))
        out.mux(stream.encode(None))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1024}))


def sound_of(path: Path) -> list[bytes]:
    """Return the audio packets."""
    import av

    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def run_counting(*words: str) -> tuple[float, float, float]:
    """Run the command line; return network calls, peak resident MB and CPU seconds."""
    command = [sys.executable, "-c", COUNTING, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures = next(line for line in done.stderr.splitlines() if line.startswith("figures"))
    calls, kilobytes, cpu = (float(word) for word in figures.split()[1:])
    return calls, kilobytes / 1024, cpu


def measure_lossy(folder: Path, frames: int) -> None:
    """Process a lossy clip with ``effects hold``, then enlarge it."""
    source, recipe = folder / "lossy.mp4", folder / "held.toml"
    film(frames).save(source)
    begun = accumulate((count for _, count in held(frames)), initial=0)
    drawings = sum(1 for start in takewhile(lambda start: start < frames, begun))
    recipe.write_text(
        '[[steps]]\noperation = "effects.hold"\n[[steps]]\noperation = "upscale.anime4k"\n'
    )
    plain, _, _ = run_counting("upscale", "anime4k", str(source), "-o", str(folder / "plain.mp4"))
    calls, _, _ = run_counting("run", str(recipe), str(source), "-o", str(folder / "held.mp4"))
    print(f"lossy clip: {frames} frames of {drawings} drawings,")
    print(f"  {plain:.0f} frames worked on, {calls:.0f} after effects hold")


def measure(folder: Path, frames: int, peer_frames: int) -> int:
    started = time.perf_counter()
    write_lossless(film(frames), folder / "mute.mp4")
    source, target = folder / "in.mp4", folder / "out.mp4"
    add_tone(folder / "mute.mp4", source, float(frames / RATE))
    different, before = 0, b""
    for frame in Clip.open(source).frames():
        pixels = frame.picture.pixels.tobytes()
        different, before = different + (pixels != before), pixels
    print(f"clip: {frames} frames of {SIZE[0]}×{SIZE[1]}, {source.stat().st_size / 1e6:.1f} MB,")
    print(
        f"  {different} of them differ from the one before ({time.perf_counter() - started:.0f} s)"
    )
    started = time.perf_counter()
    calls, memory, cpu = run_counting("upscale", "anime4k", str(source), "-o", str(target))
    wall = time.perf_counter() - started
    made = Clip.open(target)
    same_sound = sound_of(target) == sound_of(source)
    print(f"nijigen upscale anime4k: {memory:.0f} MB resident at most, {wall:.0f} s,")
    print(f"  {frames / wall:.1f} frames/s, {1000 * cpu / frames:.1f} CPU ms a frame,")
    print(f"  {calls:.0f} frames worked on, {made.count} written, sound the same: {same_sound},")
    print(f"  {target.stat().st_size / 1e6:.1f} MB")
    for kind in ("pyanime4k", "ffmpeg"):
        words = [sys.executable, __file__, "--peer", kind, str(source), str(folder / f"{kind}.mp4")]
        words += ["--few", str(min(peer_frames, frames))]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        known = json.loads(told.splitlines()[-1])
        each = known["cpu"] / min(peer_frames, frames)
        print(f"{kind} alone: {1000 * each:.1f} CPU ms a frame, {known['memory']:.0f} MB;")
        print(f"  nijigen / {kind}: {cpu / frames / each:.2f}")
    measure_lossy(folder, min(peer_frames, frames))
    good = memory < MOST_MEMORY and same_sound and made.count == frames
    print("all bars held" if good else f"NOT HELD: {MOST_MEMORY} MB, all frames, the same sound")
    return 0 if good else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--few", type=int, default=600)
    parser.add_argument("--keep", type=Path, help="folder in which the files stay")
    parser.add_argument("--peer", nargs=3, metavar=("KIND", "SOURCE", "TARGET"))
    asked = parser.parse_args()
    if asked.peer:
        kind, source, target = asked.peer
        peer(kind, Path(source), asked.few, Path(target))
        return 0
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
        return measure(asked.keep, asked.frames, asked.few)
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), asked.frames, asked.few)


if __name__ == "__main__":
    sys.exit(main())
