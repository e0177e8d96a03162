# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""One step of a plan while its calls are made: what it may use, and how it finds its pieces."""

import re
from dataclasses import dataclass, field
from typing import Any

from studio.contract.chat import MediaKind
from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.history import Conversation
from studio.engine.agent.director.lexicon import ORDINALS

Arguments = dict[str, Any]

_NOUN = {"image": "picture", "video": "clip", "audio": "sound"}


class Ask(Exception):
    """A step cannot be called before the person answers; ``str(ask)`` is the question."""


@dataclass
class Step:
    """A clause with the tool chosen for it.

    Attributes:
        tool: catalogue name, or ``again``.
        chained: whether it works on what the step before it makes.
        every: whether it works on all that was made, even when the words name one.
        scored: whether music of this request lies under what it films.
        seconds: how long its music must be, or the song of its words, when it does not say so itself.
        produced: outputs of the latest step done so far that made pieces of a kind, once known.
        all_made: outputs of every step done so far, by kind.
    """

    tool: str
    clause: Clause
    talk: Conversation
    chained: bool = False
    every: bool = False
    scored: bool = False
    seconds: float | None = None
    produced: dict[MediaKind, list[int]] = field(default_factory=dict)
    all_made: dict[MediaKind, list[int]] = field(default_factory=dict)

    def sources(self, kind: MediaKind, doing: str) -> list[int]:
        """Return the pieces that the step works on; more than one only when it says so.

        Raises:
            Ask: there is none, or the one named does not exist.
        """
        clause = self.clause
        if self.chained and not clause.stock.has(kind) and (nth := self._of_this_request(kind)) is not None:
            return [nth]
        ref = {"image": clause.images, "video": clause.videos, "audio": clause.sounds}[kind]
        if ref.named and ref.missing:
            raise Ask(ref.missing)
        made = self.produced.get(kind, [])
        if self.chained and made and not (ref.named and ref.indices and not clause.says(r" both | all | each | them ")):
            return made if self.every or ref.plural or clause.says(r" (?:them|all|each|both|every) ") else made[:1]
        chosen = list(dict.fromkeys(ref.indices))
        if not chosen:
            raise Ask(missing_piece(kind, doing))
        return chosen if ref.plural else chosen[:1]

    def _of_this_request(self, kind: MediaKind) -> int | None:
        """Return the piece that "the second one" means among what earlier steps made, when it says so."""
        found = re.search(
            rf" (?:the )?({'|'.join(ORDINALS)}) (?:one|picture|image|photo|video|clip|film) | (?:image|picture|video|clip) (\d) ",
            self.clause.text.norm,
        )
        made = self.all_made.get(kind, [])
        place = ORDINALS.get(found[1], 0) or int(found[2] or 0) if found else 0
        return made[place - 1] if 1 <= place <= len(made) else None

    def source(self, kind: MediaKind, doing: str) -> int:
        """Return the one piece that the step works on.

        Raises:
            Ask: there is none.
        """
        return self.sources(kind, doing)[0]

    def pick(self, *names: str) -> Arguments:
        """Return those figures of the clause that were given, under the catalogue's argument *names*."""
        figures = self.clause.figures
        known: Arguments = {
            "numberOfVariations": min(16, figures.count) if figures.count and figures.count > 1 else None,
            "aspectRatio": figures.aspect,
            "width": figures.width,
            "height": figures.height,
            "seed": figures.seed,
            "negativePrompt": figures.negative,
            "duration": number(figures.duration),
            "targetResolution": figures.resolution,
        }
        return {name: known[name] for name in names if known.get(name) is not None}


def number(value: float | None) -> float | int | None:
    """Return whole figures as integers."""
    return int(value) if value is not None and float(value).is_integer() else value


def missing_piece(kind: MediaKind, doing: str) -> str:
    """Return the sentence that asks for a piece of *kind*."""
    noun = _NOUN[kind]
    how = {
        "image": "Drop a picture here or paste one, or tell me what to paint first.",
        "video": "Drop a clip here, or ask for one first.",
        "audio": "Drop a recording or a song here first.",
    }[kind]
    return f"I need a {noun} {doing}, and there is none in this session yet. {how}"
