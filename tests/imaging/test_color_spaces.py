import numpy as np
import pytest

from nijigen.imaging import color_spaces as spaces

# Sharma, Wu, Dalal: "The CIEDE2000 color-difference formula" (2005), table 1.
PAIRS = """
50 2.6772 -79.7751 50 0 -82.7485 2.0425
50 3.1571 -77.2803 50 0 -82.7485 2.8615
50 2.8361 -74.02 50 0 -82.7485 3.4412
50 -1.3802 -84.2814 50 0 -82.7485 1
50 -1.1848 -84.8006 50 0 -82.7485 1
50 -0.9009 -85.5211 50 0 -82.7485 1
50 0 0 50 -1 2 2.3669
50 -1 2 50 0 0 2.3669
50 2.49 -0.001 50 -2.49 0.0009 7.1792
50 2.49 -0.001 50 -2.49 0.001 7.1792
50 2.49 -0.001 50 -2.49 0.0011 7.2195
50 2.49 -0.001 50 -2.49 0.0012 7.2195
50 -0.001 2.49 50 0.0009 -2.49 4.8045
50 -0.001 2.49 50 0.001 -2.49 4.8045
50 -0.001 2.49 50 0.0011 -2.49 4.7461
50 2.5 0 50 0 -2.5 4.3065
50 2.5 0 73 25 -18 27.1492
50 2.5 0 61 -5 29 22.8977
50 2.5 0 56 -27 -3 31.903
50 2.5 0 58 24 15 19.4535
50 2.5 0 50 3.1736 0.5854 1
50 2.5 0 50 3.2972 0 1
50 2.5 0 50 1.8634 0.5757 1
50 2.5 0 50 3.2592 0.335 1
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.263
61.2901 3.7196 -5.3901 61.4292 2.248 -4.962 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.694 23.0331 14.973 -42.5619 2.0373
36.4612 47.858 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.441 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.135 0.9033 -0.0636 -0.5514 0.9082
"""


def test_ciede2000_gives_the_published_differences_either_way_round():
    table = np.array([line.split() for line in PAIRS.strip().splitlines()], np.float64)
    assert len(table) == 34
    first, second, wanted = table[:, :3], table[:, 3:6], table[:, 6]
    np.testing.assert_allclose(spaces.delta_e2000(first, second), wanted, atol=6e-5)
    np.testing.assert_allclose(spaces.delta_e2000(second, first), wanted, atol=6e-5)


def test_known_colors_have_known_values():
    red = np.array([255, 0, 0], np.uint8)
    np.testing.assert_allclose(spaces.lab(red), [53.24, 80.09, 67.20], atol=0.02)
    np.testing.assert_allclose(spaces.oklab(red), [0.62796, 0.22486, 0.12585], atol=1e-4)
    np.testing.assert_allclose(spaces.lch(spaces.lab(red)), [53.24, 104.55, 40.0], atol=0.05)


@pytest.mark.parametrize(
    ("there", "back"), [(spaces.lab, spaces.from_lab), (spaces.oklab, spaces.from_oklab)]
)
def test_all_bytes_come_back(there, back):
    levels = np.array([*range(0, 256, 15)], np.uint8)
    colors = np.stack(np.meshgrid(levels, levels, levels), -1)
    values = there(colors)
    assert values.dtype == np.float32
    np.testing.assert_array_equal(spaces.to_bytes(back(values)), colors)
    turned = spaces.from_lch(spaces.lch(values))
    np.testing.assert_allclose(turned, values, atol=1e-4)


def test_grays_have_no_cast():
    grays = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    assert np.abs(spaces.lab(grays)[:, 1:]).max() < 1e-3
    assert np.abs(spaces.oklab(grays)[:, 1:]).max() < 1e-5


def test_linear_light_and_code_are_inverse_and_differences_stay_float32():
    codes = np.linspace(0, 1, 1001)
    np.testing.assert_allclose(spaces.to_code(spaces.to_linear(codes)), codes, atol=1e-7)
    some = np.array([[50, 20, 20], [50, -20, 20]], np.float32)
    assert spaces.delta_e2000(some, some[::-1]).dtype == np.float32


def test_perceived_colors_come_back() -> None:
    values = spaces.oklab(np.random.default_rng(3).integers(0, 256, (500, 3)).astype(np.uint8))
    assert np.allclose(spaces.from_perceived(spaces.perceived(values)), values, atol=1e-5)
