"""How much of the machine the interpreter and the C libraries under a service may take.

Measured on a million headcounts: without this, threads of BLAS that wait by spinning took a sixth
of the importer's processor time, and the collector of cycles a twentieth, for objects that stay.
"""

import ctypes
import gc
import os
from typing import Final

# A service works on many things at once: parallel sums within one of them take from the others.
_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
_M_ARENA_MAX: Final = -8  # malloc.h of glibc
_ARENAS: Final = 2
_YOUNG: Final = 20_000  # objects made between two looks at the young ones; by default 700


def restrain() -> None:
    """Bound threads and memory of C libraries. To be called before one of them is imported.

    What the environment says of threads stands.
    """
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # with glibc
        # Each thread has an arena by default, and keeps in it what it has freed.
        mallopt(_M_ARENA_MAX, _ARENAS)


def settle() -> None:
    """Leave what is loaded out of all later collections. To be called when the service is built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
