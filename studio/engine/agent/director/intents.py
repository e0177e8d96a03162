"""What a clause asks for: every tool gathers evidence, the strongest wins.

Nothing is decided by one phrase alone: a tool's strongest evidence counts in full and the
rest a little, and requests for words (``talk``) compete like any tool.
"""

import re
from collections import defaultdict
from functools import lru_cache

from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.evidence import EVIDENCE
from studio.engine.agent.director.lexicon import CREATE
from studio.engine.agent.director.talk import talk_weight

_LONE_VERB = re.compile(
    rf"^ (?:{CREATE}|write|sing|play|film|record|edit|change)(?: (?:me|us|it|please))? (?:[.,!?] )*$"
)


@lru_cache(maxsize=64)
def scores(clause: Clause) -> dict[str, float]:
    """Return the evidence for every tool, ``talk`` included; strongest first. Kept: a clause is asked several times."""
    total: dict[str, float] = defaultdict(float)
    for item in EVIDENCE:
        if clause.says(item.pattern) and item.when(clause):
            best = total[item.tool]
            total[item.tool] = max(best, item.weight) + min(best, item.weight) * 0.25
    talk = talk_weight(clause)
    if talk:
        total["talk"] = talk
    named = clause.images.named and clause.has("image")
    clip = clause.points_at_video and clause.has("video") and not clause.carried
    if not total and (clause.stock.image.attached or named or clip) and not clause.question:
        moves = not clip and clause.figures.duration is not None and clause.figures.window is None
        total["animate_photo" if moves else "edit"] = 3
    if (
        not total
        and clause.names_subject
        and not clause.question
        and re.search(r"[a-z]{3}", clause.core)
        and not _LONE_VERB.match(clause.core)
    ):
        total["generate_video" if clause.figures.duration and not clause.carried else "generate_image"] = 2
    return dict(sorted(total.items(), key=lambda pair: -pair[1]))


def intent(clause: Clause) -> tuple[str, float]:
    """Return what *clause* asks for and how strong the evidence is; ``("talk", 0)`` when nothing speaks."""
    ranked = scores(clause)
    for tool, weight in ranked.items():
        return _settle(tool, clause), weight
    return "talk", 0.0


def _settle(tool: str, clause: Clause) -> str:
    """Choose between tools that differ only by what they work on."""
    return tool if tool != "edit" else settle_edit(clause)


def settle_edit(clause: Clause) -> str:
    """Return which tool edits what *clause* points at: results, uploads and clips have one each."""
    if clause.points_at_video:
        return "video_to_video"
    several = len(clause.images.indices) > 1 or clause.says(
        r" (?:combine|merge|blend|mix|fuse) | from the (?:first|second) "
    )
    target = clause.images.indices[0] if clause.images.indices else None
    if clause.carried and (target is None or not clause.images.named):
        return "refine_result"
    if (several and not clause.images.plural) or clause.says(r" (?:combine|merge|blend|mix|fuse) "):
        return "edit_image"
    return "edit_image" if target is None or target < 0 else "refine_result"
