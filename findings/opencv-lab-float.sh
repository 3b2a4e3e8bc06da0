#!/usr/bin/env bash
# 1. Expected: Lab of float32 pixels has float32 accuracy; only 8-bit Lab is coarse.
# 2. Seen with opencv-python-headless 4.14.0.94: COLOR_RGB2Lab looks up float32 in a 16-bit table. It is
#    off by .15 (delta E) on average and by up to .6; a neutral gray has an a of up to .125; and 1001
#    reds between .50 and .51 get 6 different L. COLOR_LRGB2Lab, for linear values, is computed (off by
#    .0001 on average), and so is the inverse, COLOR_Lab2RGB. So Lab from the exact formula is restored
#    within .03 of a level of 255, Lab from OpenCV within 1.
# 3. Noticed when distances of similar colors were compared with the formula. imaging/color_spaces.py
#    uses the formula; faces/_measuring.py uses OpenCV to group the colors of hair and eyes.
# 4. If float32 is computed, one function would suffice for both.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q opencv-python-headless==4.14.0.94 numpy==2.4.6

"$folder/venv/bin/python" - <<'EOF'
import cv2
import numpy as np

# The matrix and the white point that OpenCV's documentation states.
MATRIX = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
)
WHITE = np.array([0.950456, 1, 1.088754])


def linear(rgb):
    rgb = rgb.astype(np.float64)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def formula(rgb):
    parts = linear(rgb) @ MATRIX.T / WHITE
    roots = np.where(parts > 0.008856, np.cbrt(parts), 7.787 * parts + 16 / 116)
    x, y, z = np.moveaxis(roots, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def off(found, rgb):
    distance = np.linalg.norm(found - formula(rgb), axis=-1)
    return distance.mean(), distance.max()


rgb = np.random.default_rng(0).random((1, 50_000, 3), dtype=np.float32)
lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)
mean, worst = off(lab, rgb)
print(f"COLOR_RGB2Lab, float32: off by {mean:.3f} on average, at most {worst:.2f}")
calculated, _ = off(cv2.cvtColor(linear(rgb).astype(np.float32), cv2.COLOR_LRGB2Lab), rgb)
print(f"COLOR_LRGB2Lab of the linear values: off by {calculated:.4f} on average")

grays = np.repeat(np.linspace(0, 1, 256, dtype=np.float32)[None, :, None], 3, 2)
tint = np.abs(cv2.cvtColor(grays, cv2.COLOR_RGB2Lab)[..., 1:]).max()
print(f"a or b of a neutral gray: up to {tint:.3f}")

reds = np.full((1, 1001, 3), 0.3, np.float32)
reds[0, :, 0] = np.linspace(0.5, 0.51, 1001)
steps = len(np.unique(cv2.cvtColor(reds, cv2.COLOR_RGB2Lab)[..., 0]))
print(f"1001 reds: {steps} different L, {len(np.unique(formula(reds)[..., 0]))} by the formula")

exact = formula(rgb).astype(np.float32)
back = {
    title: 255 * np.abs(cv2.cvtColor(values, cv2.COLOR_Lab2RGB) - rgb).max()
    for title, values in (("OpenCV's", lab), ("exact", exact))
}
for title, levels in back.items():
    print(f"back from {title} Lab: off by at most {levels:.2f} of 255 levels")
assert mean > 0.1 and worst > 0.5, "the behaviour has changed"
assert tint > 0.1 and steps < 20, "the behaviour has changed"
assert calculated < 0.001 and back["exact"] < 0.05
EOF
