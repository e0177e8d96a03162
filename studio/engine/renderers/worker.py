"""The child side of the render pool: one process that runs one render at a time.

Imports nothing heavy: thread counts must be in the environment before NumPy, OpenCV and
ONNX Runtime load, which happens when the first job is unpickled. The process lives at
the lowest priority, within a memory bound, and ends when its parent does.
"""

import os
import pickle
import signal
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Any, ClassVar, Final

from studio.contract.errors import ToolError
from studio.engine.renderers import processes

_THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
_THREADS: Final = "STUDIO_RENDER_THREADS"
_MIN_PROGRESS_GAP_S: Final = 0.05
_WATCH_INTERVAL_S: Final = 0.25
OUT_OF_MEMORY: Final = "This picture needs more memory than a render may use. A smaller size will work."


@dataclass
class _Reporter:
    """Where ``report`` sends progress of the job at hand."""

    connection: Connection | None = None
    last_at_s: float = 0.0
    last_label: str | None = None
    quiet: bool = False


_reporter = _Reporter()
_busy = threading.Event()


def report(fraction: float | None, label: str | None = None) -> None:
    """Tell the parent how far the running job is (0.0–1.0, None while unknown).

    Cheap: at most twenty messages a second leave the process, plus every new label.
    Outside a render worker it does nothing, so renderers also run on their own.
    """
    if _reporter.connection is None or _reporter.quiet:
        return
    now_s = time.monotonic()
    if label == _reporter.last_label and now_s - _reporter.last_at_s < _MIN_PROGRESS_GAP_S:
        return
    _reporter.last_at_s, _reporter.last_label = now_s, label
    _reporter.connection.send(("progress", fraction, label))


def report_nothing() -> None:
    """Keep the rest of this job quiet: one of several jobs whose caller counts them itself."""
    _reporter.quiet = True


def threads() -> int:
    """Return how many native threads a renderer may use in this process."""
    return max(1, int(os.environ.get(_THREADS, "1")))


def serve(connection: Connection, thread_count: int, memory_limit_bytes: int) -> None:
    """Run jobs from *connection* until it closes: the target of a worker process."""
    for variable in _THREAD_VARIABLES:
        os.environ[variable] = str(thread_count)
    os.environ[_THREADS] = str(thread_count)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    sys.stdout = sys.stderr  # standard output belongs to the engine's ready line
    processes.lead_group()  # the programs that a job starts end with this process
    _lower_priority()
    watched = not _limit_memory(memory_limit_bytes)
    threading.Thread(
        target=_watch, args=(memory_limit_bytes if watched else None,), name="render-watch", daemon=True
    ).start()
    while True:
        try:
            payload = connection.recv_bytes()
        except (EOFError, OSError):
            return
        _busy.set()
        answer = _run(connection, payload)
        _busy.clear()
        try:
            connection.send_bytes(answer)
        except OSError:
            return


def _run(connection: Connection, payload: bytes) -> bytes:
    _reporter.connection, _reporter.last_at_s, _reporter.last_label = connection, 0.0, None
    _reporter.quiet = False
    try:
        function, args, kwargs = pickle.loads(payload)
        return pickle.dumps(("done", function(*args, **kwargs)), protocol=pickle.HIGHEST_PROTOCOL)
    except ToolError as error:
        return pickle.dumps(("tool_error", error.code, error.message, error.suggested_args, error.data))
    except BaseException as error:  # noqa: BLE001 - every failure is handed to the parent
        if isinstance(error, MemoryError) or _is_native_memory_error(error):
            return pickle.dumps(("tool_error", "GPU_WORKER_FAILED", OUT_OF_MEMORY, None, None))
        return _pickled_error(error)
    finally:
        _reporter.connection = None


def _is_native_memory_error(error: BaseException) -> bool:
    text = str(error).lower()
    return "insufficient memory" in text or "bad_alloc" in text or "failed to allocate memory" in text


def _pickled_error(error: BaseException) -> bytes:
    try:
        packed = pickle.dumps(("error", error))
        pickle.loads(packed)
    except Exception:  # noqa: BLE001 - an exception class may break in any way when it is rebuilt
        text = f"{type(error).__name__}: {error}"
        return pickle.dumps(("tool_error", "GPU_WORKER_FAILED", f"The render failed ({text[:300]}).", None, None))
    return packed


def _lower_priority() -> None:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x40)  # IDLE_PRIORITY_CLASS
    else:
        os.nice(19)


def _limit_memory(limit_bytes: int) -> bool:
    """Bound this process's private memory in the kernel; False where only watching is possible.

    Linux counts every private writable mapping against ``RLIMIT_DATA``, so an
    allocation beyond it fails with an exception instead of ending the process.
    """
    if not sys.platform.startswith("linux"):
        return False
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, limit_bytes))
    return True


def _watch(limit_bytes: int | None) -> None:
    """Leave when the parent is gone; with *limit_bytes*, also when a job outgrows it."""
    parent = parent_process()
    if parent is None:
        return
    while True:
        if limit_bytes is None:
            wait([parent.sentinel])
            processes.end_own_group()
        _busy.wait()
        if wait([parent.sentinel], timeout=_WATCH_INTERVAL_S) or _resident_bytes() > limit_bytes:
            processes.end_own_group()


def _resident_bytes() -> int:
    """Return the peak resident memory of this process (macOS and Windows)."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Counters(ctypes.Structure):
            _fields_: ClassVar[Any] = [
                ("cb", wintypes.DWORD),
                ("PageFaultCount", wintypes.DWORD),
                *((f"size_{i}", ctypes.c_size_t) for i in range(8)),
            ]

        counters = Counters()
        counters.cb = ctypes.sizeof(counters)
        kernel = ctypes.windll.kernel32
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        query = kernel.K32GetProcessMemoryInfo
        query.argtypes = [wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD]
        query(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
        return int(counters.size_0)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
