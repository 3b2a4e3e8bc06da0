"""What ``import nijigen`` offers; loaded when the first of its names is asked for."""

from nijigen.core.animation import Animation
from nijigen.core.artwork import Artwork, Group, Layer
from nijigen.core.clip import Clip, Frame
from nijigen.core.command import Change, Command, Plan, command
from nijigen.core.errors import NijigenError
from nijigen.core.file_set import FileSet
from nijigen.core.operation import Operation, Setting, operation
from nijigen.core.picture import Picture
from nijigen.core.registry import every as operations
from nijigen.core.registry import get
from nijigen.core.run import SILENT, Note, Run

__all__ = [
    "SILENT",
    "Animation",
    "Artwork",
    "Change",
    "Clip",
    "Command",
    "FileSet",
    "Frame",
    "Group",
    "Layer",
    "NijigenError",
    "Note",
    "Operation",
    "Picture",
    "Plan",
    "Run",
    "Setting",
    "command",
    "get",
    "operation",
    "operations",
]
