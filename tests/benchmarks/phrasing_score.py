"""Print how many phrasings the director gets right, set by set.

Run: ``python tests/benchmarks/phrasing_score.py [-v] [SET ...]`` or through ``python -m tests.benchmarks``.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.engine.director.everyday import judge
from tests.engine.director.everyday_rows import ALL_EVERYDAY
from tests.engine.director.phrasings import FURTHER, HELD_OUT, TUNED, Phrasing
from tests.engine.director.scoring import problems
from tests.engine.director.strangers import ALL_STRANGERS

SETS: dict[str, list[Phrasing]] = {
    "tuned": TUNED,
    "held": HELD_OUT,
    "further": FURTHER,
    **ALL_STRANGERS,
}


def score(name: str, *, verbose: bool) -> None:
    """Score one set; *verbose* lists what went wrong below the one line of figures."""
    if name in ALL_EVERYDAY:
        score_turns(name, verbose=verbose)
        return
    rows = SETS[name]
    wrong = [(row, found) for row in rows if (found := problems(row))]
    print(f"{name}: {len(rows) - len(wrong)}/{len(rows)} = {1 - len(wrong) / len(rows):.1%}")
    for row, found in wrong if verbose else []:
        print(f"  {row.text!r} [{row.have}]: {'; '.join(found)[:300]}")


def score_turns(name: str, *, verbose: bool) -> None:
    """Score a set of whole turns: right in every call, right in part, wrong."""
    judged = [(row, *judge(row)) for row in ALL_EVERYDAY[name]]
    right, partly = (sum(verdict == wanted for _, verdict, _ in judged) for wanted in ("right", "partly"))
    print(f"{name}: {right}/{len(judged)} = {right / len(judged):.1%}, {partly} more in part")
    for row, verdict, found in judged if verbose else []:
        if verdict != "right":
            print(f"  {verdict}: {row.text!r} [{row.have}]: {found[:300]}")


def run(smoke: bool) -> None:
    """Score every set; *smoke* prints one line per set, otherwise misses are listed as well."""
    for name in (*SETS, *ALL_EVERYDAY):
        score(name, verbose=not smoke)


def main(arguments: list[str]) -> None:
    """Score the sets named (all by default); ``-v`` lists what went wrong."""
    every = (*SETS, *ALL_EVERYDAY)
    for name in [one for one in every if one in arguments] or every:
        score(name, verbose="-v" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
