"""How much of the machine the interpreter and the C libraries under a service may take.

Measured on a million headcounts: without this, threads of BLAS that wait by spinning took a sixth
of the importer's processor time, and the collector of cycles a twentieth, for objects that stay.
"""

import ctypes
import gc
import os
from typing import Final

_ENVIRONMENT: Final = {
    # A service does many things at once: parallel sums within one of them take from the others.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # What polars has freed goes back soon, not within ten seconds; at once, and each of its steps
    # would ask for all its pages anew.
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:200,muzzy_decay_ms:0",
}
# malloc.h of glibc: what to set, and to what. Each thread has an arena by default and keeps in it
# what it has freed, and what is once freed in large pieces is kept from then on.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_MEMORY: Final = ((_M_ARENA_MAX, 2), (_M_MMAP_THRESHOLD, 16 << 20), (_M_TRIM_THRESHOLD, 24 << 20))
_YOUNG: Final = 5_000  # objects made between two looks at the young ones; by default 700


def restrain() -> None:
    """Bound threads and memory of C libraries. To be called before one of them is imported.

    What the environment says already stands.
    """
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # with glibc
        for parameter, bound in _MEMORY:
            mallopt(parameter, bound)


def settle() -> None:
    """Leave what is loaded out of all later collections. To be called when the service is built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
