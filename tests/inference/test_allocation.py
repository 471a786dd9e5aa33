"""Memory that is freed and needed again stays with the process."""

import subprocess
import sys

PROGRAM = """
import resource
import numpy as np
from egov_kg.inference.allocation import keep_freed_memory
keeps = keep_freed_memory()
for _ in range(2):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(50):
        np.ones(1 << 19)
    pages = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(not keeps or pages < 1000)
"""


def test_arrays_get_the_pages_of_those_before_them() -> None:
    """Four megabytes fifty times are a thousand pages, not fifty thousand; where the C library is another, nothing."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert done.stdout == "True\n"
