"""How the memory of a long-running process is given back.

Owns: what the C library is told.
Does not own: what takes the memory.

Left to itself, glibc learns from the first large answers to keep memory of their size, cuts it into pieces for what
comes later, and holds more the longer a process runs.
"""

import ctypes

# malloc.h
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE_BYTES = 64 * 1024


def return_what_is_free() -> None:
    """Take large blocks from the system one by one and return them at once; do nothing without glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_TRIM_THRESHOLD, 2 * _LARGE_BYTES)
        mallopt(_M_ARENA_MAX, 1)
