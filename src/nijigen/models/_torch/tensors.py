"""Tensors of a state dict: strided views of storages."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.models._torch.pickles import Name, Refused

Array = NDArray[Any]
BFLOAT16 = "bfloat16"
MOST_AXES = 8


@dataclass(eq=False)
class Storage:
    """A flat array; a file may contain the values after the pickle that refers to them."""

    dtype: str
    count: int
    numbers: Array = field(default_factory=lambda: np.empty(0))

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self.count * (2 if self.dtype == BFLOAT16 else np.dtype(self.dtype).itemsize)

    def fill(self, data: bytes | memoryview) -> None:
        """Set the values from little-endian bytes."""
        if len(data) != self.size:
            raise Refused(f"a storage has {len(data)} bytes instead of {self.size}")
        if self.dtype == BFLOAT16:
            # The upper half of a float32.
            self.numbers = (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
        else:
            self.numbers = np.frombuffer(data, self.dtype)


@dataclass(frozen=True)
class Tensor:
    """A view of a storage: offset, shape and strides, in elements."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self, most: int) -> Array:
        """Return the values without copying them.

        Args:
            most: Limit on its elements; with strides of 0 they can exceed the storage's size.

        Raises:
            Refused: It extends beyond its storage, or exceeds the limit.
        """
        numbers = self.storage.numbers
        if math.prod(self.shape) == 0:
            return np.zeros(self.shape, numbers.dtype)
        steps = zip(self.shape, self.strides, strict=True)
        last = self.offset + sum((length - 1) * stride for length, stride in steps)
        if last >= len(numbers) or math.prod(self.shape) > most:
            raise Refused("a tensor extends beyond its storage")
        strides = [stride * numbers.itemsize for stride in self.strides]
        return np.lib.stride_tricks.as_strided(
            numbers[self.offset :], self.shape, strides, writeable=False
        )


STORAGES = {
    "torch FloatStorage": "<f4",
    "torch DoubleStorage": "<f8",
    "torch HalfStorage": "<f2",
    "torch BFloat16Storage": BFLOAT16,
    "torch LongStorage": "<i8",
    "torch IntStorage": "<i4",
    "torch ShortStorage": "<i2",
    "torch CharStorage": "i1",
    "torch ByteStorage": "u1",
    "torch BoolStorage": "?",
}
KINDS = {name: Name() for name in STORAGES}
"""The storage types by their names in pickles."""


class Storages:
    """The storages that a pickle refers to, by key."""

    def __init__(self) -> None:
        self.by_key: dict[str, Storage] = {}

    def refer(self, reference: Any) -> Storage:
        """Return the storage for a reference ``("storage", kind, key, device, count)``.

        Older files have a sixth item, which is None unless the storage is a view of another.
        """
        if type(reference) is not tuple or len(reference) not in (5, 6):
            raise Refused("a pickle refers to something that is not a storage")
        what, kind, key, _, count, *view = reference
        name = next((name for name, known in KINDS.items() if known is kind), None)
        if what != "storage" or name is None or type(key) is not str or not _is_length(count):
            raise Refused("a pickle refers to something that is not a storage")
        if view and view[0] is not None:
            raise Refused("a storage is a view of another, as before PyTorch 0.4")
        found = self.by_key.setdefault(key, Storage(STORAGES[name], count))
        if (found.dtype, found.count) != (STORAGES[name], count):
            raise Refused(f"storage {key} has two sizes or types")
        return found


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> Tensor:
    if type(storage) is not Storage or type(shape) is not tuple or type(strides) is not tuple:
        raise Refused("a tensor is not built from a storage")
    if (
        len(shape) != len(strides)
        or len(shape) > MOST_AXES
        or not all(map(_is_length, (offset, *shape, *strides)))
    ):
        raise Refused("a tensor has an impossible shape")
    return Tensor(storage, offset, shape, strides)


def _parameter(tensor: Any, *_: Any) -> Tensor:
    if type(tensor) is not Tensor:
        raise Refused("a parameter is not a tensor")
    return tensor


def _ordered(*arguments: Any) -> dict[Any, Any]:
    if arguments:
        raise Refused("an ordered dictionary has arguments")
    return {}


def _is_length(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**40


NAMES = {
    "collections OrderedDict": Name(_ordered),
    "torch._utils _rebuild_tensor_v2": Name(_tensor),
    "torch._utils _rebuild_parameter": Name(_parameter),
    **KINDS,
}
"""All names that a state dict may use."""
