"""Seconds per family at 1024 x 1024 on one core, beside a baseline made in the same run.

    python tests/benchmarks/painter.py [seeds]

Times are processor time of this process (one thread), so that other work on the machine does not count.
The baseline is eight octaves of fractal noise over a megapixel, by plain enlargement of random lattices with OpenCV.
"""

from __future__ import annotations

import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np

from studio.engine.renderers.painter import known_families, paint

SIDE_PX = 1024
PROMPTS = {
    "coast": "lighthouse above a sea of clouds at dusk",
    "hills": "nine balloons over hills at dawn",
    "mountains": "mountain lake at dawn",
    "desert": "dunes with a caravan at sunset",
    "forest": "autumn forest path",
    "city": "neon city street in the rain",
    "sky": "towering clouds at golden hour",
    "night": "aurora over mountains",
    "cosmic": "a ringed planet in a nebula",
    "botanical": "a bouquet of peonies",
    "underwater": "koi in a pond",
    "abstract": "abstract flow field",
    "geometric": "stained glass mandala",
    "papercut": "paper cut hills",
    "portrait": "portrait of a woman in profile",
    "still_life": "still life with pears",
    "animals": "a fox",
    "pattern": "seamless art deco pattern",
}


def baseline_s() -> float:
    """Seconds for eight octaves of enlarged noise, best of three."""
    rng = np.random.default_rng(1)
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        total = np.zeros((SIDE_PX, SIDE_PX), np.float32)
        for octave in range(8):
            lattice = rng.standard_normal((4 << octave, 4 << octave), dtype=np.float32)
            total += cv2.resize(lattice, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC) * 0.5**octave
        best = min(best, time.process_time() - start)
    return best


def main(seeds: int) -> None:
    """Print one line per family: mean and worst seconds, and the ratio of the mean to the baseline."""
    cv2.setNumThreads(1)
    base = baseline_s()
    print(f"baseline: 8-octave noise at {SIDE_PX} x {SIDE_PX}: {base * 1000:.0f} ms")
    for family in known_families():
        prompt = PROMPTS.get(family, family)
        times = []
        for seed in range(1, seeds + 1):
            start = time.process_time()
            paint(prompt, width=SIDE_PX, height=SIDE_PX, seed=seed)
            times.append(time.process_time() - start)
        mean = float(np.mean(times))
        print(f"{family:12s} mean {mean:5.2f} s  worst {max(times):5.2f} s  {mean / base:6.1f} x baseline")


def run(smoke: bool) -> None:
    """One seed of each family when *smoke*, else three."""
    main(1 if smoke else 3)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
