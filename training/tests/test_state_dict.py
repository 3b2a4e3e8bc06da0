"""Files that PyTorch writes, read without it."""

from __future__ import annotations

import io
from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn

from nijigen.core.errors import ModelError
from nijigen.models._torch.state_dict import read_state_dict


def saved(value: object, zipped: bool) -> bytes:
    out = io.BytesIO()
    torch.save(value, out, _use_new_zipfile_serialization=zipped)
    return out.getvalue()


@pytest.mark.parametrize("zipped", [True, False])
def test_state_dict_of_a_network(zipped: bool) -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(5, 6, bias=False))
    expected = network.state_dict()
    found = read_state_dict(saved(expected, zipped))
    assert list(found) == list(expected)
    for name, tensor in expected.items():
        assert np.array_equal(found[name], tensor.numpy())
        assert found[name].dtype == tensor.numpy().dtype


@pytest.mark.parametrize("zipped", [True, False])
def test_views_types_and_parameters(zipped: bool) -> None:
    base = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
    values = {
        "whole": base,
        "turned": base.permute(2, 0, 1),
        "part": base[1:, ::2, 3],
        "number": base[2, 3, 4],
        "wide": torch.ones(1, 3).expand(4, 3),
        "last": base.contiguous(memory_format=torch.contiguous_format)[..., None].to(
            memory_format=torch.channels_last
        ),
        "half": base.half(),
        "brain": base.bfloat16(),
        "long": base.long(),
        "bytes": base.to(torch.uint8),
        "truth": base > 20,
        "empty": torch.zeros(0, 3),
        "parameter": nn.Parameter(base * 2),
    }
    found = read_state_dict(saved(OrderedDict(values), zipped))
    for name, tensor in values.items():
        plain = tensor.detach()
        plain = plain.float() if plain.dtype == torch.bfloat16 else plain
        assert np.array_equal(found[name], plain.numpy()), name


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize(
    "value",
    [{"a": nn.Linear(2, 2)}, torch.ones(3), {"epoch": 3}, {"a": torch.ones(2, dtype=torch.cfloat)}],
    ids=["module", "tensor", "number", "complex"],
)
def test_everything_else_is_refused(value: object, zipped: bool) -> None:
    with pytest.raises(ModelError, match="state dict cannot be read"):
        read_state_dict(saved(value, zipped))
