"""Named points between two writes where a test can end the process.

``fault`` does nothing unless the environment variable ``STUDIO_FAULT`` names the point
(``name``, or ``name@3`` for its third passage); only tests set it. With
``STUDIO_FAULT_ONCE`` naming a file, the process dies only if that file can be created,
so that a restarted process passes.
"""

import os
import signal
from collections import Counter

VARIABLE = "STUDIO_FAULT"

FAULT_POINTS: tuple[str, ...] = (
    "job.created",
    "job.before_start",
    "job.leased",
    "job.before_commit",
    "job.after_commit",
    "job.step_begun",
    "job.step_recorded",
    "job.finished",
)
"""Points of the core; the executors add theirs to ``RUN_FAULTS`` and ``WORKFLOW_FAULTS``."""

RUN_FAULTS: tuple[str, ...] = (
    "run.accepted",
    "run.created",
    "run.round_started",
    "run.round_asked",
    "run.round_recorded",
    "run.before_dispatch",
    "run.call_performed",
    "run.call_recorded",
    "run.before_resolve",
    "run.resolved",
    "run.before_close",
    "run.closed",
)
RUN_DECISION_FAULTS: tuple[str, ...] = ("run.before_pause", "run.paused", "run.confirmed", "run.cancelled")
"""Passed only where a person decides."""
WORKFLOW_FAULTS: tuple[str, ...] = (
    "workflow.before_create",
    "workflow.created",
    "workflow.before_step",
    "workflow.step_started",
    "workflow.step_called",
    "workflow.step_recorded",
    "workflow.before_conclude",
    "workflow.concluded",
)
WORKFLOW_DECISION_FAULTS: tuple[str, ...] = (
    "workflow.before_decision",
    "workflow.decided",
    "workflow.resumed",
    "workflow.confirmed",
    "workflow.cancelled",
)
"""Passed only where a person, or a condition of a template, decides."""

_passed: Counter[str] = Counter()


def fault(name: str) -> None:
    """Die here, uncleanly, when a test asked for it."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    point, _, number = wanted.partition("@")
    if point != name:
        return
    _passed[name] += 1
    if _passed[name] < int(number or 1):
        return
    marker = os.environ.get("STUDIO_FAULT_ONCE")
    if marker:
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            return
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
