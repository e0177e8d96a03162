"""Stop a chain whose next step works on something that the painter could not show."""

import re
from collections.abc import Sequence

from studio.engine.agent.director.history import Done
from studio.engine.agent.director.step import Step

_NEEDS_SUBJECT = frozenset(
    ("remove_background", "segment_image", "image_to_3d", "orbit_video", "dance_montage", "change_angle")
)
_AFTER_SUBJECT = re.compile(
    r"\s+(?:on|in|at|with|under|over|near|by|from|behind|of|for|and|who|that)\s+|,", re.IGNORECASE
)


def missing_subject(done: Sequence[Done], steps: Sequence[Step], rest: Sequence[Sequence[int]]) -> str | None:
    """Return why to stop before *rest*, when what is to be cut out, turned or danced with is not in the picture."""
    following = [steps[position].tool for group in rest for position in group]
    if not following or following[0] not in _NEEDS_SUBJECT:
        return None
    for one in done:
        thing = _subject(str(one.arguments.get("prompt", "")))
        data = one.result.get("data")
        lacks = data.get("not_drawn") if isinstance(data, dict) else None
        if one.name == "generate_image" and thing and isinstance(lacks, list) and thing in lacks:
            count = "the next step" if len(following) == 1 else f"the next {len(following)} steps"
            return f"I stopped there: {count} would have worked on the {thing}. Drop a picture of one here to go on."
    return None


def _subject(prompt: str) -> str:
    """Return the last word of what *prompt* names first: "a golden beetle on white" is about a beetle."""
    words = _AFTER_SUBJECT.split(prompt, maxsplit=1)[0].lower().split()
    return words[-1] if words else ""
