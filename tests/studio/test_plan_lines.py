"""Lines of plans: whatever a command says that it will do can be said in every language."""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest

import nijigen
from nijigen.core.registry import command_ids, get_command

LOCALES = Path(nijigen.__file__).parent / "studio" / "static" / "locales"
HOLE = re.compile(r"\{\w+\}")
UNKNOWN = "7"
"""Stands for what is known only when the command runs."""


class Module:
    """The lines that a module's plans may have, read off its source."""

    def __init__(self, module: ModuleType) -> None:
        self.nodes = list(ast.walk(ast.parse(inspect.getsource(module))))
        self.open: set[str] = set()

    def lines(self) -> Iterator[str]:
        for node in self.nodes:
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Change":
                yield from self.texts(node.args[0])

    def texts(self, node: ast.expr) -> list[str]:
        match node:
            case ast.Constant(str(text)):
                return [text]
            case ast.FormattedValue(value, -1, None):
                return self.texts(value)
            case ast.JoinedStr(parts):
                return ["".join(texts) for texts in product(*map(self.texts, parts))]
            case ast.BinOp(left, ast.Add(), right):
                return ["".join(texts) for texts in product(self.texts(left), self.texts(right))]
            case ast.IfExp(_, one, other):
                return self.texts(one) + self.texts(other)
            case ast.Call(ast.Name("plural"), [_, ast.Constant(noun)]):
                return [f"{UNKNOWN} {noun}", f"{UNKNOWN} {noun}s"]
            case ast.Call(ast.Name(name)) | ast.Name(name):
                return self.named(name)
            case ast.Call(ast.Attribute(ast.Constant(str(comma)), "join"), [ast.Name(name)]):
                elements = self.elements(name)
                return [*elements, comma.join(elements)] if elements else [UNKNOWN]
        return [UNKNOWN]

    def named(self, name: str) -> list[str]:
        """Return what a variable may hold, or a function of the module return."""
        if name in self.open:
            return [UNKNOWN]
        self.open.add(name)
        found: list[str] = []
        for node in self.nodes:
            match node:
                case ast.Assign([ast.Name(target)], value) if target == name:
                    found += self.texts(value)
                case ast.FunctionDef(target) if target == name:
                    for part in ast.walk(node):
                        if isinstance(part, ast.Return) and part.value:
                            found += self.texts(part.value)
        for node in self.nodes:
            match node:
                case ast.AugAssign(ast.Name(target), ast.Add(), value) if target == name:
                    found = ["".join(texts) for texts in product(found, self.texts(value))]
        self.open.remove(name)
        return found or [UNKNOWN]

    def elements(self, name: str) -> list[str]:
        """Return what a list may hold."""
        found: list[str] = []
        for node in self.nodes:
            match node:
                case (
                    ast.Assign([ast.Name(target)], value)
                    | ast.AugAssign(ast.Name(target), ast.Add(), value)
                    | ast.Call(ast.Attribute(ast.Name(target), "append"), [value])
                ) if target == name:
                    value = value.body if isinstance(value, ast.IfExp) else value
                    of_list = value.elts if isinstance(value, ast.List) else [value]
                    of_list = [value.elt] if isinstance(value, ast.ListComp) else of_list
                    found += [text for one in of_list for text in self.texts(one)]
        return found


@pytest.mark.parametrize("code", ["ja", "zh"])
def test_a_line_can_be_said_in_every_language(code: str) -> None:
    said = json.loads((LOCALES / f"{code}.json").read_text(encoding="utf-8"))["terms"]["changes"]
    for line, text in said.items():
        assert set(HOLE.findall(text)) <= set(HOLE.findall(line)), line
    # As in i18n.js.
    known = [re.compile("(.+?)".join(map(re.escape, HOLE.split(line))), re.DOTALL) for line in said]
    modules = {inspect.unwrap(get_command(name).function).__module__ for name in command_ids()}
    lines = {line for name in modules for line in Module(sys.modules[name]).lines()}
    assert f"move {UNKNOWN} file(s) to the trash" in lines
    assert {line for line in lines if not any(one.fullmatch(line) for one in known)} == set()
