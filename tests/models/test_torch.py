"""State dicts of PyTorch, read without it: both forms, strides, types, and what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from nijigen.core.errors import ModelError
from nijigen.models import store
from nijigen.models._torch import pickles
from nijigen.models._torch.state_dict import MAGIC, PROTOCOL, read_state_dict

PROTO, STOP = b"\x80\x02", b"."
NUMBERS = np.arange(24, dtype="<f4")


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def number(value: int) -> bytes:
    return b"\x8a\x08" + value.to_bytes(8, "little", signed=True)


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def row(*parts: bytes) -> bytes:
    return b"(" + b"".join(parts) + b"t"


def storage(kind: str, key: str, count: int, *more: bytes) -> bytes:
    parts = (text("storage"), name("torch", kind), text(key), text("cpu"), number(count), *more)
    return row(*parts) + b"Q"


def tensor(
    stored: bytes, shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0
) -> bytes:
    hooks = name("collections", "OrderedDict") + b")R"
    parts = (number(offset), row(*map(number, shape)), row(*map(number, strides)), b"\x89", hooks)
    return name("torch._utils", "_rebuild_tensor_v2") + row(stored, *parts) + b"R"


def ordered(entries: Mapping[str, bytes], state: bytes = b"") -> bytes:
    """Write the pickle of an ordered dictionary."""
    pairs = b"".join(text(key) + value for key, value in entries.items())
    empty = name("collections", "OrderedDict") + b")Rq\x01"
    return PROTO + empty + b"(" + pairs + b"u" + state + STOP


def zipped(pickle: bytes, storages: Mapping[str, bytes], **more: Any) -> bytes:
    """Pack a file as PyTorch does now."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", more.get("compression", zipfile.ZIP_STORED)) as archive:
        archive.writestr("net/data.pkl", pickle)
        archive.writestr("net/byteorder", more.get("byteorder", "little"))
        for key, data in storages.items():
            archive.writestr(f"net/data/{key}", data)
        archive.writestr("net/version", "3\n")
    return out.getvalue()


def stream(pickle: bytes, storages: Mapping[str, bytes], itemsize: int = 4, **more: Any) -> bytes:
    """Write a file as PyTorch did until 2020."""
    little = more.get("little", b"\x88")
    keys = PROTO + b"]q\x00(" + b"".join(map(text, storages)) + b"e" + STOP
    parts = [
        PROTO + b"\x8a\x0a" + more.get("magic", MAGIC).to_bytes(10, "little") + STOP,
        PROTO + number(PROTOCOL) + STOP,
        PROTO + b"}(" + text("little_endian") + little + b"u" + STOP,
        pickle,
        more.get("keys", keys),
    ]
    for data in storages.values():
        parts += [(len(data) // itemsize).to_bytes(8, "little"), data]
    return b"".join(parts)


Pack = Callable[..., bytes]
both = pytest.mark.parametrize("pack", [zipped, stream])


@both
def test_tensors_and_their_strides(pack: Pack) -> None:
    stored = storage("FloatStorage", "7", 24, *([b"N"] if pack is stream else []))
    metadata = b"}(" + text("_metadata") + b"}u"
    pickle = ordered(
        {
            "plain": tensor(stored, (2, 3, 4), (12, 4, 1)),
            "turned": tensor(stored, (4, 3), (1, 4)),
            "part": tensor(stored, (2, 2), (4, 2), offset=13),
            "number": tensor(stored, (), (), offset=5),
            "repeated": tensor(stored, (3, 2), (0, 1)),
            "empty": tensor(stored, (0, 4), (4, 1), offset=24),
        },
        metadata + b"b",
    )
    found = read_state_dict(pack(pickle, {"7": NUMBERS.tobytes()}))
    assert list(found) == ["plain", "turned", "part", "number", "repeated", "empty"]
    assert np.array_equal(found["plain"], NUMBERS.reshape(2, 3, 4))
    assert np.array_equal(found["turned"], NUMBERS[:12].reshape(3, 4).T)
    assert found["part"].tolist() == [[13, 15], [17, 19]]
    assert found["number"].shape == ()
    assert float(found["number"]) == 5
    assert found["repeated"].tolist() == [[0, 1]] * 3
    assert found["empty"].shape == (0, 4)
    assert all(array.dtype == np.float32 for array in found.values())
    with pytest.raises(ValueError, match="read-only"):
        found["plain"][0, 0, 0] = 1


@both
@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("DoubleStorage", "<f8"),
        ("HalfStorage", "<f2"),
        ("LongStorage", "<i8"),
        ("IntStorage", "<i4"),
        ("ShortStorage", "<i2"),
        ("CharStorage", "i1"),
        ("ByteStorage", "u1"),
        ("BoolStorage", "?"),
    ],
)
def test_types(pack: Pack, kind: str, dtype: str) -> None:
    values = np.array([1, 0, 1, 1]).astype(dtype)
    pickle = ordered({"a": tensor(storage(kind, "0", 4), (4,), (1,))})
    data = pack(pickle, {"0": values.tobytes()}, **itemsize(pack, values.itemsize))
    found = read_state_dict(data)["a"]
    assert found.dtype == np.dtype(dtype)
    assert np.array_equal(found, values)


def itemsize(pack: Pack, size: int) -> dict[str, int]:
    return {"itemsize": size} if pack is stream else {}


@both
def test_bfloat16_becomes_float32(pack: Pack) -> None:
    values = np.array([1.5, -2.0, 0.15625], "<f4")
    upper = (values.view("<u4") >> 16).astype("<u2").tobytes()
    pickle = ordered({"a": tensor(storage("BFloat16Storage", "0", 3), (3,), (1,))})
    assert np.array_equal(
        read_state_dict(pack(pickle, {"0": upper}, **itemsize(pack, 2)))["a"], values
    )


def test_parameters_and_a_newer_protocol() -> None:
    inner = tensor(storage("FloatStorage", "0", 24), (24,), (1,))
    hooks = name("collections", "OrderedDict") + b")R"
    parameter = name("torch._utils", "_rebuild_parameter") + row(inner, b"\x88", hooks) + b"R"
    short = b"\x8c\x06weight\x94"
    pickle = b"\x80\x04" + b"}\x94(" + short + parameter + b"u" + STOP
    assert np.array_equal(
        read_state_dict(zipped(pickle, {"0": NUMBERS.tobytes()}))["weight"], NUMBERS
    )


GOOD = tensor(storage("FloatStorage", "0", 24), (24,), (1,))


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (name("builtins", "print") + row(text("called")) + b"R", "names 'builtins print'"),
        (name("collections", "Counter") + b")R", "names 'collections Counter'"),
        (name("torch", "device") + row(text("cpu")) + b"R", "names 'torch device'"),
        (text("builtins") + text("print") + b"\x93", "names 'builtins print'"),
        (name("collections", "OrderedDict") + row(b"]") + b"R", "has arguments"),
        (name("torch", "FloatStorage") + b")R", "calls something that is not a function"),
        (
            name("torch._utils", "_rebuild_tensor_v2") + row(*[b"N"] * 6) + b"R",
            "not built from a storage",
        ),
        (name("torch._utils", "_rebuild_tensor_v2") + b")R", "damaged"),
        (tensor(storage("FloatStorage", "0", 24), (25,), (1,)), "beyond its storage"),
        (tensor(storage("FloatStorage", "0", 24), (2,), (1,), offset=23), "beyond its storage"),
        (tensor(storage("FloatStorage", "0", 24), (2**20, 2**20), (0, 0)), "beyond its storage"),
        (tensor(storage("FloatStorage", "0", 24), (2,), (-1,), offset=5), "impossible shape"),
        (tensor(storage("FloatStorage", "0", 24), (2,), (1, 1)), "impossible shape"),
        (tensor(storage("FloatStorage", "0", 24), (1,) * 9, (1,) * 9), "impossible shape"),
        (tensor(storage("FloatStorage", "1", 24), (24,), (1,)), "storage"),
        (tensor(storage("FloatStorage", "0", -1), (0,), (1,)), "not a storage"),
        (tensor(storage("QInt8Storage", "0", 24), (24,), (1,)), "QInt8Storage"),
        (GOOD + b"0" + tensor(storage("IntStorage", "0", 24), (1,), (1,)), "POP"),
        (number(3), "not a tensor"),
        (text("plain"), "not a tensor"),
        (b"I3\n", "INT"),
        (b"(i__main__\nThing\n", "INST"),
        (b"\x81", "NEWOBJ"),
        (b"\x82\x05", "EXT1"),
        (b"h\x63", "damaged"),
        (b"R", "too few|not a function|damaged"),
        (b"\x85\x85\x87\x87", "too few"),
        (b"}(" + row(number(1)) + b"Nu", "neither text nor numbers"),
        (b"](NNu", "not a dictionary"),
        (b"}Na", "not a list"),
        (b"]N" + b"b", "attributes of something that is not a dictionary"),
        (b"\xff", "damaged"),
        (b"\x8e" + (2**62).to_bytes(8, "little"), "BINBYTES8|damaged"),
        (b"\x8d" + (2**62).to_bytes(8, "little"), "damaged"),
    ],
)
def test_everything_else_is_refused(entry: bytes, complaint: str) -> None:
    data = zipped(ordered({"a": GOOD, "b": entry}), {"0": NUMBERS.tobytes()})
    with pytest.raises(ModelError, match=complaint) as caught:
        read_state_dict(data)
    assert "\n" not in caught.value.message


def test_a_large_place_in_the_memo_costs_nothing() -> None:
    """The unpickler of the standard library made room for all places before it."""
    put = b"r" + (2**31).to_bytes(4, "little")
    pickle = PROTO + b"}(" + text("a") + GOOD + put + b"u" + STOP
    assert read_state_dict(zipped(pickle, {"0": NUMBERS.tobytes()}))["a"].shape == (24,)


def test_endless_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickles, "MOST_STEPS", 50)
    with pytest.raises(ModelError, match="too long"):
        read_state_dict(zipped(PROTO + b"N" * 60 + STOP, {}))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no end|damaged"),
        (b"PK\x03\x04 and then nothing", "archive is damaged"),
        (zipped(ordered({}), {})[:-30], "archive is damaged"),
        # Its directory then says that the first entry begins before the file does.
        (zipped(ordered({}), {})[:10] + zipped(ordered({}), {})[12:], "archive is damaged"),
        (zipped(ordered({}), {}).replace(b"PK\x01\x02", b"PK\x01\x03"), "archive is damaged"),
        (zipped(ordered({"a": GOOD}), {}), "storage 0 is missing"),
        (zipped(ordered({"a": GOOD}), {"0": b"1234"}), "4 bytes instead of 96"),
        (zipped(ordered({"a": GOOD}), {"0": NUMBERS.tobytes()}, byteorder="big"), "big-endian"),
        (
            zipped(ordered({"a": GOOD}), {"0": NUMBERS.tobytes()}, compression=8),
            "entries are compressed",
        ),
        (zipped(PROTO + text("text") + STOP, {}), "not a dictionary"),
        (zipped(ordered({"a": GOOD})[:-1], {"0": NUMBERS.tobytes()}), "damaged|no end"),
        (stream(ordered({"a": GOOD}), {"0": NUMBERS.tobytes()}, magic=1), "does not start"),
        (stream(ordered({"a": GOOD}), {"0": NUMBERS.tobytes()}, little=b"\x89"), "big-endian"),
        (stream(ordered({"a": GOOD}), {}), "do not match its tensors"),
        (
            stream(ordered({"a": GOOD}), {"0": NUMBERS.tobytes()[:-4]}),
            "size of storage 0 does not match",
        ),
        (stream(ordered({"a": GOOD}), {"0": NUMBERS.tobytes()})[:-1], "95 bytes instead of 96"),
        (stream(ordered({"a": GOOD}), {"0": NUMBERS.tobytes()}) + b"!", "1 bytes are left over"),
        (
            stream(
                ordered(
                    {"a": tensor(storage("FloatStorage", "0", 24, row(text("0"))), (24,), (1,))}
                ),
                {"0": NUMBERS.tobytes()},
            ),
            "view of another",
        ),
    ],
)
def test_damaged_files(data: bytes, complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint) as caught:
        read_state_dict(data)
    assert caught.value.hint


def test_cut_anywhere_is_one_clear_error() -> None:
    for whole in (
        zipped(ordered({"a": GOOD}), {"0": NUMBERS.tobytes()}),
        stream(ordered({"a": GOOD}), {"0": NUMBERS.tobytes()}),
    ):
        for length in range(0, len(whole), 3):
            with pytest.raises(ModelError):
                read_state_dict(whole[:length])


def test_the_file_of_2020() -> None:
    if not store.installed("efficientnet-lite0"):
        pytest.skip("the weights are not here: nijigen models get efficientnet-lite0")
    (path,) = store.files("efficientnet-lite0").values()
    found = read_state_dict(path.read_bytes())
    assert len(found) == 296
    assert found["_fc.weight"].shape == (1000, 1280)
    assert found["_bn0.num_batches_tracked"].dtype == np.int64
