"""Run the benchmarks: ``python -m tests.benchmarks [--smoke] [name ...]``.

A benchmark is a module of this package with ``run(smoke: bool) -> None``. It prints ratios
against a baseline measured in the same run; ``--smoke`` makes each as short as it can be
while still running every line. Each runs in a process of its own.
"""

import argparse
import pkgutil
import subprocess
import sys
import time
from pathlib import Path


def names() -> list[str]:
    """Return the names of all benchmarks."""
    return sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if not m.name.startswith("_"))


def main() -> int:
    """Run the chosen benchmarks and return the number that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--smoke", action="store_true", help="shortest run that still exercises everything")
    parser.add_argument("names", nargs="*", help="which ones; all by default")
    chosen = parser.parse_args()
    failed = 0
    for name in chosen.names or names():
        print(f"-- {name}", flush=True)
        begun_s = time.monotonic()
        code = f"from tests.benchmarks.{name} import run; run(smoke={chosen.smoke})"
        done = subprocess.run([sys.executable, "-c", code], check=False)
        print(f"   {time.monotonic() - begun_s:.1f} s", flush=True)
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
