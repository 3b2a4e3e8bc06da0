"""Inputs beside the current picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.steps import bench, run


def test_an_optional_input_may_be_chosen_or_left_out(page: Any, files: list[Path]) -> None:
    bench(page, "effects.halftone", files[:2])
    mask = page.get_by_role("combobox", name="Mask")
    assert mask.evaluate("control => control.selectedOptions[0].text") == "None"
    run(page)
    mask.select_option(label=files[0].name)
    run(page)
