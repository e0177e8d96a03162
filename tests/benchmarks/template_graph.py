"""The graph of a template at 100 and 500 stages: opening, panning, zooming, and the memory of it.

A frame is a step of the gesture and the painting that it causes, by the clock and by the processor time of the thread
(which does not see what else the machine does). Everything is also given as a ratio to the same canvas without a single
stage, measured in the same run. After a zoom one frame settles what is shown.
"""

import gc
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_WIDE, _HIGH = 996, 694
Found = dict[str, list[tuple[float, float]]]


def run(smoke: bool) -> None:
    """Print times of opening, p50/p99/max of pan and zoom frames, the settling frame, and memory."""
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    from studio.ui.theme import theme

    theme().apply_to(app)
    theme().choose("dark", reduced_motion=True)
    with tempfile.TemporaryDirectory() as folder:
        _measure(app, 0, Path(folder), smoke)  # fonts and icons are loaded once, and nobody's cost
        empty = _measure(app, 0, Path(folder), smoke)
        _report(0, empty, None)
        for stages in (20,) if smoke else (100, 500):
            _report(stages, _measure(app, stages, Path(folder), smoke), empty)


def _measure(app: object, stages: int, folder: Path, smoke: bool) -> Found:
    from studio.contract.editing.document import Document
    from studio.ui.templates.graph import GraphView
    from tests.helpers.graphs import chain, editor_of

    document = chain(stages) if stages else Document({"name": "Empty", "inputs": [], "stages": []})
    editor = editor_of(document, folder)
    gc.collect()
    gc.freeze()
    before_mb = _memory_mb()
    begun = _clocks()
    view = GraphView(editor)
    view.resize(_WIDE, _HIGH)
    view.show()
    app.processEvents()  # type: ignore[attr-defined]
    opened = _since(begun)
    steps = 20 if smoke else 150
    canvas = view.canvas
    found: Found = {"open": [opened]}
    for name, zoom in (("pan at 100 %", 1.0), ("pan at 50 %", 0.5), ("pan at 30 %", 0.3)):
        canvas.zoom_to(zoom)
        canvas.settle()
        app.processEvents()  # type: ignore[attr-defined]
        ways = [(-9 if number % 100 < 50 else 9, -5 if number % 60 < 30 else 5) for number in range(steps)]
        found[name] = [_frame(app, partial(canvas.pan, *way)) for way in ways]
    canvas.zoom_to(1.0)
    canvas.settle()
    app.processEvents()  # type: ignore[attr-defined]
    found["zoom"] = []
    found["settle"] = []
    for turn in range(1 if smoke else 4):
        factor = 0.97 if turn % 2 == 0 else 1 / 0.97
        for _step in range(steps // 3):
            found["zoom"].append(_frame(app, partial(canvas.zoom_to, canvas.zoom * factor)))
        found["settle"].append(_frame(app, canvas.settle))
    found["whole"] = [_frame(app, canvas.fit) for _ in range(5)]
    found["memory"] = [(_memory_mb() - before_mb,) * 2]
    view.close()
    view.deleteLater()
    app.processEvents()  # type: ignore[attr-defined]
    gc.unfreeze()
    return found


def _frame(app: object, step: Callable[[], object]) -> tuple[float, float]:
    begun = _clocks()
    step()
    app.processEvents()  # type: ignore[attr-defined]
    return _since(begun)


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def _since(begun: tuple[float, float]) -> tuple[float, float]:
    now = _clocks()
    return (now[0] - begun[0]) * 1000, (now[1] - begun[1]) * 1000


def _memory_mb() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 1024 / 1024


def _report(stages: int, found: Found, empty: Found | None) -> None:
    print(f"   {stages} stages")
    for name, pairs in found.items():
        if name == "memory":
            print(f"      memory: {pairs[0][0]:+.1f} MB")
            continue
        said = []
        for clock, word in enumerate(("clock", "processor")):
            values = sorted(pair[clock] for pair in pairs)
            p99 = values[min(len(values) - 1, int(len(values) * 0.99))]
            said.append(f"{word} p50 {values[len(values) // 2]:.1f}, p99 {p99:.1f}, max {values[-1]:.1f} ms")
        ratio = ""
        if empty is not None:
            mine, base = (sorted(pair[1] for pair in each[name])[len(each[name]) // 2] for each in (found, empty))
            ratio = f" ({mine / max(base, 0.05):.1f} × empty)"
        print(f"      {name}: {'; '.join(said)}{ratio}")


if __name__ == "__main__":
    run(smoke="--smoke" in sys.argv)
