"""What to select, as the arguments say it. Imports nothing heavy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.contract.errors import ToolError


@dataclass(frozen=True)
class Point:
    """A click, in shares of the picture."""

    x: float
    y: float
    positive: bool


@dataclass(frozen=True)
class Box:
    """A frame, in shares of the picture; ``label`` says what it holds when that is known."""

    x0: float
    y0: float
    x1: float
    y1: float
    positive: bool = True
    label: str = ""


@dataclass(frozen=True)
class Prompt:
    """What to select.

    Attributes:
        most: how many selections at most.
        threshold: the least confidence, 0–1.
        several: offer more than one reading of a click.
    """

    text: str = ""
    points: tuple[Point, ...] = ()
    boxes: tuple[Box, ...] = ()
    most: int = 16
    threshold: float = 0.5
    several: bool = True


def parse(arguments: Mapping[str, Any]) -> Prompt:
    """Read the arguments of ``segment_image``.

    Raises:
        ToolError: USER_INPUT_INCOMPLETE, nothing to select was named; PARAMETER_INVALID, a combination that
            means nothing.
    """
    text = str(arguments.get("text") or "").strip()
    points = tuple(
        Point(_share(p["x"], "x"), _share(p["y"], "y"), p.get("label", "positive") == "positive")
        for p in arguments.get("points") or ()
    )
    boxes = tuple(_box(box) for box in arguments.get("boxes") or ())
    if text and points:
        raise ToolError("PARAMETER_INVALID", "Words and clicks cannot be combined; use one of them.")
    if points and len(boxes) > 1:
        raise ToolError("PARAMETER_INVALID", "Clicks take at most one box beside them.")
    if points and not any(point.positive for point in points) and not boxes:
        raise ToolError("USER_INPUT_INCOMPLETE", "Click at least once on what should be selected.")
    if not text and any(not box.positive for box in boxes):
        raise ToolError("PARAMETER_INVALID", "A box to leave out needs words that say what to select.")
    if not (text or points or boxes):
        raise ToolError("USER_INPUT_INCOMPLETE", "Say what to select, click on it, or draw a box around it.")
    return Prompt(
        text,
        points,
        boxes,
        int(arguments.get("maxInstances") or 16),
        float(arguments.get("threshold", 0.5)),
        bool(arguments.get("multimask", True)),
    )


def _share(value: Any, name: str) -> float:
    number = float(value)
    if not 0.0 <= number <= 1.0:
        raise ToolError("PARAMETER_INVALID", f"{name} must be between 0 and 1, a share of the picture.")
    return number


def _box(box: Mapping[str, Any]) -> Box:
    x0, y0, x1, y1 = (_share(box[key], key) for key in ("x0", "y0", "x1", "y1"))
    if x1 - x0 < 0.004 or y1 - y0 < 0.004:
        raise ToolError("PARAMETER_INVALID", "A box needs x0 < x1 and y0 < y1.")
    return Box(x0, y0, x1, y1, box.get("label", "positive") != "negative")
