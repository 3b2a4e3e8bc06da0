"""Stamp: by what a file is taken for the one that was looked at, without reading it again."""

from __future__ import annotations

import os
from typing import NamedTuple, Self

_LARGEST = (1 << 63) - 1
"""Of the database; some disks number their files up to 2 to the power of 64."""


class Stamp(NamedTuple):
    """What the disk says of a file."""

    bytes: int
    modified: int
    """In nanoseconds."""
    inode: int = 0
    """Its number on the disk; 0 if it was not noted."""
    changed: int = 0
    """When its name, permissions or content changed last, in nanoseconds."""

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """Return the stamp of a file."""
        inode = status.st_ino & _LARGEST
        return cls(status.st_size, status.st_mtime_ns, inode, status.st_ctime_ns)

    def is_same(self, other: Stamp) -> bool:
        """Return whether two stamps are of one file with the same content.

        A file that was put in the place of another has another inode and another time of change.
        One alone says little: some disks number files anew when they are mounted, and new
        permissions or links change the time.
        """
        if (self.bytes, self.modified) != (other.bytes, other.modified):
            return False
        noted = self.inode and other.inode
        return not noted or self.inode == other.inode or self.changed == other.changed
