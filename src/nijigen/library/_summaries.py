"""Summaries: what a terminal shows of results of the library, instead of long JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any


def hits(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each hit of a search."""
    if not found:
        yield "nothing found"
    yield from _aligned([_hit(one) for one in found])


def _hit(hit: Mapping[str, Any]) -> list[str]:
    shown = [f"{hit['score']:.2f}", ", ".join(hit["kinds"])] if "score" in hit else []
    if "time" in hit:
        shown.append(hit["time"])
    width, height = hit["size"]
    files = hit["files"]
    first = next((file for file in files if file["state"] == "here"), files[0] if files else None)
    where = "no file" if first is None else first["path"] + _state(first["state"])
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return [f"id:{hit['picture']}", *shown, f"{width}×{height}", where + more]


def _state(state: str) -> str:
    return "" if state == "here" else f" ({state})"


def duplicates(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the groups of duplicates: the file to keep, and below it its copies.

    After an undo there are numbers alone.
    """
    if "groups" not in result:
        yield from counts(result)
        return
    groups = result["groups"]
    for group in groups:
        yield f"keep {group['keep']}: {group['reason']}"
        yield from (f"  {line}" for line in _aligned([_copy(copy) for copy in group["copies"]]))
    copies = sum(len(group["copies"]) for group in groups)
    yield f"{copies} extra file(s) in {len(groups)} group(s)" if groups else "no duplicates"


def _copy(copy: Mapping[str, Any]) -> list[str]:
    changed = f", {copy['changed']:.1%} of the area differs" if copy["changed"] else ""
    return [", ".join(copy["kinds"]) + changed, copy["path"]]


def flaws(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each flawed file."""
    yield from _aligned([[_flaws(one["flaws"]), _moved(one)] for one in result["files"]])
    yield f"{len(result['files'])} flawed file(s); {result['measured']} measured now"


def _flaws(found: Mapping[str, Any]) -> str:
    return ", ".join(
        # Damaged files have a reason, and no figure.
        f"{name}: {one}" if isinstance(one, str) else f"{name} {one['figure']:g}"
        for name, one in found.items()
    )


def _moved(one: Mapping[str, Any]) -> str:
    return str(one["path"]) + (" (in the trash now)" if one.get("trashed") else "")


def contents(stats: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a library contains."""
    rows = [
        ["library", stats["folder"]],
        ["pictures", f"{stats['pictures']}, {_size(stats['bytes'])}: {_counts(stats['formats'])}"],
        ["frames", str(stats["frames"])],
        ["files", _counts(stats["files"])],
        *_under("folders", stats["folders"]),
        ["signatures", _counts(stats["signatures"])],
        ["stored", ", ".join(f"{name} {_size(size)}" for name, size in stats["stored"].items())],
        ["ratings", _counts(stats["ratings"])],
        *_under("missing", stats["missing"]),
    ]
    return _aligned(rows)


def _under(title: str, lines: Sequence[str]) -> list[list[str]]:
    return [[title if at == 0 else "", line] for at, line in enumerate(lines)]


def counts(result: Mapping[str, int] | str) -> Iterator[str]:
    """Yield numbers of files or pictures in one line."""
    yield result if isinstance(result, str) else _counts(result)


def problems(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a library."""
    yield from result["problems"]
    yield f"{result['pictures']} picture(s), {len(result['problems'])} problem(s)"


def trashed(files: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each file in the trash."""
    if not files:
        yield "the trash is empty"
    yield from _aligned([[one["moved"], one["reason"], one["path"]] for one in files])


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items()) or "none"


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines with columns; the last is as long as it is."""
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    for row in rows:
        *before, last = row
        cells = [cell.ljust(width) for cell, width in zip(before, widths, strict=False)]
        yield "  ".join([*cells, last])
