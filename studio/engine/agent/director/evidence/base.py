"""What evidence is: a weighted pattern under a condition on what the session holds."""

from collections.abc import Callable
from dataclasses import dataclass

from studio.engine.agent.director.clause import Clause

Condition = Callable[[Clause], bool]


def always(_: Clause) -> bool:
    """No condition."""
    return True


def picture_at_hand(c: Clause) -> bool:
    """A picture exists, or one is pointed at (then its absence is worth a sentence), and no clip is meant."""
    return (c.has("image") or c.images.pointed or c.commands_edit) and not c.points_at_video


def picture_meant(c: Clause) -> bool:
    """An existing picture is meant, or one that an earlier step makes."""
    if "image" in c.carried:
        return c.points_at_picture or not c.points_at_video
    return c.points_at_picture and (c.has("image") or not c.says(r"^ (?:it|this|that) (?:is|was|will be|should) "))


def clip_meant(c: Clause) -> bool:
    """A clip is meant."""
    return c.points_at_video


def sound_at_hand(c: Clause) -> bool:
    """A sound exists or is pointed at."""
    return c.has("audio") or c.says(r" (?:this|my|the|that) (?:\w+ )?{snd} ")


def nothing_meant(c: Clause) -> bool:
    """No existing piece is meant."""
    return not (c.points_at_picture or c.points_at_video) or not (c.has("image") or c.has("video"))


def part_of_clip(c: Clause) -> bool:
    """A time window of a clip is named."""
    return c.figures.window is not None and (c.points_at_video or c.has("video"))


def size_given(c: Clause) -> bool:
    """A factor or an edge length is given for an existing picture."""
    return (
        picture_at_hand(c) and (c.figures.scale is not None or c.figures.longest_edge is not None) and not c.creates_new
    )


def no_new_picture(c: Clause) -> bool:
    """An existing picture, and no new subject."""
    return picture_at_hand(c) and not c.creates_new


@dataclass(frozen=True)
class Evidence:
    """A pattern that speaks for a tool."""

    tool: str
    weight: float
    pattern: str
    when: Condition = always
