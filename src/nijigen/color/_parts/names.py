"""Parts of a figure, in the order of the network's outputs."""

PARTS = (
    "background", "hair", "skin", "eye white", "iris", "mouth", "brow", "top", "bottom", "shoes",
    "accessory",
)  # fmt: skip
