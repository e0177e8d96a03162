"""Count the words of all phrasing sets for ``studio.engine.agent.director.habits``.

Run: ``python -m tests.engine.director.learn`` after phrasings were added.
"""

import json
from collections import Counter, defaultdict

from studio.engine.agent.director import habits
from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.history import read_conversation
from studio.engine.agent.director.stock import take_stock
from studio.engine.agent.director.text import read
from tests.engine.director.phrasings import FURTHER, HELD_OUT, TUNED, Phrasing
from tests.engine.director.scoring import scene
from tests.engine.director.strangers import ALL_STRANGERS

_EDITS = ("edit_image", "refine_result")


def clause_of(row: Phrasing) -> Clause:
    """Return the request of *row* as the director reads it."""
    round_ = scene(row)
    talk = read_conversation(round_.messages)
    return Clause(read(row.text), take_stock(round_.media, talk))


def count(rows: list[Phrasing]) -> habits.Counts:
    """Return the counts of *rows*; words that only one row has tell nothing and are left out."""
    labels: Counter[str] = Counter()
    states: defaultdict[str, Counter[str]] = defaultdict(Counter)
    words: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        tool = row.tool.split("|")[0]
        label = "edit" if tool in _EDITS else tool
        clause = clause_of(row)
        labels[label] += 1
        states[label][habits.state(clause)] += 1
        for word in habits.words(clause):
            words[word][label] += 1
    return {
        "labels": dict(sorted(labels.items())),
        "states": {label: dict(sorted(found.items())) for label, found in sorted(states.items())},
        "words": {
            word: dict(sorted(found.items())) for word, found in sorted(words.items()) if sum(found.values()) > 1
        },
    }


def main() -> None:
    """Write the counts of every set."""
    rows = [*TUNED, *HELD_OUT, *FURTHER, *(row for rows in ALL_STRANGERS.values() for row in rows)]
    habits.COUNTS.write_text(
        json.dumps(count(rows), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
