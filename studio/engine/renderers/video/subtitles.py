"""Subtitles drawn into a film."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers import runtime
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video import fonts, lettering, probe
from studio.engine.renderers.video.burn import burn
from studio.engine.renderers.video.frames import Rgb, even
from studio.engine.renderers.video.lettering import Look, Stamp
from studio.engine.renderers.worker import report

_DEFAULT_FONT_PCT: Final = 6.0
_EDGE: Final = 0.06
_SIDE: Final = 0.05
_GAP: Final = 0.25


@dataclass(frozen=True)
class _Shown:
    text: str
    first: int
    end: int


def render(
    path: str,
    target: str,
    cues: Sequence[tuple[float, float, str]],
    style: Mapping[str, Any],
    about: Mapping[str, str],
) -> RenderedMedia:
    """Draw *cues* (start s, end s, text) into the film at *path* and write *target* (runs in a render worker).

    Cues that overlap in time are stacked. Letters are made smaller where a cue would not fit.

    Args:
        style: as the ``style`` argument of ``add_subtitles``.

    Returns:
        The film. ``notes``: fps, frames, drawn (number of cues), late (cues after the end), cut (cues that the end
        cuts off), smaller (number of cues drawn smaller), missing (letters that no font has).

    Raises:
        ToolError: PARAMETER_INVALID, a colour is not readable, or every cue is after the end of the film.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the film")
    info = probe.video(path).writable()
    width, height = even(info.width), even(info.height)
    fill = lettering.colour(style.get("color") or "#FFFFFF", "style.color") or (255, 255, 255, 1.0)
    rim = lettering.colour(style.get("outlineColor") or "#000000", "style.outlineColor")
    size = max(8, round((style.get("fontSizePct") or _DEFAULT_FONT_PCT) / 100 * height))
    look = Look(size, fill, rim, weight="normal")
    position = style.get("position") or "bottom"
    shown = [_Shown(text, round(start * info.fps), round(end * info.fps)) for start, end, text in cues]
    seen = [cue for cue in shown if cue.first < info.frames and cue.end > cue.first]
    if not seen:
        raise ToolError(
            "PARAMETER_INVALID",
            f"Every subtitle begins after the end of this clip, which is {info.duration_s:.4g} s long.",
        )
    room = round(width * (1 - 2 * _SIDE)), round(height * (1 - 2 * _EDGE))
    smaller: set[str] = set()

    @lru_cache(maxsize=64)
    def lettered(text: str) -> Stamp:
        fitted, lines = lettering.fitting(text, look, *room)
        if fitted.size < look.size:
            smaller.add(text)
        return lettering.draw(lines, fitted)

    def change(number: int, frame: Rgb) -> Rgb:
        active = [cue.text for cue in seen if cue.first <= number < cue.end]
        if not active:
            return frame
        return lettering.press(frame, _stacked([lettered(text) for text in active], width, height, position, size))

    missing = fonts.missing_letters(
        "".join(dict.fromkeys("".join(cue.text for cue in seen if cue.text))).replace("\n", "")
    )
    film = burn(path, target, info, change, about, label="Drawing the subtitles")
    film.notes.update(
        drawn=len(seen),
        late=len(shown) - len(seen),
        cut=sum(cue.end > info.frames for cue in seen),
        smaller=len(smaller),
        missing=missing,
    )
    return film


def _stacked(stamps: list[Stamp], width: int, height: int, position: str, size: int) -> list[Stamp]:
    """Place the stamps of one moment: the first one nearest to the edge, others above it (below it at the top)."""
    gap, edge = round(_GAP * size), round(_EDGE * height)
    total = sum(stamp.rgb.shape[0] for stamp in stamps) + gap * (len(stamps) - 1)
    top = {"top": edge, "center": (height - total) // 2}.get(position, height - edge - total)
    ordered = stamps[::-1] if position == "bottom" else stamps
    placed = []
    for stamp in ordered:
        placed.append(stamp.at((width - stamp.rgb.shape[1]) // 2, top))
        top += stamp.rgb.shape[0] + gap
    return placed
