"""Read a state dict saved by ``torch.save``, in the ZIP format or the one used until 2020.

Source: the format is PyTorch's (BSD-3-Clause, ``torch/serialization.py``); independent code.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from nijigen.core.errors import ModelError
from nijigen.models._torch.pickles import Refused, read_pickle
from nijigen.models._torch.tensors import NAMES, Array, Storages, Tensor

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
"""The first two pickles of the older format."""


def read_state_dict(data: bytes) -> dict[str, Array]:
    """Return the tensors of a state dict by name, as read-only views of its bytes.

    Types are float64, float32, float16, integers or booleans; bfloat16 becomes float32.

    Raises:
        ModelError: The file is damaged, not a state dict, or contains anything but tensors.
    """
    try:
        read = _read_zip if data.startswith(b"PK\x03\x04") else _read_stream
        return _arrays(read(data), len(data))
    except Refused as error:
        raise ModelError(f"the PyTorch state dict cannot be read: {error}", _HINT) from None


_HINT = "use the file that the model's card names"


def _arrays(value: Any, most: int) -> dict[str, Array]:
    if type(value) is not dict:
        raise Refused("it is not a dictionary")
    for name, tensor in value.items():
        if type(name) is not str or type(tensor) is not Tensor:
            raise Refused(f"{name!r} is not a tensor")
    return {name: tensor.array(most) for name, tensor in value.items()}


def _read_zip(data: bytes) -> Any:
    storages = Storages()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            # Entries are never compressed; anything else could be a decompression bomb.
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise Refused("its entries are compressed")
            if sum(entry.file_size for entry in entries) > len(data):
                raise Refused("its entries are larger than the file")
            pickles = [entry for entry in entries if entry.filename.endswith("/data.pkl")]
            if len(pickles) != 1:
                raise Refused("it does not contain exactly one data.pkl")
            folder = pickles[0].filename.removesuffix("data.pkl")
            names = {entry.filename for entry in entries}
            if f"{folder}byteorder" in names and archive.read(f"{folder}byteorder") != b"little":
                raise Refused("its numbers are big-endian")
            stream = io.BytesIO(archive.read(pickles[0]))
            value = read_pickle(stream, NAMES, storages.refer)
            for key, storage in storages.by_key.items():
                if f"{folder}data/{key}" not in names:
                    raise Refused(f"storage {key} is missing")
                storage.fill(archive.read(f"{folder}data/{key}"))
    # A wrong place of the directory is a ValueError, an encrypted entry a RuntimeError.
    except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, OSError) as error:
        raise Refused(f"the archive is damaged ({type(error).__name__})") from None
    return value


def _read_stream(data: bytes) -> Any:
    stream, storages = io.BytesIO(data), Storages()
    if read_pickle(stream, {}) != MAGIC or read_pickle(stream, {}) != PROTOCOL:
        raise Refused("it does not start like a PyTorch file")
    system = read_pickle(stream, {})
    if type(system) is not dict or system.get("little_endian") is not True:
        raise Refused("its numbers are big-endian")
    value = read_pickle(stream, NAMES, storages.refer)
    keys = read_pickle(stream, {})
    if type(keys) is not list or sorted(map(str, keys)) != sorted(storages.by_key):
        raise Refused("its storages do not match its tensors")
    at, view = stream.tell(), memoryview(data)
    for key in keys:
        storage = storages.by_key[key]
        # Each is preceded by the number of its elements.
        if int.from_bytes(view[at : at + 8], "little") != storage.count:
            raise Refused(f"the size of storage {key} does not match its tensors")
        storage.fill(view[at + 8 : at + 8 + storage.size])
        at += 8 + storage.size
    if at != len(data):
        raise Refused(f"{len(data) - at} bytes are left over")
    return value
