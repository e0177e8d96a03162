"""Print how many phrasings the director gets right, tuned and held out.

Run: ``python tests/benchmarks/phrasing_score.py [-v] [tuned|held|further]``.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.engine.director.phrasings import FURTHER, HELD_OUT, TUNED
from tests.engine.director.scoring import problems


def main(arguments: list[str]) -> None:
    """Score the parts named (both by default); ``-v`` lists what went wrong."""
    for name, rows in (("tuned", TUNED), ("held", HELD_OUT), ("further", FURTHER)):
        if {"tuned", "held", "further"} & set(arguments) and name not in arguments:
            continue
        wrong = [(row, found) for row in rows if (found := problems(row))]
        print(f"{name}: {len(rows) - len(wrong)}/{len(rows)} = {1 - len(wrong) / len(rows):.1%}")
        for row, found in wrong if "-v" in arguments else []:
            print(f"  {row.text!r} [{row.have}]: {'; '.join(found)[:300]}")


if __name__ == "__main__":
    main(sys.argv[1:])
