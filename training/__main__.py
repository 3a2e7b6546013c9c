"""``python -m training``: the recipe, at low priority and with the allocator that suits it.

The allocator and the threads' habits must be in the environment before torch loads, so the process
starts itself anew with them, once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from ctypes.util import find_library

from training.recipe import main

NICENESS = 10
"""Gives way to whoever works at the machine; at 19 a busy machine would starve a run that ends by
the clock."""


def suited(environment: Mapping[str, str], jemalloc: str | None) -> dict[str, str]:
    """The environment with what training wants; what somebody has set stays as it is."""
    result = {
        # Waiting threads sleep: on busy cores a spinning one eats the time of the one it waits for.
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "0",
        "OMP_NUM_THREADS": "2",
        **environment,
    }
    preloaded = result.get("LD_PRELOAD", "")
    if jemalloc and "jemalloc" not in preloaded:
        # It keeps large blocks for the next tensor, which spares their page faults.
        result["LD_PRELOAD"] = f"{preloaded}:{jemalloc}".lstrip(":")
    return result


def settle() -> None:
    """Restart this process in a suited environment unless it is in one, and lower its priority."""
    jemalloc = find_library("jemalloc") if sys.platform == "linux" else None
    wanted = suited(os.environ, jemalloc)
    if wanted != dict(os.environ) and os.name == "posix":
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], wanted)
    os.environ.update(wanted)
    if hasattr(os, "nice"):
        os.nice(NICENESS)


if __name__ == "__main__":
    settle()
    main()
