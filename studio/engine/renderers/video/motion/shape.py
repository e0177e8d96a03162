"""How large and how long a film becomes. Imports nothing heavy."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from studio.contract.errors import ToolError
from studio.engine.renderers.sizes import parse_shape

FPS: Final = Fraction(24)
DEFAULT_S: Final = 5.0
SHORTEST_S, LONGEST_S = 0.5, 30.0
DEFAULT_EDGE: Final = 1280
MIN_EDGE, MAX_EDGE = 64, 3840
_LEAST_DEFAULT_EDGE: Final = 640
_MAX_WORK: Final = 3840 * 2160 * 240
"""Pixels of all frames together: ten seconds of 4K, forty of 1080p."""


@dataclass(frozen=True)
class Wanted:
    """A size as arguments ask for it; None where they do not."""

    width: float | None = None
    height: float | None = None
    aspect: str | None = None
    short_edge: float | None = None

    def check(self) -> None:
        """Raise ToolError (PARAMETER_INVALID) for a shape that cannot be read or a size out of reach."""
        if self.aspect:
            parse_shape(self.aspect)
        for name, edge in (("width", self.width), ("height", self.height), ("targetResolution", self.short_edge)):
            if edge is not None and not MIN_EDGE <= edge <= MAX_EDGE:
                raise ToolError(
                    "PARAMETER_INVALID",
                    f"{name} is {edge:.0f} px; films are made from {MIN_EDGE} to {MAX_EDGE} px here.",
                    suggested_args={name: max(MIN_EDGE, min(MAX_EDGE, round(edge)))},
                )


def film_size(wanted: Wanted, source: tuple[int, int] | None) -> tuple[int, int]:
    """Return width and height of a film in pixels, even numbers.

    Without a wish it has the shape of *source* (else 16:9) and a longer edge of 1280 px, less for small sources.

    Raises:
        ToolError: PARAMETER_INVALID, the shape leads out of the possible sizes.
    """
    wanted.check()
    ratio, exact = parse_shape(wanted.aspect) if wanted.aspect else (None, None)
    width, height = wanted.width, wanted.height
    if exact and width is None and height is None:
        width, height = float(exact[0]), float(exact[1])
    if ratio is None:
        ratio = source[0] / source[1] if source else 16 / 9
    ratio = min(8.0, max(1 / 8, ratio))
    if width is None and height is None:
        if wanted.short_edge is not None:
            short = wanted.short_edge
            width, height = (short * ratio, short) if ratio >= 1 else (short, short / ratio)
        else:
            longest = float(DEFAULT_EDGE if source is None else min(DEFAULT_EDGE, max(_LEAST_DEFAULT_EDGE, *source)))
            width, height = (longest, longest / ratio) if ratio >= 1 else (longest * ratio, longest)
    elif width is None:
        assert height is not None
        width = height * ratio
    elif height is None:
        height = width / ratio
    size = _even(width), _even(height)
    for name, edge in zip(("width", "height"), size, strict=True):
        if not MIN_EDGE <= edge <= MAX_EDGE:
            raise ToolError(
                "PARAMETER_INVALID",
                f"The {name} would be {edge} px; films are made from {MIN_EDGE} to {MAX_EDGE} px here.",
            )
    return size


def _even(edge: float) -> int:
    return max(2, 2 * round(edge / 2))


def seconds_of(
    value: float | None, *, least: float = SHORTEST_S, most: float = LONGEST_S, name: str = "duration"
) -> float:
    """Return a length in seconds; the default when it is None.

    Raises:
        ToolError: PARAMETER_INVALID, too short or too long.
    """
    seconds = DEFAULT_S if value is None else float(value)
    if not least <= seconds <= most:
        raise ToolError(
            "PARAMETER_INVALID",
            f"{name} is {seconds:g} s; clips of {least:g} to {most:g} s are made here.",
            suggested_args={name: min(most, max(least, seconds))},
        )
    return seconds


def check_work(size: tuple[int, int], frames: int) -> None:
    """Raise ToolError (PARAMETER_INVALID) when a film of *size* with so many *frames* would take too long here."""
    if size[0] * size[1] * frames > _MAX_WORK:
        raise ToolError(
            "PARAMETER_INVALID",
            f"{frames} frames of {size[0]} × {size[1]} px are too much work for this computer. "
            "Ask for a shorter or smaller film.",
        )
