"""Primary keys made in Python."""

import os
import time
from datetime import datetime
from uuid import UUID


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, then 74 random bits.

    Keys made later sort later, so B-tree inserts stay at the right-hand edge.
    """
    return _built(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10)))


def first_id(moment: datetime) -> UUID:
    """The lowest key that can be made at a moment: keys made before it are lower."""
    return _built(max(0, int(moment.timestamp() * 1000)), 0)


def _built(milliseconds: int, random: int) -> UUID:
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | random
    value = value & ~(0xF << 76) | (0x7 << 76)  # version 7
    value = value & ~(0x3 << 62) | (0x2 << 62)  # RFC variant
    return UUID(int=value)
