"""Python's garbage collector in a process of the service."""

from __future__ import annotations

import gc

#: A collection of young objects follows this number of new objects (Python's default is 700). A batch of jobs
#: makes thousands of objects that die without the collector, so the default starts dozens of collections that
#: find nothing. They took a tenth of the CPU time of a job.
YOUNG = 20_000
_OLDER = (20, 50)


def spare() -> None:
    """Exclude all existing objects from garbage collection, and collect less often. The objects live as long
    as the process, and a full collection would stop the event loop for tens of milliseconds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *_OLDER)
