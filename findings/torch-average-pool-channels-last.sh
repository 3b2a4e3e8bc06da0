#!/usr/bin/env bash
# 1. Expected: average pooling of one gray plane takes the same time in either memory format, since one
#    channel is laid out in the same way in both (`is_contiguous` is true of both); and a mean over 21 x 21
#    is no slower than a convolution with a constant kernel, which multiplies as well.
# 2. Seen with torch 2.13.0 (CPU, one thread, AVX-512, 16 planes of 128 x 128, mean over 21 x 21, stride
#    1): 92 ms; 541 ms once the same values have passed `to(memory_format=torch.channels_last)`, which only
#    changes the stride of the axis of length 1; 34 ms by a convolution with a constant kernel, in both
#    formats. The kernel for channels-last works along the channels, of which there is one.
# 3. Noticed when three such means, the high-pass in front of the line network, took 62 % of its training
#    step. The network (training/.../lines/extract/net.py) takes means of rows, then of columns: 58 ms.
# 4. If both formats become as fast, the mean can be taken at once again.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.13.0 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import time

import torch
from torch.nn.functional import avg_pool2d, conv2d

torch.set_num_threads(1)
SIDE = 21
KERNEL = torch.full((1, 1, SIDE, SIDE), 1 / SIDE**2)


def pooled(planes):
    return avg_pool2d(planes, SIDE, 1, SIDE // 2)


def convolved(planes):
    return conv2d(planes, KERNEL, padding=SIDE // 2)


def milliseconds(mean, planes):
    best = float("inf")
    for _ in range(6):
        start = time.process_time()
        mean(planes)
        best = min(best, time.process_time() - start)
    return best * 1000


plain = torch.rand(16, 1, 128, 128)
last = plain.to(memory_format=torch.channels_last)
assert last.is_contiguous() and torch.equal(last, plain)
assert torch.allclose(pooled(last), convolved(plain), atol=1e-5)
times = {
    (name, mean.__name__): milliseconds(mean, planes)
    for name, planes in (("contiguous", plain), ("channels last", last))
    for mean in (pooled, convolved)
}
for (name, mean), value in times.items():
    print(f"{name:14} {mean:10} {value:6.1f} ms")
slow = times["channels last", "pooled"]
assert slow > 2 * times["contiguous", "pooled"], "the behaviour has changed: both are as fast"
assert slow > 2 * times["channels last", "convolved"], "the behaviour has changed: as fast as a convolution"
EOF
