"""Read the pickles of state dicts: tensors, ordered dictionaries and plain values only.

A pickle is a program. This interpreter implements the few opcodes that such a file needs and looks
up names in a fixed table, so that nothing else can be imported or called.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

MOST_STEPS = 1_000_000
"""Limit on the opcodes of one pickle; EfficientNet-lite0 with its 296 tensors has 12,000."""

PLAIN = {
    "BINFLOAT",
    "BININT",
    "BININT1",
    "BININT2",
    "BINSTRING",
    "BINUNICODE",
    "BINUNICODE8",
    "LONG1",
    "LONG4",
    "SHORT_BINSTRING",
    "SHORT_BINUNICODE",
}
"""Opcodes that push their argument."""
FIXED: dict[str, Callable[[], Any]] = {
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "NEWFALSE": lambda: False,
    "NEWTRUE": lambda: True,
    "NONE": lambda: None,
}
TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
NOTHING = {"PROTO", "FRAME"}


class Refused(Exception):
    """A file that is damaged, or contains what no state dict needs."""


class Name:
    """A name that a pickle may use.

    Args:
        build: Called with the pickle's arguments; None if the name is not callable.
    """

    def __init__(self, build: Callable[..., Any] | None = None) -> None:
        self.build = build


def read_pickle(
    stream: BinaryIO, names: Mapping[str, Name], refer: Callable[[Any], Any] | None = None
) -> Any:
    """Return the value of a pickle; leaves the stream at its end.

    Args:
        stream: At the beginning of the pickle.
        names: The allowed names, as ``module name``.
        refer: Resolves references to external data, such as the values of a tensor.

    Raises:
        Refused: The pickle is damaged, or uses something that is not allowed.
    """
    machine = _Machine(names, refer)
    try:
        for count, (code, argument, _) in enumerate(pickletools.genops(stream)):
            if count >= MOST_STEPS:
                raise Refused("a pickle is too long for a state dict")
            if code.name == "STOP":
                return machine.stack.pop()
            machine.step(code.name, argument)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"a pickle is damaged ({type(error).__name__})") from None
    raise Refused("a pickle has no end")


class _Machine:
    """The pickle machine: a stack of values, marks and a memo."""

    def __init__(self, names: Mapping[str, Name], refer: Callable[[Any], Any] | None) -> None:
        self.names = names
        self.refer = refer
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def step(self, code: str, argument: Any) -> None:
        """Execute one opcode."""
        if code in PLAIN:
            self.stack.append(argument)
        elif code in FIXED:
            self.stack.append(FIXED[code]())
        elif code in TUPLES:
            self._join(len(self.stack) - TUPLES[code])
        elif code in ("BINPUT", "LONG_BINPUT"):
            self.memo[argument] = self.stack[-1]
        elif code in ("BINGET", "LONG_BINGET"):
            self.stack.append(self.memo[argument])
        elif code == "MEMOIZE":
            self.memo[len(self.memo)] = self.stack[-1]
        elif code in STEPS:
            STEPS[code](self, argument)
        elif code not in NOTHING:
            raise Refused(f"a pickle uses {code}, which no state dict needs")

    def _since_mark(self) -> list[Any]:
        start = self.marks.pop()
        values = self.stack[start:]
        del self.stack[start:]
        return values

    def _join(self, start: int) -> None:
        if start < 0:
            raise Refused("a pickle is damaged (too few values)")
        values = tuple(self.stack[start:])
        del self.stack[start:]
        self.stack.append(values)

    def mark(self, _: Any) -> None:
        self.marks.append(len(self.stack))

    def join(self, _: Any) -> None:
        self._join(self.marks.pop())

    def append(self, _: Any) -> None:
        self._extend([self.stack.pop()])

    def appends(self, _: Any) -> None:
        self._extend(self._since_mark())

    def _extend(self, values: list[Any]) -> None:
        if type(self.stack[-1]) is not list:
            raise Refused("a pickle appends to something that is not a list")
        self.stack[-1].extend(values)

    def set_item(self, _: Any) -> None:
        value = self.stack.pop()
        self._set([self.stack.pop(), value])

    def set_items(self, _: Any) -> None:
        self._set(self._since_mark())

    def _set(self, values: list[Any]) -> None:
        if type(self.stack[-1]) is not dict or len(values) % 2:
            raise Refused("a pickle adds entries to something that is not a dictionary")
        for key, value in zip(values[::2], values[1::2], strict=True):
            # Nothing else, because hashing nested tuples can take forever.
            if type(key) not in (str, int):
                raise Refused("a dictionary has keys that are neither text nor numbers")
            self.stack[-1][key] = value

    def find(self, name: Any) -> None:
        if name not in self.names:
            raise Refused(f"a pickle names {name!r}, which no state dict needs")
        self.stack.append(self.names[name])

    def find_on_stack(self, _: Any) -> None:
        name = self.stack.pop()
        self.find(f"{self.stack.pop()} {name}")

    def call(self, _: Any) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        if type(function) is not Name or function.build is None or type(arguments) is not tuple:
            raise Refused("a pickle calls something that is not a function")
        self.stack.append(function.build(*arguments))

    def refer_to(self, _: Any) -> None:
        if self.refer is None:
            raise Refused("a pickle refers to external data")
        self.stack.append(self.refer(self.stack.pop()))

    def set_state(self, _: Any) -> None:
        # The modules' versions, stored as an attribute of the ordered dictionary, are ignored.
        state = self.stack.pop()
        if type(state) is not dict or type(self.stack[-1]) is not dict:
            raise Refused("a pickle sets attributes of something that is not a dictionary")


STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "BINPERSID": _Machine.refer_to,
    "BUILD": _Machine.set_state,
    "GLOBAL": _Machine.find,
    "MARK": _Machine.mark,
    "REDUCE": _Machine.call,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "STACK_GLOBAL": _Machine.find_on_stack,
    "TUPLE": _Machine.join,
}
