"""How the memory of a long-running process is given back.

Owns: what the C library is told.
Does not own: what takes the memory.

Left to itself, glibc learns from the first large answers to keep memory of their size, cuts it into pieces for what
comes later, and holds more the longer a process runs. Told to return everything at once, it takes new pages from the
system for every large answer: 2 000 rows, 370 KB, cost twice the time.
"""

import ctypes

# malloc.h
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE_BYTES = 512 * 1024
_KEPT_BYTES = 4 * _LARGE_BYTES


def return_what_is_free() -> None:
    """Return large blocks to the system one by one, and what is free beyond a small rest; do nothing without glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
        mallopt(_M_ARENA_MAX, 1)
