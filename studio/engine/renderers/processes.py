"""A render worker and the programs that it starts (ffmpeg) live and die together.

On POSIX systems a worker leads a session, hence a process group, of its own, and the
group is killed as a whole. On Windows it puts itself into a job object that ends every
member when its last handle closes, which is when the worker is gone. Standard library only.
"""

import contextlib
import os
import signal
import sys
from typing import Any, ClassVar, Final, NoReturn

_KILL_ON_JOB_CLOSE: Final = 0x2000
_EXTENDED_LIMIT_INFORMATION: Final = 9


def lead_group() -> None:
    """Make this process the head of a group that its children join; call it once, early."""
    if sys.platform == "win32":
        _enter_job_object()
    else:
        os.setsid()


def end_group(pid: int) -> None:
    """Kill the worker *pid* and what it started, now. Harmless when they are gone or lead no group yet."""
    if sys.platform != "win32" and pid > 0:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def end_own_group() -> NoReturn:
    """End this worker and what it started, now."""
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _enter_job_object() -> None:
    """See *Job Objects* in the Windows documentation: JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Limits(ctypes.Structure):
            _fields_: ClassVar[Any] = [
                ("process_time", ctypes.c_int64),
                ("job_time", ctypes.c_int64),
                ("flags", wintypes.DWORD),
                ("smallest_working_set", ctypes.c_size_t),
                ("largest_working_set", ctypes.c_size_t),
                ("processes", wintypes.DWORD),
                ("affinity", ctypes.c_size_t),
                ("priority_class", wintypes.DWORD),
                ("scheduling_class", wintypes.DWORD),
                *((f"io_{i}", ctypes.c_uint64) for i in range(6)),
                *((f"memory_{i}", ctypes.c_size_t) for i in range(4)),
            ]

        kernel = ctypes.windll.kernel32
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.CreateJobObjectW.argtypes = [ctypes.c_void_p, wintypes.LPCWSTR]
        kernel.SetInformationJobObject.argtypes = [wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD]
        kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        job = kernel.CreateJobObjectW(None, None)  # never closed by us: the system closes it with this process
        limits = Limits(flags=_KILL_ON_JOB_CLOSE)
        if job and kernel.SetInformationJobObject(
            job, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
        ):
            kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
