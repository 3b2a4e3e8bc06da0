"""Write docs/operations from the registry, and the tables of extras in README and docs/index.md.

``--check`` says whether they are up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from nijigen.core import registry
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.description import describe, describe_command
from nijigen.core.extras import EXTRAS, install
from nijigen.recipes.own import files as own_recipes

FOLDER = Path(__file__).parent / "operations"
ROOT = FOLDER.parents[1]
WITH_EXTRAS = [ROOT / "README.md", ROOT / "docs" / "index.md"]
BEGIN, END = "<!-- extras: written by `make docs` -->\n", "<!-- end -->\n"


def pages() -> dict[Path, str]:
    """Return the text of every page by its path."""
    made = {page: _with_extras(page.read_text("utf-8")) for page in WITH_EXTRAS}
    index = ["# Operations and commands", ""]
    operations = _bundled(registry.groups(), registry.get)
    commands = _bundled(registry.command_groups(), registry.get_command)
    for group, title in registry.GROUPS.items():
        if group not in operations and group not in commands:
            continue
        index += [f"## {group}", "", title + ".", ""]
        for id in operations.get(group, ()):
            operation = registry.get(id)
            made[_path(id)] = describe(operation)
            index.append(_entry(id, operation.doc.summary))
        for id in commands.get(group, ()):
            command = registry.get_command(id)
            made[_path(id)] = describe_command(command)
            index.append(_entry(id, f"{command.doc.summary} *(command)*"))
        index.append("")
    made[FOLDER / "index.md"] = "\n".join(index).rstrip() + "\n"
    return made


def _bundled(
    groups: dict[str, list[str]], get: Callable[[str], AnyDeclaration]
) -> dict[str, list[str]]:
    """Leave out the plug-ins and recipes of whoever runs this."""
    own = own_recipes()
    kept = {
        group: [
            id for id in ids if id not in own and get(id).function.__module__.startswith("nijigen.")
        ]
        for group, ids in groups.items()
    }
    return {group: ids for group, ids in kept.items() if ids}


def _with_extras(text: str) -> str:
    """Return a page with the table of extras as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = [f"| `{install(name)}` | {extra.brings} |\n" for name, extra in EXTRAS.items()]
    table = "".join(["| install | what it brings |\n|---|---|\n", *rows])
    return before + BEGIN + table + END + after


def _path(id: str) -> Path:
    return FOLDER / f"{id.replace('.', '/')}.md"


def _entry(id: str, summary: str) -> str:
    return f"- [{id}]({id.replace('.', '/')}.md): {summary}"


def main() -> int:
    """Write or check the pages; exit code 1 where a check finds a difference."""
    wanted = pages()
    present = set(FOLDER.rglob("*.md"))
    stale = [p for p, text in wanted.items() if not p.is_file() or p.read_text("utf-8") != text]
    stale += sorted(present - set(wanted))
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run `make docs`")
        return 1 if stale else 0
    for path in present - set(wanted):
        path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
