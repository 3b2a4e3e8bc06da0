"""Voxel model: a picture as columns, for programs that work in three dimensions."""

from __future__ import annotations

from typing import Literal

from nijigen.core.artwork import Artwork
from nijigen.core.binary import Binary
from nijigen.core.operation import operation
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.effects._voxel.columns import By, Height, Resolution, Shape, Smoothness


@operation(alpha="own", version=1, preview="whole")
def voxel_model(
    picture: Picture | Artwork,
    height_map: Picture | None = None,
    *,
    format: Literal["glb", "vox"] = "glb",
    shape: Shape = "voxels",
    resolution: Resolution = 128,
    by: By = "brightness",
    height: Height = 8,
    smoothness: Smoothness = 0.4,
    invert: bool = False,
    run: Run = SILENT,
) -> Binary:
    """Write a picture as a 3D model of columns, high where it is light.

    The columns are those that ``effects.voxel`` shows.

    Args:
        picture: A picture or an artwork. Where it is transparent, there are no columns.
        height_map: Heights: white is highest. Stretched to the picture.
        format: GLB is a mesh with a color for each vertex, one meter long. VOX is for MagicaVoxel,
            with up to 255 colors; larger pictures than 256 voxels become several models.
        shape: ``bars`` have any height; ``voxels`` are piles of cubes, as VOX always has.
        resolution: Columns along the longer side, at most one for a pixel.
        by: Without a height map, the lighter the higher, or each layer of an artwork higher than
            those below.
        height: How much higher the highest column is than the lowest, in percent of the longer
            side.
        smoothness: How much heights are smoothed, so that faces stay whole.
        invert: Exchange high and low.

    Returns:
        The content of the file.

    Raises:
        SettingsError: A setting is out of range.

    Source: glTF 2.0 specification; MagicaVoxel file format by ephtracy.

    Example:
        >>> import numpy as np
        >>> from nijigen import Picture
        >>> from nijigen.effects.voxel_model import voxel_model
        >>> voxel_model(Picture(np.zeros((8, 8), np.uint8)), format="vox").content[:4]
        b'VOX '
    """
    from nijigen.effects._voxel.columns import columns_of
    from nijigen.effects._voxel.glb import glb_of
    from nijigen.effects._voxel.vox import vox_of

    columns = columns_of(
        picture,
        height_map,
        shape="voxels" if format == "vox" else shape,
        by=by,
        resolution=resolution,
        height=height,
        smoothness=smoothness,
        invert=invert,
    )
    if not columns.filled.any():
        run.note("assumed", "the picture is transparent: the model is empty")
    return Binary(content=(glb_of if format == "glb" else vox_of)(columns), ending=format)
