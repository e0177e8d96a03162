"""Start to first paint of the studio against a bare window, both as processes of their own in the same run.

``xvfb-run -a python -m tests.benchmarks.startup [--runs 7]``. Budget: 2.0 × the bare window.
The studio starts its engine first, so its figure includes the engine's competition for the processor.
Bytecode is kept in a folder of the run, as an installed package has it; a first start of each is not counted.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUDGET = 2.0
BARE = """
import json, sys, time
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
app = QApplication([])
window = QMainWindow()
centre = QWidget()
window.setCentralWidget(centre)
window.resize(1440, 900)
class First(QObject):
    painted = False
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.painted = True
        return False
first = First()
centre.installEventFilter(first)
window.show()
while not first.painted:
    app.processEvents()
print(json.dumps({"event": "first_paint", "at_s": time.time()}))
"""


def paint_s(command: list[str], bytecode: Path) -> tuple[float, float]:
    """Return the seconds from the start of *command* to its first frame and to the complete window."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.time()
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=environment)
    line = next(line for line in done.stdout.splitlines() if '"first_paint"' in line)
    said = json.loads(line)
    return float(said["at_s"]) - began, float(said.get("complete_at_s", said["at_s"])) - began


def measure(runs: int) -> dict[str, float]:
    """Return medians in seconds and their ratio; bare and studio take turns, so that load hits both alike."""
    bare: list[float] = []
    studio: list[float] = []
    complete: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "studio", "--data-dir", str(Path(folder) / "data"), "--exit-after-first-paint"]
        bytecode = Path(folder) / "bytecode"
        paint_s([sys.executable, "-c", BARE], bytecode)
        paint_s(command, bytecode)
        for _ in range(runs):
            bare.append(paint_s([sys.executable, "-c", BARE], bytecode)[0])
            first, whole = paint_s(command, bytecode)
            studio.append(first)
            complete.append(whole)
    ratios = [s / b for s, b in zip(studio, bare, strict=True)]
    return {
        "bare_s": statistics.median(bare),
        "studio_s": statistics.median(studio),
        "ratio": statistics.median(studio) / statistics.median(bare),
        "ratio_of_pairs": statistics.median(ratios),
        "least_ratio": min(studio) / min(bare),
        "complete_s": statistics.median(complete),
        "complete_ratio": statistics.median(complete) / statistics.median(bare),
    }


def run(smoke: bool) -> None:
    """Print the figures as one JSON object; without a display, offscreen."""
    figures = measure(1 if smoke else 7)
    print(json.dumps({"benchmark": "startup", "budget": BUDGET, **{k: round(v, 3) for k, v in figures.items()}}))


def main() -> int:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    figures = measure(parser.parse_args().runs)
    print(json.dumps({"benchmark": "startup", "budget": BUDGET, **{k: round(v, 3) for k, v in figures.items()}}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
