"""Named fault points, so that a test can end the process between two writes.

``reach`` does nothing unless ``STUDIO_LIBRARY_FAULT`` names the point; only tests set it.
"""

import os
import signal

VARIABLE = "STUDIO_LIBRARY_FAULT"

POINTS = (
    "file_half_written",
    "file_written",
    "file_synced",
    "file_renamed",
    "before_commit",
    "after_commit",
    "backup_made",
    "migration_done",
    "run_begun",
    "run_started",
    "run_events_kept",
    "run_ended",
)


def reach(point: str) -> None:
    """Die here, uncleanly, when the test asked for it."""
    if os.environ.get(VARIABLE) == point:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
