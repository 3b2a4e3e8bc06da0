"""Make the file that the library's embedding is centered and reduced by.

    python benchmarks/embedding_basis.py [DATA]

DATA is ../shared/data by default; its folders are not those that benchmarks/copies.py searches for.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from nijigen.imaging.files import read_picture
from nijigen.library.matching.views import view_of
from nijigen.library.signatures import embedding

ROOT = Path(__file__).parents[1]
DATA = Path(sys.argv[1]) if sys.argv[1:] else ROOT.parent / "shared" / "data"
FOLDERS = ("sprites/ks", "lineart", "cel_frames", "photos/imagenet_sample")
MOST = 300
"""So many pictures of each folder."""
SEED = 22


def main() -> None:
    means = []
    for folder in FOLDERS:
        paths = sorted(
            p for p in (DATA / folder).rglob("*.*") if p.suffix in (".webp", ".png", ".jpg")
        )
        for index in np.random.default_rng(SEED).permutation(len(paths))[:MOST]:
            view = view_of(read_picture(paths[index]))
            means.append(embedding.cells(view, embedding.WHOLE_SIDE).mean((1, 2))[None])
            grid = embedding.cells(view, embedding.REGION_SIDE)
            means.append(
                np.stack(
                    [
                        grid[:, top:bottom, left:right].mean((1, 2))
                        for left, top, right, bottom in embedding.WINDOWS
                    ]
                )
            )
    vectors = np.concatenate(means).astype(np.float64)
    mean = vectors.mean(0)
    centered = vectors - mean
    values, axes = np.linalg.eigh(centered.T @ centered / len(vectors))
    components = axes[:, ::-1][:, : embedding.REDUCED]
    kept = values[::-1][: embedding.REDUCED].sum() / values.sum()
    print(f"{len(means) // 2} pictures; {embedding.REDUCED} components keep {kept:.3f}")
    target = ROOT / "src/nijigen/library/signatures/embedding.npz"
    np.savez(target, mean=mean.astype(np.float32), components=components.astype(np.float16))


if __name__ == "__main__":
    main()
